"""What people see of watching: alerts, watches, needs, bookings and digests."""

from __future__ import annotations

from typing import Any

import pytest

from bot.stand_ins.slack.workspace import Message
from tests.scenarios.conftest import Town

LIST = "100501"


@pytest.fixture
def more() -> dict[str, Any]:
    """A reading every second or so, and a channel for alerts on every list."""
    return {"reading_every_minutes": 0.02, "alerts_channel": "C2"}


async def alert(town: Town, *words: str, channel: str = "C2", place: int = -1) -> Message:
    """The alert in a channel that says these words."""

    def found() -> Message:
        messages = [one for one in town.slack.messages(channel) if one.is_bot and not one.thread_ts]
        fitting = [one for one in messages if all(word in town.text(one) for word in words)]
        assert fitting, [town.text(one) for one in messages]
        return fitting[place]

    return await town.slack.until(found, timeout=15)


async def test_lists_that_are_low_at_the_start_share_one_message(town: Town) -> None:
    """What was low when the bot began comes once, in one message with buttons for each list."""
    message = await alert(town, "3 lists need codes")
    said = town.text(message)
    for words in ("VIP birthday: empty", "Spring sale: half of low", "240 codes left, under 500.", "Win-back: low"):
        assert words in said
    assert said.count("Load codes") == said.count("I'm on it") == said.count("Snooze") == 3
    assert len([one for one in town.slack.messages("C2") if one.is_bot]) == 1


async def test_the_life_of_an_alert(town: Town) -> None:
    """A list gets low: one card, taken by a person, edited as it falls, closed by a refill, and never a second one."""
    await alert(town, "3 lists need codes")
    await town.say("/promo watch welcome below 500 @ben", channel="C1")
    town.shop.lists[LIST].available = 400
    card = await alert(town, "Welcome 10%: low", "400 codes left, under 500.", channel="C1")
    await town.slack.as_("U1").click(card, "alert_take")
    await town.shows(card, "is on it since")
    town.shop.lists[LIST].available = 30
    await town.shows(card, "nearly empty", "30 codes left")
    town.shop.lists[LIST].available = 0
    await town.shows(card, "Welcome 10%: empty", "No codes left. Shoppers get none")
    town.shop.lists[LIST].available = 5_000
    said = await town.shows(card, "Welcome 10%: refilled", "5,000 codes now. The refill came")
    assert "I'm on it" not in said
    assert town.slack.thread("C1", card.ts) == []
    assert [one.ts for one in town.slack.messages("C1") if one.is_bot] == [card.ts]
