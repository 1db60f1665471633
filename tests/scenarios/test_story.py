"""The whole story of lists, over days that pass in seconds: healthy, low, taken, refilled; and a range that held."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.promo.forecast import RunOut
from bot.promo.pace import DAY_S, HOUR_S
from bot.promo.scores import report_card
from bot.stand_ins.slack.workspace import Message
from bot.store.database import Database
from bot.store.store import Store
from bot.store.vault import Vault
from bot.store.watching import turns
from bot.work.readings import TURN
from bot.work.rounds import Clock
from tests.scenarios.conftest import Town

NEWSLETTER, WELCOME = "100504", "100501"
STEP_S = 2 * HOUR_S
A_DAY = {NEWSLETTER: 1_000, WELCOME: 3_000}


class Days:
    """Time that passes as always, and leaps forward when told to."""

    def __init__(self) -> None:
        self._leaps = [(0.0, 0.0)]

    def now(self) -> float:
        """The time of the story."""
        return self.told(time.time())

    def told(self, real: float) -> float:
        """When a real moment was in the story."""
        return real + next(ahead for at, ahead in reversed(self._leaps) if at <= real)

    def leap(self, seconds: float) -> None:
        """So much time has passed."""
        self._leaps.append((time.time(), self._leaps[-1][1] + seconds))

    async def sleep(self, seconds: float) -> None:
        """Waits so long, or a moment: time may have leaped."""
        await asyncio.sleep(min(seconds, 0.05))


@pytest.fixture
def days() -> Days:
    """The time of the story."""
    return Days()


@pytest.fixture
def clock(days: Days) -> Clock:
    """The bot lives by it."""
    return Clock(days.now, days.sleep, days.told)


@pytest.fixture
def more() -> dict[str, Any]:
    """A reading every two hours, and a channel for alerts on every list."""
    return {"reading_every_minutes": STEP_S / 60, "alerts_channel": "C2"}


class Story:
    """The town, two hours after two hours."""

    def __init__(self, town: Town, days: Days) -> None:
        database = Database(town.settings.async_database_url)
        self.town = town
        self.store = Store(
            database, Vault("k" * 32), owner="", timeout_s=1, shop_ids={}, clock=days.now, told=days.told
        )
        self._days = days
        self._began = days.now()
        self._owed = dict.fromkeys(A_DAY, 0.0)

    @property
    def day(self) -> float:
        """How many days have passed."""
        return (self._days.now() - self._began) / DAY_S

    async def step(self) -> None:
        """Shoppers come, more by day than by night, and the bot reads and says what it has to."""
        for list_id, a_day in A_DAY.items():
            self._owed[list_id] += a_day * STEP_S / DAY_S * (1 + 0.8 * math.sin(self.day * math.tau))
            count = int(self._owed[list_id])
            self._owed[list_id] -= count
            self.town.shop.take(list_id, count)
        self._days.leap(STEP_S)
        due = self._days.now()
        async with asyncio.timeout(20):
            while (await self.store.readings.newest())[0] < due or await self._at_work():
                await asyncio.sleep(0.01)
            while await self.store.alert_messages.without() or await self.store.alert_messages.behind():
                await asyncio.sleep(0.01)

    async def _at_work(self) -> bool:
        async with self.store.database.read() as connection:
            return bool(await connection.scalar(select(turns.c.until).where(turns.c.name == TURN)))

    async def until(self, day: float) -> None:
        """The time up to a day."""
        while self.day < day:
            await self.step()

    def alerts(self) -> list[Message]:
        """The cards of alerts but the first, about what was low at the beginning."""
        posted = [one for one in self.town.slack.messages("C2") if one.is_bot and not one.thread_ts]
        return [one for one in posted if "VIP birthday" not in self.town.text(one)]

    async def range_of(self, list_id: str, name: str) -> RunOut:
        """The range that a person is told."""
        assert "It lasts 1 to 3 days. From " in await self.town.say(f"/promo list {name}")
        told = await self.store.outlooks.of("", list_id)
        assert told is not None
        assert told.range is not None
        return told.range


@pytest.fixture
async def story(town: Town, days: Days) -> AsyncIterator[Story]:
    """The town at the beginning."""
    made = Story(town, days)
    yield made
    await made.store.close()


async def test_a_list_from_healthy_to_low_to_refilled(story: Story, town: Town, days: Days) -> None:
    """The alert comes days before a list is empty and is taken; a file closes it; the range of two days before held."""
    await story.until(1.0)
    assert story.alerts() == []
    while not story.alerts():
        await story.step()
    (newsletter,) = story.alerts()
    assert town.shop.lists[NEWSLETTER].available > 2_500
    said = await town.shows(newsletter, "Newsletter: low", "a day. Too little is known for a date.")
    assert ", under 3," in said
    await story.until(2.1)
    range_ = await story.range_of(NEWSLETTER, "newsletter")
    told_on = story.day
    while len(story.alerts()) < 2:
        await story.step()
    welcome = story.alerts()[1]
    await town.shows(welcome, "Welcome 10%: low", "a day it lasts 2 to 5 days.")
    await town.slack.as_("U2").click(welcome, "alert_take")
    await town.shows(welcome, "is on it since", "I ask once more")
    await story.until(told_on + 1.4)
    card = await town.drop("code\n" + "\n".join(f"WELCOME-{n:06d}" for n in range(6_000)), "welcome.csv")
    await town.shows(card, "6,000 codes ready to upload")
    await town.slack.as_("U2").click(card, "upload_confirm")
    said = await town.shows(card, "Done: 6,000 codes sent to Welcome 10%", "Undo is possible until", within_s=40)
    assert days.now() + 0.9 * DAY_S < await undo_until(story.store) < days.now() + 1.1 * DAY_S
    await story.step()
    await town.shows(welcome, "Welcome 10%: refilled", "codes now. The refill came about")
    assert "Pace: 3," in await town.say("/promo list welcome")
    while town.shop.lists[NEWSLETTER].available:
        await story.step()
    emptied = days.now()
    assert (range_.early or 0) <= emptied <= (range_.late or 0)
    assert 1.5 < story.day - told_on < 2.6
    await town.shows(newsletter, "Newsletter: empty")
    await story.until(story.day + 1 / 12)
    assert report_card(await story.store.forecasts.scores()).inside >= 1
    assert len(story.alerts()) == 2
    assert town.slack.thread("C2", newsletter.ts) == []


async def undo_until(store: Store) -> float:
    """Until when the last upload can be taken back."""
    (upload,) = await store.history.latest(limit=1)
    return upload.undo_until
