"""Planned use of a list, and whether what is there is enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.promo.forecast import RunOut
from bot.promo.pace import DAY_S

# Without a forecast the pace may be off by so much, either way.
_UNSURE = 0.5
# What `run_out` looks ahead.
_HORIZON_S = 90 * DAY_S


@dataclass(frozen=True, slots=True)
class Booking:
    """A campaign's planned use of a list, from `start` to `end` (epoch seconds); `number` is how people name it."""

    number: int
    shop: str
    list_id: str
    list_name: str
    codes: int
    start: float
    end: float
    by: str
    channel: str = ""
    made_at: float = 0.0

    @property
    def title(self) -> str:
        """The list's name, with the shop in front when there are several."""
        name = self.list_name.strip() or f"List {self.list_id}"
        return f"{self.shop}/{name}" if self.shop else name


@dataclass(frozen=True, slots=True)
class Need:
    """Whether a list has `codes` to give until a moment, beside what goes anyway.

    `usual` is what the usual pace takes until then, `least` and `most` its range; `booked` what campaigns have
    booked until then. `pace_known` is False when there are too few readings, `sure` when the range does not matter.
    """

    codes: int
    available: int
    until: float
    usual: int
    least: int
    most: int
    booked: int
    pace_known: bool

    @property
    def left(self) -> int:
        """What is likely left over; negative when it is short."""
        return self.available - self.codes - self.booked - self.usual

    @property
    def short_by(self) -> int:
        """How many codes are missing, likely; 0 when there are enough."""
        return max(0, -self.left)

    @property
    def short_at_most(self) -> int:
        """How many codes are missing when the pace is at the high end of its range."""
        return max(0, self.codes + self.booked + self.most - self.available)

    @property
    def sure(self) -> bool:
        """Whether the answer is the same at both ends of the range."""
        low = self.available - self.codes - self.booked
        return self.pace_known and ((low - self.most >= 0) == (low - self.least >= 0))


def need(
    codes: int,
    available: int,
    now: float,
    until: float,
    *,
    per_day: float | None,
    run_out: RunOut | None = None,
    bookings: Sequence[Booking] = (),
) -> Need:
    """What `codes` more until a moment mean for a list; `run_out` is its forecast without bookings."""
    usual, least, most = usage(available, now, until, per_day, run_out)
    booked = round(sum(share(one, now, until) for one in bookings))
    return Need(codes, available, until, round(usual), round(least), round(most), booked, per_day is not None)


def usage(
    available: int, now: float, until: float, per_day: float | None, run_out: RunOut | None
) -> tuple[float, float, float]:
    """What the usual pace takes until a moment: likely, least, most.

    The range is the forecast's own: a list that may be empty in 6 to 10 days gives a sixth to a tenth of it a day.
    """
    ahead = max(0.0, until - now)
    mean = (per_day or 0.0) * ahead / DAY_S
    if run_out is None or available <= 0:
        return mean, mean * (1 - _UNSURE), mean * (1 + _UNSURE)
    likely = _taken(available, now, run_out.likely, ahead)
    likely = mean if likely is None else likely
    most = _taken(available, now, run_out.early, ahead)
    least = _taken(available, now, run_out.late, ahead)
    most = min(available * ahead / _HORIZON_S, mean * (1 + _UNSURE)) if most is None else most
    return likely, min(likely, least or 0.0), max(likely, most)


def _taken(available: int, now: float, empty_at: float | None, ahead: float) -> float | None:
    return None if empty_at is None else available * ahead / max(empty_at - now, 60.0)


def share(booking: Booking, since: float, until: float) -> float:
    """How many of a booking's codes fall between two moments, spread evenly over its time."""
    length = booking.end - booking.start
    common = min(until, booking.end) - max(since, booking.start)
    if length <= 0:
        return float(booking.codes) if since <= booking.start < until else 0.0
    return booking.codes * max(0.0, common) / length
