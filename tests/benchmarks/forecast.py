"""How good the run-out forecasts are: `python -m tests.benchmarks.forecast [--seed 1] [--each 250] [--days 28 7 3]`.

At a moment chosen by chance the bot knows the readings of some days, thinned as it keeps them, and a stock that lasts
from two hours to a month at the pace of those days. When the list really runs out is read from what came later.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.promo.forecast import HORIZON_DAYS, Reading, RunOut, TooLittle, pace, run_out
from tests.benchmarks.forecast_families import A_DAY, BEGIN, DAY, KINDS, STEP, Counts, Taken, flights, simulated

# How long the stock lasts at the pace so far, in days.
LASTS = (1 / 12, 1 / 4, 1 / 2, 1, 2, 4, 7, 14, 30)


@dataclass(frozen=True)
class Case:
    """One question: the readings known at `now`, and when the list really ran out (infinity: not within 90 days)."""

    family: str
    readings: list[Reading]
    now: float
    truth: float
    lasts: float
    added: tuple[tuple[float, int], ...] = ()


@dataclass(frozen=True)
class Answer:
    """What was forecast for a case, what the mean pace of the last day says, and how long it took."""

    case: Case
    early: float
    likely: float
    late: float
    plain: float
    seconds: float

    @property
    def inside(self) -> bool:
        """Whether the truth is in the range."""
        return self.early <= self.case.truth <= self.late


def kept(days: int) -> Counts:
    """The readings that the bot still has of the last days, as steps before now: every one of a week, then hourly."""
    week = np.arange(0, min(days, 7) * A_DAY + 1)
    return np.concatenate([week, np.arange(7 * A_DAY + 12, days * A_DAY + 1, 12)])[::-1].astype(np.int64)


def case(taken: Taken, chance: np.random.Generator, days: int, lasts: float) -> Case | None:
    """A question about the list; None where the data ends before the answer is known."""
    total = np.concatenate([[0], np.cumsum(taken.counts)])
    latest = len(total) - 1 - int(min(3.0 * lasts + 8, HORIZON_DAYS) * A_DAY)
    first = 28 * A_DAY
    if latest <= first:
        return None
    here = int(chance.integers(first, latest))
    steps = here - kept(days)
    used = int(total[here] - total[here - days * A_DAY])
    stock = max(1, round(used / days * lasts)) if used else int(chance.integers(5, 500))
    now = BEGIN + here * STEP
    goal = total[here] + stock
    end = int(np.searchsorted(total, goal))
    if end >= len(total):
        if len(total) - here < HORIZON_DAYS * A_DAY:
            return None
        truth = math.inf
    else:
        part = (goal - total[end - 1]) / (total[end] - total[end - 1] + 1)
        truth = now + (end - 1 + part - here) * STEP
        truth = truth if truth <= now + HORIZON_DAYS * DAY else math.inf
    left = (total[here] - total[steps]) + stock
    added: list[tuple[float, int]] = []
    if taken.refilled:
        left, added = refill(left, steps, chance)
    readings = [Reading(BEGIN + step * STEP, int(count)) for step, count in zip(steps, left, strict=True)]
    return Case(taken.family, readings, now, truth, lasts, tuple(added))


Loads = list[tuple[float, int]]


def refill(left: Counts, steps: Counts, chance: np.random.Generator) -> tuple[Counts, Loads]:
    """The same demand from a list that was loaded every few days, at times by the bot, and stood at 0 at times."""
    real = left.astype(np.int64).copy()
    added = []
    place = len(steps) - 1 - int(chance.integers(10, 400))
    while place > 10:
        codes = max(1, round(int(real[place]) * chance.uniform(0.6, 1.15)))
        real[:place] = np.maximum(real[:place] - codes, 0)
        if chance.random() < 0.5:
            added.append((float(BEGIN + steps[place] * STEP - 100), codes))
        place -= int(chance.integers(100, 700))
    return real, sorted(added)


def answer(asked: Case) -> Answer | None:
    """Forecasts a case."""
    started = time.process_time()
    found = run_out(asked.readings, asked.now, added=asked.added)
    seconds = time.process_time() - started
    if isinstance(found, TooLittle):
        return None
    rate = pace(asked.readings, asked.now, added=asked.added)
    plain = asked.now + asked.readings[-1].available / rate * 3600 if rate else math.inf
    early, likely, late = (math.inf if moment is None else moment for moment in _moments(found))
    return Answer(asked, early, likely, late, plain, seconds)


def _moments(found: RunOut) -> tuple[float | None, float | None, float | None]:
    return found.early, found.likely, found.late


def pinball(answers: Sequence[Answer], plain: bool = False) -> float:
    """The mean loss of the three quantiles on the logarithm of the time left, within 90 days."""
    losses = []
    for found in answers:
        real = _log(found.case.truth, found)
        moments = (found.plain,) * 3 if plain else (found.early, found.likely, found.late)
        for moment, share in zip(moments, (0.1, 0.5, 0.9), strict=True):
            miss = real - _log(moment, found)
            losses.append(max(share * miss, (share - 1) * miss))
    return float(np.mean(losses))


def _log(moment: float, found: Answer) -> float:
    return math.log(min(max(moment - found.case.now, 60.0), HORIZON_DAYS * DAY))


def line(name: str, answers: Sequence[Answer]) -> str:
    """One line of the table."""
    both = [found for found in answers if math.isfinite(found.likely) and math.isfinite(found.case.truth)]
    errors = [abs(f.likely - f.case.truth) / (f.case.truth - f.case.now) for f in both if f.case.truth > f.case.now]
    widths = [
        (f.late - f.case.now) / (f.early - f.case.now) for f in both if math.isfinite(f.late) and f.early > f.case.now
    ]
    base = pinball(answers, plain=True)
    return (
        f"{name:<22}{len(answers):>6}{100 * np.mean([f.inside for f in answers]):>7.1f}"
        f"{100 * np.mean([f.case.truth < f.early for f in answers]):>7.1f}"
        f"{100 * float(np.median(errors)) if errors else 0:>8.1f}{float(np.median(widths)) if widths else 1:>8.2f}"
        f"{pinball(answers):>9.4f}{pinball(answers) / base if base else 0:>7.2f}"
        f"{1000 * float(np.median([f.seconds for f in answers])):>7.2f}"
    )


HEAD = (
    f"{'family':<22}{'cases':>6}{'cover%':>7}{'early%':>7}{'error%':>8}{'width':>8}{'pinball':>9}{'ratio':>7}{'ms':>7}"
)


def cases(lists: Sequence[Taken], seed: int, days: int, each: int) -> list[Case]:
    """So many questions about the lists, each stock in turn."""
    chance = np.random.default_rng([seed, days])
    found: list[Case] = []
    tried = 0
    while len(found) < each and tried < 20 * each:
        asked = case(lists[tried % len(lists)], chance, days, LASTS[tried % len(LASTS)])
        tried += 1
        if asked is not None:
            found.append(asked)
    return found


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=250)
    parser.add_argument("--days", type=int, nargs="+", default=[28, 7, 3])
    chosen = parser.parse_args()
    families = {"flights": flights()}
    for family in KINDS:
        families[family] = simulated(family, chosen.seed, 25, 160)
    for days in chosen.days:
        print(f"\n{days} days of history\n{HEAD}")
        everything: list[Answer] = []
        for family, lists in families.items():
            answers = [found for asked in cases(lists, chosen.seed, days, chosen.each) if (found := answer(asked))]
            everything += answers
            print(line(family, answers))
        print(line("over all", everything))
        print(f"10,000 lists: {10_000 * np.mean([found.seconds for found in everything]):.1f} s")
        for lasts in LASTS:
            print(line(f"  lasts {lasts:.2f} days", [f for f in everything if f.case.lasts == lasts]))


if __name__ == "__main__":
    main()
