"""The scheduled report of a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.promo.alerts import Alert, Ended
from bot.promo.bookings import Booking
from bot.promo.lists import PromoList
from bot.promo.outlook import Outlook
from bot.promo.pace import DAY_S
from bot.promo.scores import ReportCard
from bot.promo.uploads import Upload
from bot.slack.blocks.alerts import report_card_line
from bot.slack.blocks.choices import ask
from bot.slack.blocks.history import result
from bot.slack.blocks.kit import (
    BULLET,
    Block,
    Bold,
    Line,
    Message,
    Person,
    When,
    actions,
    clip,
    counted,
    flat,
    header,
    number,
    rich,
    small,
)
from bot.slack.blocks.outlook import lasts

# A list that runs out later than this is no news.
SOON_S = 14 * DAY_S
_MOST = 8
_TITLE = 80


@dataclass(frozen=True, slots=True)
class News:
    """What a digest tells: the lists as last read at `read_at`, and what happened since `since` (epoch seconds)."""

    now: float
    since: float
    read_at: float
    lists: Sequence[PromoList]
    outlooks: Mapping[tuple[str, str], Outlook]
    open: Sequence[Alert] = ()
    closed: Sequence[Alert] = ()
    uploads: Sequence[Upload] = ()
    bookings: Sequence[Booking] = ()
    silent_shops: Mapping[str, float] = field(default_factory=dict)
    card: ReportCard | None = None
    schedule: str = ""

    @property
    def soon(self) -> dict[tuple[str, str], Outlook]:
        """The outlooks of lists that are likely empty within two weeks."""
        return {key: one for key, one in self.outlooks.items() if one.order - self.now <= SOON_S}


def digest(news: News) -> Message:
    """The report; one line when nothing happened and nothing is about to."""
    parts = [
        ("Runs out next", _next(news)),
        ("Open alerts", _open(news.open)),
        ("Since the last report", [*_closed(news.closed), *_loaded(news.uploads)]),
        ("Booked", _booked(news.bookings)),
    ]
    silent: list[Line] = [
        [f"{shop or 'PersonaClick'} has not answered since ", When(at), "."] for shop, at in news.silent_shops.items()
    ]
    foot: list[Line] = [_foot(news)]
    if not any(lines for _, lines in parts) and not silent:
        line = _quiet(news)
        return Message(flat([line, *foot]), [rich([line]), small(foot)])
    blocks: list[Block] = [header("Promo codes")]
    told: list[Line] = [["Promo codes"], *silent]
    if silent:
        blocks.append(rich(silent))
    for title, lines in parts:
        if lines:
            shown: list[Line] = [[Bold(title)], *([BULLET, *line] for line in lines)]
            blocks.append(rich(shown))
            told += shown
    card = [report_card_line(news.card)] if news.card and report_card_line(news.card) else []
    blocks += [actions([ask("Load codes", "upload")]), small([*card, *foot])]
    return Message(flat([*told, *card, *foot]), blocks)


def _quiet(news: News) -> Line:
    total = sum(one.available for one in news.lists)
    lists = counted(len(news.lists), "list")
    return [f"Nothing to do: {lists}, {counted(total, 'code')} available, none likely empty within 14 days."]


def _next(news: News) -> list[Line]:
    """Lists that are empty, or likely to be within two weeks, soonest first."""
    found: list[tuple[float, Line]] = []
    for one in news.lists:
        title, left = clip(one.title, _TITLE), counted(one.available, "code")
        told = news.outlooks.get((one.shop, one.id))
        range_ = told.range if told else None
        if one.available <= 0:
            found.append((0.0, [Bold(title), " is empty"]))
        elif range_ and range_.likely is not None and range_.likely - news.now <= SOON_S:
            likely: Line = ["likely ", When(range_.likely)]
            if told and told.young:
                likely = [f"in {lasts(range_.early, range_.late, told.at)}"]
            found.append((range_.likely, [Bold(title), f", {left}: ", *likely]))
    found.sort(key=lambda pair: pair[0])
    return _some([line for _, line in found])


def _open(alerts: Sequence[Alert]) -> list[Line]:
    return _some([[Bold(clip(one.title, _TITLE)), f", {_left(one)}: ", *_who(one)] for one in alerts])


def _who(alert: Alert) -> Line:
    if alert.snoozed_by:
        return ["snoozed by ", Person(alert.snoozed_by)]
    return [Person(alert.taken_by), " is on it"] if alert.taken_by else ["nobody has it yet"]


def _left(alert: Alert) -> str:
    return "empty" if alert.available <= 0 else f"{counted(alert.available, 'code')} left"


def _closed(alerts: Sequence[Alert]) -> list[Line]:
    refilled = [one for one in alerts if one.ended == Ended.REFILLED]
    return _some([[Bold(clip(one.title, _TITLE)), " was refilled ", When(one.closed_at)] for one in refilled])


def _loaded(uploads: Sequence[Upload]) -> list[Line]:
    return _some(
        [
            [Person(one.confirmed_by or one.user), f" loaded {clip(one.list_name, _TITLE)}: {result(one)}"]
            for one in uploads
        ]
    )


def _booked(bookings: Sequence[Booking]) -> list[Line]:
    return _some(
        [
            [
                Bold(clip(one.title, _TITLE)),
                f", {counted(one.codes, 'code')} from ",
                When(one.start),
                " to ",
                When(one.end),
            ]
            for one in bookings
        ]
    )


def _some(lines: Sequence[Line]) -> list[Line]:
    shown = list(lines[:_MOST])
    return [*shown, [f"and {number(len(lines) - _MOST)} more"]] if len(lines) > _MOST else shown


def _foot(news: News) -> Line:
    schedule = f" · {news.schedule}" if news.schedule else ""
    return ["Read ", When(news.read_at), schedule] if news.read_at else ["Not read yet", schedule]
