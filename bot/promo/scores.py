"""How good the forecasts shown were: each is held against the moment the list really ran out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.promo.demand import DAY
from bot.promo.paths import HORIZON_DAYS

# The range promises to hold the truth this often.
PROMISED = 0.8
# Fewer scored forecasts than this widen nothing.
_WIDENS_FROM = 10
# What the last so many forecasts say counts.
LAST = 30


@dataclass(frozen=True, slots=True)
class Shown:
    """A forecast that was shown at `at`: its range in epoch seconds (None: not within 90 days), and its `widening`."""

    at: float
    early: float | None
    likely: float | None
    late: float | None
    widening: float = 1.0


@dataclass(frozen=True, slots=True)
class Score:
    """Whether the truth came inside the range, and how far off it was.

    `off` is the share of the range's own side that would have been needed to reach the truth, before any widening:
    1 at the edge, 0.5 halfway from the likely moment, 2 twice as far as the edge.
    """

    inside: bool
    too_soon: bool
    off: float


@dataclass(frozen=True, slots=True)
class ReportCard:
    """Of the last `count` run-outs `inside` came inside the range, `sooner` before it."""

    inside: int
    sooner: int
    count: int


def score(shown: Shown, emptied: float | None, known_until: float) -> Score | None:
    """Holds a forecast against the truth; None while it is not known.

    `emptied` is when the list ran out, None when it had not by `known_until` (epoch seconds): a list in stock after
    the late end was forecast too soon. A list that was refilled before the early end tells nothing.
    """
    if emptied is None:
        if shown.late is None or known_until <= shown.late:
            return None
        return Score(False, False, _off(shown, known_until))
    early = math.inf if shown.early is None else shown.early
    late = math.inf if shown.late is None else shown.late
    return Score(early <= emptied <= late, emptied < early, _off(shown, emptied))


def _off(shown: Shown, truth: float) -> float:
    never = shown.at + HORIZON_DAYS * DAY
    likely = never if shown.likely is None else shown.likely
    edge = shown.early if truth < likely else shown.late
    if edge is None and truth >= likely:
        return 0.0
    far_end = never if edge is None else edge
    middle, far, real = (math.log(max(moment - shown.at, 60.0)) for moment in (likely, far_end, truth))
    side = max(abs(far - middle) / max(shown.widening, 0.01), 0.01)
    return abs(real - middle) / side


def report_card(scores: Sequence[Score]) -> ReportCard:
    """What the last 30 scored forecasts (oldest first) say."""
    last = scores[-LAST:]
    return ReportCard(
        sum(score.inside for score in last),
        sum(score.too_soon for score in last),
        len(last),
    )


def widening(scores: Iterable[Score]) -> float:
    """By how much to widen the next range so that it keeps its promise: 0.7 to 3; 1 while too little is known.

    The 80 % quantile of how far off the scored forecasts were (split conformal prediction), drawn to 1 while few.
    """
    off = sorted(score.off for score in scores)
    if len(off) < _WIDENS_FROM:
        return 1.0
    place = min(len(off) - 1, math.ceil(PROMISED * (len(off) + 1)) - 1)
    found = min(3.0, max(0.7, off[place]))
    trust = len(off) / (len(off) + 20)
    return math.exp(trust * math.log(found))
