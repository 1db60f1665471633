"""The watching half of the Home tab: alerts a person took, bookings, watches; text bars, for a tab draws no charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.promo.alerts import Alert, Watch
from bot.promo.bookings import Booking
from bot.promo.lists import PromoList
from bot.promo.outlook import Outlook
from bot.promo.scores import ReportCard
from bot.slack.blocks.alerts import report_card_line
from bot.slack.blocks.choices import ask
from bot.slack.blocks.kit import (
    BULLET,
    Block,
    Bold,
    Code,
    Line,
    When,
    actions,
    bar,
    clip,
    counted,
    header,
    rich,
    small,
)
from bot.slack.blocks.outlook import NO_OUTLOOKS, Outlooks, lasts, pace
from bot.slack.blocks.watching import limits

_TITLE = 100
_MOST = 5
# A full bar is this many days of supply.
_FULL_DAYS = 14
_BAR = 7


@dataclass(frozen=True, slots=True)
class Watched:
    """What is watched, as one person sees it: all outlooks, the alerts that person took, bookings to come, and the
    person's own watches with the names of their lists."""

    outlooks: Outlooks = field(default_factory=lambda: NO_OUTLOOKS)
    taken: Sequence[Alert] = ()
    bookings: Sequence[Booking] = ()
    watches: Sequence[tuple[Watch, str]] = ()
    card: ReportCard | None = None


NOTHING_WATCHED = Watched()


def supply(one: PromoList, outlook: Outlook | None) -> Line:
    """How long a list lasts: a bar of two weeks, the likely end, the pace; nothing while nothing is known."""
    told = outlook.range if outlook else None
    if outlook is None or told is None or one.available <= 0:
        return []
    likely = told.likely
    days = _FULL_DAYS if likely is None else (likely - outlook.at) / 86_400.0
    shown = bar(min(_FULL_DAYS * 100, max(1, round(100 * days))), _FULL_DAYS * 100, _BAR)
    end: Line = ["not within 90 days"] if likely is None else ["until ", When(likely)]
    if outlook.young:
        end = [f"for {lasts(told.early, told.late, outlook.at)}"]
    return ["  ", Code(shown), "  ", *end, f" · {pace(outlook)}"]


def watching_blocks(watched: Watched) -> list[Block]:
    """Alerts taken, bookings and watches, each with its buttons; empty where there is none of them."""
    blocks: list[Block] = []
    if watched.taken:
        blocks += [header("Alerts you took"), rich([_alert(one) for one in watched.taken[:_MOST]])]
        loads = [
            ask(f"Load into {clip(one.title, 40)}", f"upload {_key(one.shop, one.list_id)}", 100 + place)
            for place, one in enumerate(watched.taken[:_MOST])
        ]
        blocks.append(actions(loads, "home:taken"))
    if watched.bookings:
        blocks += [header("Booked"), rich([_booking(one) for one in watched.bookings[:_MOST]])]
        blocks.append(actions([ask("All bookings", "bookings", 120)], "home:bookings"))
    if watched.watches:
        lines = [_watch(watch, name) for watch, name in watched.watches[:_MOST]]
        if len(watched.watches) > _MOST:
            lines.append([BULLET, f"and {counted(len(watched.watches) - _MOST, 'more', 'more')}"])
        blocks += [header("You watch"), rich(lines)]
    if watched.card and (line := report_card_line(watched.card)):
        blocks.append(small([line]))
    return blocks


def _alert(alert: Alert) -> Line:
    left = "empty" if alert.available <= 0 else f"{counted(alert.available, 'code')} left"
    line: Line = [BULLET, Bold(clip(alert.title, _TITLE)), f", {left}"]
    if alert.likely and alert.available > 0:
        line = [*line, ", likely empty ", When(alert.likely)]
    return [*line, ", I ask once more ", When(alert.ask_at)] if alert.ask_at and not alert.asked_at else line


def _booking(one: Booking) -> Line:
    title = Bold(f"{one.number}  {clip(one.title, _TITLE)}")
    return [BULLET, title, f": {counted(one.codes, 'code')} from ", When(one.start), " to ", When(one.end - 60.0)]


def _watch(watch: Watch, name: str) -> Line:
    title = f"{watch.shop}/{name}" if watch.shop else name or f"List {watch.list_id}"
    return [BULLET, Bold(clip(title, _TITLE)), f": {limits(watch.codes, watch.days)}"]


def _key(shop: str, list_id: str) -> str:
    return f"{shop}/{list_id}" if shop else list_id
