"""The message about alerts, within Slack's limits in every state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.promo.alerts import Alert, Ended, Level
from bot.promo.scores import ReportCard
from bot.slack.blocks.alerts import (
    AlertContext,
    alert_message,
    ask_once_more,
    report_card_line,
    snooze_form,
    snooze_over,
)
from bot.slack.blocks.kit import Message
from bot.stand_ins.slack import problems_with_blocks

NOW = 1_800_000_000.0
ALERT = Alert(
    7,
    "",
    "L",
    "<!channel> *Spring*",
    "C1",
    Level.LOW,
    500,
    NOW - 3_600,
    450,
    NOW,
    owner="U2",
    order_by=NOW + 9_000,
    early=NOW + 20_000,
    likely=NOW + 40_000,
    late=NOW + 90_000,
    per_day=720.0,
)
CONTEXT = AlertContext(NOW, 5 * 3_600.0, ReportCard(26, 2, 30))


def checked(message: Message) -> str:
    """The text of a message that Slack would take, and that pings nobody by a list's name."""
    assert problems_with_blocks(message.blocks, "message") == []
    assert "<!channel>" not in message.text
    return message.text


def test_a_low_list_says_everything() -> None:
    """What is left, when it is likely empty, until when to order, for whom, and how good such forecasts were."""
    said = checked(alert_message([ALERT], CONTEXT)).splitlines()
    assert said[0].endswith("*Spring*: low")
    assert said[1] == "450 codes left, under 500."
    assert said[2].startswith("At 720 a day it is likely empty <!date^1800040000^")
    assert said[3].startswith("Get codes by <!date^1800009000^")
    assert said[3].endswith(": a refill takes about 5 hours here.")
    assert said[4:] == ["For <@U2>", "26 of the last 30 run-outs came inside the range that was told."]


@pytest.mark.parametrize(
    ("alert", "words"),
    [
        (replace(ALERT, level=Level.EMPTY, available=0), ["No codes left. Shoppers get none from this list"]),
        (replace(ALERT, threshold=2_200), ["450 codes left, under 2,200 (about 3 days of supply)."]),
        (replace(ALERT, order_by=NOW - 1), ["Get codes now: a refill takes about 5 hours here."]),
        (replace(ALERT, likely=0.0, early=0.0, late=0.0), ["Pace: 720 a day. Too little is known for a date."]),
        (replace(ALERT, level=Level.PACE, unusual_taken=900), ["unusual pace", "900 codes went in one hour"]),
        (replace(ALERT, short_by=1_200), ["Short by 1,200 codes for what is booked."]),
        (replace(ALERT, taken_by="U1", taken_at=NOW, ask_at=NOW + 60), ["<@U1> is on it since", "I ask once more"]),
        (replace(ALERT, taken_by="U1", taken_at=NOW, asked_at=NOW + 60), ["<@U1> is on it since", "asked once more"]),
        (replace(ALERT, snoozed_by="U1", snoozed_until=NOW + 60), ["Snoozed by <@U1> until <!date^1800000060"]),
        (replace(ALERT, snoozed_by="U1", below=225), ["Snoozed by <@U1> until 225 codes are left."]),
        (
            replace(ALERT, closed_at=NOW, ended=Ended.REFILLED, available=5_240),
            ["refilled", "5,240 codes now. The refill came about 60 minutes after the alert."],
        ),
        (
            replace(ALERT, closed_at=NOW, ended=Ended.SLOWED),
            ["calm again", "Nothing is to be done now: 450 codes left."],
        ),
        (
            replace(ALERT, level=Level.PACE, unusual_taken=900, calm_since=NOW - 60),
            ["900 codes went in one hour", "Back to normal since <!date^1799999940"],
        ),
        (
            replace(ALERT, level=Level.PACE, closed_at=NOW, ended=Ended.SLOWED, calm_since=ALERT.opened_at + 600),
            ["calm again", "The pace is back to normal, 450 codes left. This lasted about 10 minutes."],
        ),
        (replace(ALERT, closed_at=NOW, ended=Ended.UNWATCHED), ["Nobody watches it in this channel any more."]),
        (replace(ALERT, closed_at=NOW, ended=Ended.GONE), ["The list is not in PersonaClick any more."]),
    ],
)
def test_every_state_has_words(alert: Alert, words: list[str]) -> None:
    """Whatever became of an alert, its card says it, and a closed one has no buttons."""
    message = alert_message([alert], CONTEXT)
    said = checked(message)
    assert all(word in said for word in words), said
    assert any(block["type"] == "actions" for block in message.blocks) == (not alert.closed_at)


def test_two_hundred_lists_fit_in_one_message() -> None:
    """The worst have lines and buttons of their own, the others are counted."""
    many = [replace(ALERT, id=number, list_name="x" * 300) for number in range(200)]
    many[150] = replace(many[150], level=Level.EMPTY, available=0, list_name="The empty one")
    said = checked(alert_message(many, CONTEXT))
    assert said.splitlines()[0] == "200 lists need codes"
    assert "The empty one: empty" in said
    assert "And 185 more lists: /promo lists has them all." in said


def test_replies_and_the_form() -> None:
    """Whoever is asked or woken is named, and the form offers half of what is there."""
    taken = replace(ALERT, taken_by="U1", snoozed_by="U3")
    assert checked(ask_once_more(taken, CONTEXT)).startswith("<@U1>, ")
    assert checked(snooze_over(taken, CONTEXT)).startswith("<@U3>, the snooze of ")
    assert "Until half of now is left (225)" in str(snooze_form(ALERT))
    assert report_card_line(ReportCard(4, 0, 4)) == []
