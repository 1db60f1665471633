"""What the readings of a list say about the days to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.promo.bookings import Booking
from bot.promo.forecast import Booked, Reading, RunOut, TooLittle, run_out
from bot.promo.lists import PromoList
from bot.promo.pace import DAY_S, HOUR_S, per_day


@dataclass(frozen=True, slots=True)
class Outlook:
    """A list's pace in codes a day (None: too few readings) and when it runs out, as told at `at`.

    `widening` is what the range was stretched by, after what earlier ones were found to need. Before `dated_from` the
    readings are too few for dates, and the range is told in words.
    """

    at: float
    per_day: float | None
    run_out: RunOut | TooLittle
    widening: float = 1.0
    dated_from: float = 0.0

    @property
    def young(self) -> bool:
        """Whether the range is told in words yet."""
        return self.at < self.dated_from

    @property
    def range(self) -> RunOut | None:
        """When the list runs out, if anything can be said."""
        return self.run_out if isinstance(self.run_out, RunOut) else None

    @property
    def empty(self) -> bool:
        """Whether the list was empty when it was told."""
        return self.range is not None and self.range.likely is not None and self.range.likely <= self.at

    @property
    def order(self) -> float:
        """What to sort by: the earlier a list may run out, the smaller."""
        told = self.range
        return next((at for at in (told.likely, told.early) if at is not None), NEVER) if told else NEVER


NEVER = 1e12
# After so long a list's days of the week are known a little, and a range is told as dates.
DATED_S = 7 * DAY_S - HOUR_S


def outlook(
    readings: Sequence[Reading],
    now: float,
    added: Sequence[tuple[float, int]] = (),
    bookings: Sequence[Booking] = (),
    widening: float = 1.0,
) -> Outlook:
    """The outlook of a list; `added` are codes loaded and when, by time; `widening` is what earlier ones needed."""
    told = run_out(readings, now, added=added, booked=booked(bookings), widening=widening)
    dated_from = readings[0].at + DATED_S if isinstance(told, RunOut) and readings else 0.0
    return Outlook(now, per_day(readings, now, added), told, widening, dated_from if dated_from > now else 0.0)


def current(outlooks: Mapping[tuple[str, str], Outlook], lists: Iterable[PromoList]) -> dict[tuple[str, str], Outlook]:
    """The outlooks of these lists, but for those that were told while the list was empty, where it has codes again."""
    found = ((one, outlooks.get((one.shop, one.id))) for one in lists)
    return {(one.shop, one.id): told for one, told in found if told and not (told.empty and one.available > 0)}


def booked(bookings: Sequence[Booking]) -> list[Booked]:
    """Bookings as the forecast takes them."""
    return [Booked(codes=one.codes, start=one.start, end=one.end) for one in bookings]
