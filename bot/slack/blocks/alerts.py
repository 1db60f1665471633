"""The message about one or more alerts, the replies under it, and what is said of an outage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import PersonaClickError
from bot.promo.alerts import Alert, Ended, Level, snoozed
from bot.promo.scores import ReportCard
from bot.slack.blocks import ids
from bot.slack.blocks.choices import ask
from bot.slack.blocks.kit import (
    Block,
    Bold,
    Code,
    Line,
    Message,
    Person,
    When,
    actions,
    button,
    clip,
    counted,
    duration,
    flat,
    header,
    labelled,
    number,
    option,
    plain,
    rich,
    small,
    static_select,
)
from bot.slack.blocks.outlook import lasts
from bot.slack.blocks.problems import trouble

# So that a message with many lists stays within Slack's sizes.
_TITLE = 100
# So many alerts of one message have lines and buttons of their own, the worst ones.
_SHOWN = 15
# A report card of fewer says nothing.
_CARD_FROM = 5


@dataclass(frozen=True, slots=True)
class AlertContext:
    """What a message says beside its alerts: the time, the team's usual time to refill (0: unknown), past forecasts.

    `young` are the alerts (ids) whose ranges are told in words, for their readings are too few for dates.
    """

    now: float
    refill_s: float = 0.0
    card: ReportCard | None = None
    young: frozenset[int] = frozenset()


def alert_message(alerts: Sequence[Alert], context: AlertContext) -> Message:
    """One message for alerts that opened together, each with its own buttons."""
    title = _title(alerts)
    shown = sorted(alerts, key=lambda one: (one.closed_at > 0, -one.level.rank, one.id))[:_SHOWN]
    shown.sort(key=lambda one: (one.opened_at, one.id))
    blocks: list[Block] = [header(title, "alert:title")]
    told: list[Line] = [[title]]
    for place, alert in enumerate(shown):
        lines = [*_lines(alert, context)]
        if len(alerts) > 1:
            lines = [[Bold(clip(alert.title, _TITLE)), f": {_state(alert)}"], *lines]
        told += lines
        blocks.append(rich(lines, f"alert:{alert.id}:lines"))
        if not alert.closed_at:
            blocks.append(actions(_buttons(alert, place), f"alert:{alert.id}:buttons"))
    if hidden := len(alerts) - len(shown):
        line: Line = [f"And {counted(hidden, 'more list')}: ", Code("/promo lists"), " has them all."]
        blocks.append(rich([line], "alert:more"))
        told.append(line)
    if foot := _foot(alerts, context):
        blocks.append(small([foot]))
        told.append(foot)
    return Message(flat(told), blocks)


def _title(alerts: Sequence[Alert]) -> str:
    if len(alerts) == 1:
        return f"{clip(alerts[0].title, _TITLE)}: {_state(alerts[0])}"
    still = sum(not one.closed_at for one in alerts)
    if not still:
        return f"{counted(len(alerts), 'list')}: no codes needed any more"
    needed = (
        f"{number(still)} of {number(len(alerts))} lists" if still < len(alerts) else f"{number(len(alerts))} lists"
    )
    return f"{needed} {'needs' if still == 1 else 'need'} codes"


def _state(alert: Alert) -> str:
    if alert.closed_at:
        return {
            Ended.REFILLED: "refilled",
            Ended.SLOWED: "calm again",
            Ended.UNWATCHED: "not watched any more",
            Ended.GONE: "not in PersonaClick any more",
        }[Ended(alert.ended)]
    return {
        Level.PACE: "unusual pace",
        Level.LOW: "low",
        Level.HALF: "very low",
        Level.TENTH: "nearly empty",
        Level.EMPTY: "empty",
    }[alert.level]


def _lines(alert: Alert, context: AlertContext) -> list[Line]:
    if alert.closed_at:
        return [_closed(alert)]
    lines = [_stock(alert)]
    if alert.unusual_taken and alert.level is Level.PACE:
        taken = counted(alert.unusual_taken, "code")
        line: Line = [f"{taken} went in one hour, many times more than ever at this time of day."]
        lines.append([*line, " Back to normal since ", When(alert.calm_since), "."] if alert.calm_since else line)
    lines += [
        line
        for line in (_run_out(alert, young=alert.id in context.young), _booked(alert), _order_by(alert, context))
        if line
    ]
    lines += [line for line in (_owner(alert), _taken(alert), _snoozed(alert, context.now)) if line]
    return lines


def _stock(alert: Alert) -> Line:
    if alert.available <= 0:
        return [Bold("No codes left"), ". Shoppers get none from this list until it is refilled."]
    left: Line = [Bold(number(alert.available)), f" {'code' if alert.available == 1 else 'codes'} left"]
    if alert.available >= alert.threshold:
        return [*left, "."]
    days = alert.threshold / alert.per_day if alert.per_day > 0 else 0.0
    supply = f" (about {counted(round(days), 'day')} of supply)" if 1 <= days <= 90 else ""
    return [*left, f", under {number(alert.threshold)}{supply}."]


def _run_out(alert: Alert, *, young: bool) -> Line:
    if alert.available <= 0:
        return []
    if not alert.likely:
        per_day = alert.per_day
        return [f"Pace: {_pace(per_day)}. Too little is known for a date."] if per_day > 0 else []
    pace = f"At {_pace(alert.per_day)} it is " if alert.per_day > 0 else "It is "
    if young:
        how_long = lasts(alert.early or None, alert.late or None, alert.at)
        return [f"At {_pace(alert.per_day)} it lasts {how_long}." if alert.per_day > 0 else f"It lasts {how_long}."]
    line: list[str | When] = [pace, "likely empty ", When(alert.likely)]
    if alert.early and alert.late:
        line += [", between ", When(alert.early), " and ", When(alert.late)]
    return [*line, "."]


def _pace(per_day: float) -> str:
    return f"{number(max(1, round(per_day)))} a day"


def _booked(alert: Alert) -> Line:
    return [f"Short by {counted(alert.short_by, 'code')} for what is booked."] if alert.short_by else []


def _order_by(alert: Alert, context: AlertContext) -> Line:
    if not alert.order_by or not context.refill_s or alert.available <= 0:
        return []
    takes = f": a refill takes {duration(context.refill_s)} here."
    if alert.order_by <= context.now:
        return [Bold("Get codes now"), takes]
    return [Bold("Get codes by "), When(alert.order_by), takes]


def _owner(alert: Alert) -> Line:
    return ["For ", Person(alert.owner)] if alert.owner else []


def _taken(alert: Alert) -> Line:
    if not alert.taken_by:
        return []
    line: list[Person | str | When] = [Person(alert.taken_by), " is on it since ", When(alert.taken_at)]
    if alert.asked_at:
        return [*line, ", asked once more ", When(alert.asked_at), "."]
    return [*line, ". I ask once more ", When(alert.ask_at), "."]


def _snoozed(alert: Alert, now: float) -> Line:
    if not snoozed(alert, now):
        return []
    who: Line = ["Snoozed by ", Person(alert.snoozed_by), " until "]
    if alert.snoozed_until:
        return [*who, When(alert.snoozed_until), "."]
    return [*who, f"{counted(alert.below, 'code is', 'codes are')} left."]


def _closed(alert: Alert) -> Line:
    ended = alert.calm_since if alert.ended == Ended.SLOWED and alert.calm_since else alert.closed_at
    took = duration(max(0.0, ended - alert.opened_at))
    match Ended(alert.ended):
        case Ended.REFILLED:
            return [Bold(number(alert.available)), f" codes now. The refill came {took} after the alert."]
        case Ended.SLOWED if alert.level is not Level.PACE:
            return [f"Nothing is to be done now: {counted(alert.available, 'code')} left. This lasted {took}."]
        case Ended.SLOWED:
            return [f"The pace is back to normal, {counted(alert.available, 'code')} left. This lasted {took}."]
        case Ended.UNWATCHED:
            return ["Nobody watches it in this channel any more."]
    return ["The list is not in PersonaClick any more."]


def _buttons(alert: Alert, place: int = 0) -> list[Block]:
    value = str(alert.id)
    take = [] if alert.taken_by else [button("I'm on it", ids.ALERT_TAKE, value)]
    return [_load(alert, place), *take, button("Snooze", ids.ALERT_SNOOZE, value)]


def _load(alert: Alert, place: int = 0) -> Block:
    key = f"{alert.shop}/{alert.list_id}" if alert.shop else alert.list_id
    return ask("Load codes", f"upload {key}", place, style="primary")


def _foot(alerts: Sequence[Alert], context: AlertContext) -> Line:
    card = context.card
    dated = any(one.likely and not one.closed_at and one.available > 0 for one in alerts)
    return report_card_line(card) if card is not None and dated else []


def report_card_line(card: ReportCard) -> Line:
    """26 of the last 30 run-outs came inside the range; nothing while there are too few."""
    if card.count < _CARD_FROM:
        return []
    return [f"{number(card.inside)} of the last {counted(card.count, 'run-out')} came inside the range that was told."]


def ask_once_more(alert: Alert, context: AlertContext) -> Message:
    """The reply that asks whoever took an alert, once."""
    stock = "has no codes left" if alert.available <= 0 else f"has {counted(alert.available, 'code')} left"
    lines: list[Line] = [[Person(alert.taken_by), f", {clip(alert.title, _TITLE)} still {stock}."]]
    if alert.early and alert.available > 0:
        lines.append(["It may be empty from ", When(max(alert.early, context.now)), "."])
    lines.append(["Are you still on it? Load the codes, or let somebody else know."])
    return Message(flat(lines), [rich(lines), actions([_load(alert)])])


def snooze_over(alert: Alert, context: AlertContext) -> Message:
    """The reply to whoever snoozed an alert, when that time is over and the list still needs codes."""
    left = "no codes" if alert.available <= 0 else counted(alert.available, "code")
    lines: list[Line] = [
        [Person(alert.snoozed_by), f", the snooze of {clip(alert.title, _TITLE)} is over: {left} left."]
    ]
    if alert.early and alert.available > 0:
        lines.append(["It may be empty from ", When(max(alert.early, context.now)), "."])
    return Message(flat(lines), [rich(lines), actions(_buttons(alert))])


def outage_began(shop: str, error: PersonaClickError, since: float, contact: str = "") -> Message:
    """A shop has not answered for some readings."""
    name = f"PersonaClick ({clip(shop, 60)})" if shop else "PersonaClick"
    lines: list[Line] = [
        [
            Bold(f"{name} has not told its counts"),
            " since ",
            When(since),
            ". ",
            *trouble(error, contact),
        ],
        ["Until it does, no alert about its lists can come. I say when it is over."],
    ]
    return Message(flat(lines), [rich(lines)])


def outage_over(shop: str, since: float, now: float) -> Message:
    """A shop answers again."""
    name = f"PersonaClick ({clip(shop, 60)})" if shop else "PersonaClick"
    lines: list[Line] = [[Bold(f"{name} tells its counts again"), f", after {duration(now - since)}."]]
    return Message(flat(lines), [rich(lines)])


# Choices of the snooze form; the others are hours.
HALF, TOMORROW, MONDAY = "half", "tomorrow", "monday"


def snooze_form(alert: Alert) -> Block:
    """The form that asks until when an alert is to be quiet."""
    choices = [option("1 hour", "1"), option("4 hours", "4"), option("Tomorrow 09:00", TOMORROW)]
    choices.append(option("Monday 09:00", MONDAY))
    if alert.available > 1:
        choices.append(option(f"Until half of now is left ({number(alert.available // 2)})", HALF))
    until = {"type": "plain_text_input", "action_id": ids.FORM_SNOOZE_UNTIL, "placeholder": plain("friday 15:00", 150)}
    return {
        "type": "modal",
        "callback_id": ids.SNOOZE_FORM,
        "private_metadata": str(alert.id),
        "title": plain("Snooze", 24),
        "submit": plain("Snooze", 24),
        "close": plain("Not now", 24),
        "blocks": [
            rich([[Bold(clip(alert.title, _TITLE)), ": nobody hears of it until then. Its card says who snoozed it."]]),
            labelled(ids.FORM_SNOOZE, "Until", static_select(ids.FORM_SNOOZE, "Until", choices, choices[0])),
            labelled(
                ids.FORM_SNOOZE_UNTIL, "Or until another time", until, hint="In your own time zone.", optional=True
            ),
        ],
    }


def parse_snooze_form(values: dict[str, Any]) -> tuple[str, str]:
    """The choice, and the other time that was typed, if any."""
    chosen = (values.get(ids.FORM_SNOOZE) or {}).get(ids.FORM_SNOOZE) or {}
    typed = (values.get(ids.FORM_SNOOZE_UNTIL) or {}).get(ids.FORM_SNOOZE_UNTIL) or {}
    return (chosen.get("selected_option") or {}).get("value") or "1", (typed.get("value") or "").strip()


def snooze_form_errors() -> dict[str, str]:
    """The other time is none."""
    return {ids.FORM_SNOOZE_UNTIL: "I cannot read that as a time to come. Try: friday 15:00, tomorrow, in 3 hours."}
