"""Answers about watches, digests, needs and bookings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.promo.alerts import Alert, Held, Watch
from bot.promo.bookings import Booking, Need
from bot.promo.lists import PromoList
from bot.slack.blocks.choices import ask, said
from bot.slack.blocks.kit import BULLET, Bold, Code, Line, Message, Person, When, clip, counted, number

_TITLE = 100
_BUTTONS = 20
# A day ends at midnight; people say that day.
_LAST_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True)
class HeldBack:
    """An open alert, and what holds its messages back now."""

    alert: Alert
    held: Held | None


def limits(codes: int, days: float) -> str:
    """below 500, or under 3 days of supply"""
    parts = [f"below {number(codes)}"] if codes else []
    if days:
        parts.append(f"under {_days(days)} of supply")
    return " or ".join(parts) or "only when it is empty"


def _days(days: float) -> str:
    if days < 2 and days != 1:
        return counted(max(1, round(24 * days)), "hour")
    return counted(round(days), "day") if days == round(days) else f"{days:.1f} days"


def watching(promo_list: PromoList, watch: Watch, *, already: bool) -> Message:
    """A list is watched in this channel now."""
    lines: list[Line] = [
        [Bold(clip(promo_list.title, _TITLE)), f" is watched here now: {limits(watch.codes, watch.days)}."],
        ["I say it once, in one message that changes as the list does."],
    ]
    if watch.owner:
        lines.append([Person(watch.owner), " is named on the alert."])
    if already:
        lines.append([f"It stands at {number(promo_list.available)} now, so the alert comes with the next reading."])
    return said(lines, [ask("What is watched here", "watches"), ask("Stop", f"unwatch {promo_list.choice.key}", 1)])


def not_watching(promo_list: PromoList, *, was: bool) -> Message:
    """A list is not watched in this channel any more, or never was."""
    title = Bold(clip(promo_list.title, _TITLE))
    if was:
        return said(
            [[title, " is not watched here any more."]], [ask("Watch it again", f"watch {promo_list.choice.key}")]
        )
    return said([[title, " was not watched here."]], [ask("What is watched here", "watches")])


def watches(
    found: Sequence[tuple[Watch, str]], held: Sequence[HeldBack], *, every_list: bool, quiet: str, now: float
) -> Message:
    """What is watched in a channel, and what holds its open alerts back."""
    lines: list[Line] = []
    on = [(watch, name) for watch, name in found if not watch.off]
    if every_list:
        standard = Watch("", "", "")
        lines.append([Bold("Every list"), f" is watched here: {limits(standard.codes, standard.days)}."])
    for watch, name in on:
        owner: Line = [", for ", Person(watch.owner)] if watch.owner else []
        lines.append([BULLET, Bold(clip(_title(watch, name), _TITLE)), f": {limits(watch.codes, watch.days)}", *owner])
    off = [_title(watch, name) for watch, name in found if watch.off]
    lines += [[BULLET, Bold(clip(title, _TITLE)), ": not watched"] for title in off]
    if not lines:
        lines = [["Nothing is watched in this channel."], ["To begin: ", Code("/promo watch <list> below 500")]]
    if quiet:
        lines.append([f"Quiet hours: {quiet}. Alerts wait until they are over."])
    if held:
        lines.append([Bold("Open alerts")])
        lines += [
            [BULLET, Bold(clip(one.alert.title, _TITLE)), f", {_left(one.alert)}: ", *_held(one, now)] for one in held
        ]
    stops = [
        ask(f"Stop {clip(_title(watch, name), 40)}", f"unwatch {_key(watch)}", place)
        for place, (watch, name) in enumerate(on[:_BUTTONS])
    ]
    return said(lines, stops or [ask("Watch a list", "watch")])


def _title(watch: Watch, name: str) -> str:
    return f"{watch.shop}/{name}" if watch.shop else name or f"List {watch.list_id}"


def _key(watch: Watch) -> str:
    return f"{watch.shop}/{watch.list_id}" if watch.shop else watch.list_id


def _left(alert: Alert) -> str:
    return "empty" if alert.available <= 0 else f"{counted(alert.available, 'code')} left"


def _held(one: HeldBack, now: float) -> Line:
    alert = one.alert
    match one.held:
        case Held.SNOOZED if alert.snoozed_until:
            return ["snoozed by ", Person(alert.snoozed_by), " until ", When(alert.snoozed_until)]
        case Held.SNOOZED:
            return [
                "snoozed by ",
                Person(alert.snoozed_by),
                f" until {counted(alert.below, 'code is', 'codes are')} left",
            ]
        case Held.COVERED:
            return ["covered: PersonaClick does not answer, and that is told already"]
        case Held.QUIET:
            return ["quiet hours"]
    if alert.taken_by:
        return [Person(alert.taken_by), " is on it"]
    return ["told since ", When(min(alert.opened_at, now)), ", nobody has it yet"]


def quiet_set(words: str) -> Message:
    """A channel's quiet hours, or their end."""
    if not words:
        words = "22:00 to 7:00"
        first: Line = ["No quiet hours here. Alerts come at any time."]
        return said([first], [ask(f"Quiet from {words}", f"quiet {words}")])
    return said(
        [[f"Quiet hours here: {words}. Alerts wait until they are over."]], [ask("No quiet hours", "quiet off")]
    )


def digest_set(words: str, next_at: float, zone: str) -> Message:
    """A channel gets a digest."""
    return said(
        [[f"A report comes to this channel: {words} ({zone})."], ["The next one comes ", When(next_at), "."]],
        [ask("No reports", "digest off")],
    )


