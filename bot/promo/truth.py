"""What became of a forecast that was shown, from the readings since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.promo.forecast import Reading
from bot.promo.scores import Score, Shown, score

# Codes that come back in such numbers were handed back, not loaded.
_HANDED_BACK = 3
_HANDED_BACK_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Pending:
    """The truth is not known yet."""


@dataclass(frozen=True, slots=True)
class Void:
    """The list was refilled before the truth could be known."""


def truth(shown: Shown, readings: Sequence[Reading]) -> Score | Pending | Void:
    """How a forecast came out: the list ran dry, outlived the range, was refilled first, or goes on.

    `readings` are the list's, oldest first; those before the forecast do not count.
    """
    before: Reading | None = None
    for reading in readings:
        if reading.at > shown.at:
            if reading.available <= 0:
                return score(shown, reading.at, reading.at) or Void()
            if before is not None and reading.available > before.available + _slack(before.available):
                return score(shown, None, before.at) or Void()
        before = reading
    if before is None or before.at <= shown.at:
        return Pending()
    return score(shown, None, before.at) or Pending()


def _slack(available: int) -> float:
    return max(_HANDED_BACK, available * _HANDED_BACK_SHARE)