def digest_off(*, was: bool) -> Message:
    """A channel gets no digest."""
    first = "This channel gets no report any more." if was else "This channel gets no report."
    typed = "digest weekdays 09:00"
    return said([[first], ["To begin: ", Code(f"/promo {typed}")]], [ask("Weekdays 09:00", typed)])


def not_in_channel() -> Message:
    """The bot cannot post where something is to be posted."""
    return said(
        [["I am not in this channel, so nothing I post would arrive."], ["Add me to it, then type this again."]]
    )


def need_answer(promo_list: PromoList, need: Need, zone: str) -> Message:
    """Enough, or short by how many, and what that rests on."""
    title, until = clip(promo_list.title, _TITLE), When(need.until - _LAST_MINUTE_S)
    first: Line
    if need.short_by:
        first = [
            Bold(f"Short by {number(need.short_by)}."),
            f" {title} likely cannot give {_codes(need)} until ",
            until,
            ".",
        ]
    else:
        first = [
            Bold("Enough."),
            f" {title} can likely give {_codes(need)} until ",
            until,
            f", and {number(need.left)} stay.",
        ]
    lines: list[Line] = [first, [BULLET, f"{counted(need.available, 'code')} available now"]]
    if need.booked:
        lines.append([BULLET, f"{number(need.booked)} booked until then"])
    lines.append([BULLET, _usual(need)])
    if need.pace_known and not need.sure:
        lines.append(["It is close: " + _close(need)])
    lines.append([f"Times are in {zone}."])
    buttons = [ask("Show the list", f"list {promo_list.choice.key}", 1)]
    if need.short_at_most:
        buttons.insert(0, ask("Load codes", f"upload {promo_list.choice.key}", style="primary"))
    return said(lines, buttons)


def _codes(need: Need) -> str:
    return counted(need.codes, "more code")


def _usual(need: Need) -> str:
    if not need.pace_known:
        return "the pace is not known yet, so codes that go anyway are not counted in"
    if need.most == need.least:
        return f"{number(need.usual)} go until then at the usual pace"
    span = f"{number(need.least)} to {number(need.most)} 8 times in 10"
    return f"{number(need.usual)} go until then at the usual pace, {span}"


def _close(need: Need) -> str:
    if need.short_by:
        return "at a slow pace it may just be enough."
    return f"at a fast pace it is short by {number(need.short_at_most)}."


def booked(booking: Booking, need: Need, zone: str) -> Message:
    """A booking is kept; whether the list has enough for it and everything else."""
    lines: list[Line] = [
        [
            Bold(f"Booked: number {booking.number}."),
            f" {counted(booking.codes, 'code')} of {clip(booking.title, _TITLE)} from ",
            When(booking.start),
            " to ",
            When(booking.end - _LAST_MINUTE_S),
            f" ({zone}).",
        ]
    ]
    if need.short_by:
        lines.append([Bold(f"Short by {number(need.short_by)}"), " with this: ", *_why(need)])
    else:
        lines.append([f"With this, {number(need.left)} of {number(need.available)} likely stay. ", *_why(need)])
        if need.short_at_most:
            lines.append([f"At a fast pace it is short by {number(need.short_at_most)}."])
    buttons = [ask("Take it back", f"unbook {booking.number}"), ask("All bookings", "bookings", 1)]
    if need.short_at_most:
        key = f"{booking.shop}/{booking.list_id}" if booking.shop else booking.list_id
        buttons.insert(0, ask("Load codes", f"upload {key}", 2, style="primary"))
    return said(lines, buttons)


def _why(need: Need) -> Line:
    parts = [f"{number(need.booked)} are booked until then"]
    parts.append(f"about {number(need.usual)} go anyway" if need.pace_known else "the usual pace is not known yet")
    return [f"{parts[0]}, {parts[1]}."]


def bookings(found: Sequence[tuple[Booking, int]], now: float) -> Message:
    """Bookings to come, under way and just over, each with what was used so far."""
    if not found:
        first: list[Line] = [
            ["Nothing is booked."],
            ["To begin: ", Code("/promo book 50000 <list> from friday to sunday")],
        ]
        return said(first, [ask("Show all lists", "lists")])
    lines: list[Line] = [[Bold("Bookings")], *(_booking(one, used, now) for one, used in found)]
    buttons = [
        ask(f"Take back number {one.number}", f"unbook {one.number}", place)
        for place, (one, _) in enumerate([pair for pair in found if pair[0].end > now][:_BUTTONS])
    ]
    return said(lines, buttons)


def _booking(one: Booking, used: int, now: float) -> Line:
    line: Line = [
        BULLET,
        Bold(f"{one.number}  {clip(one.title, _TITLE)}"),
        f": {counted(one.codes, 'code')} from ",
        When(one.start),
        " to ",
        When(one.end - _LAST_MINUTE_S),
        ", by ",
        Person(one.by),
    ]
    if now < one.start:
        return line
    state = "used" if one.end <= now else "used so far"
    return [*line, f". {number(used)} {state}"]


def unbooked(booking: Booking | None) -> Message:
    """A booking was taken back, or there is none of that number."""
    if booking is None:
        return said([["There is no booking of that number."]], [ask("All bookings", "bookings")])
    what = f"{counted(booking.codes, 'code')} of {clip(booking.title, _TITLE)}"
    return said([[Bold(f"Booking {booking.number} is taken back"), f": {what}."]])
