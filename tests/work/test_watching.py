"""Two processes on one database: no reading, alert, question or digest twice, and none missed where one dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

import pytest
from sqlalchemy import select, update

from bot.errors import PersonaClickError, Unreachable
from bot.personaclick.catalog import Catalog, Reading
from bot.promo.alerts import Watch
from bot.promo.lists import PromoList
from bot.slack.blocks.kit import Message
from bot.slack.posting import Posting
from bot.store.database import Database
from bot.store.digests import Digest
from bot.store.store import Store
from bot.store.tables import uploads
from bot.store.uploads import NewUpload
from bot.store.vault import Vault
from bot.store.watches import QuietHours
from bot.store.watching import readings
from bot.work.alerts import AlertCards
from bot.work.digests import Digests
from bot.work.judging import Judging
from bot.work.readings import TURN, Readings
from tests.conftest import Clock

STEP_S = 300.0


@dataclass
class Shop:
    """A PersonaClick whose counts tests set; `failure` is what it answers instead."""

    lists: dict[str, int] = field(default_factory=lambda: {"a": 5_000, "b": 5_000})
    failure: PersonaClickError | None = None
    shops: tuple[str, ...] = ("",)

    async def read(self, _max_age_s: float) -> Reading:
        """The lists now."""
        if self.failure is not None:
            raise self.failure
        return Reading(0.0, tuple(PromoList(one, one.upper(), left) for one, left in self.lists.items()), {})


@dataclass
class Channel:
    """A Slack that keeps what is posted, edited and replied."""

    posts: list[str] = field(default_factory=list)
    edits: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)

    async def post(self, channel: str, message: Message, thread_ts: str = "") -> tuple[str, str]:
        """Keeps a message."""
        await asyncio.sleep(0)
        (self.replies if thread_ts else self.posts).append(message.text)
        return channel, f"{len(self.posts)}.0"

    async def edit(self, _channel: str, _ts: str, message: Message) -> None:
        """Keeps an edit."""
        self.edits.append(message.text)


class Process:
    """One of several bots on the same database."""

    def __init__(self, url: str, clock: Clock, shop: Shop, slack: Channel, owner: str) -> None:
        self.database = Database(url, now=clock)
        self.store = Store(self.database, Vault("k" * 32), owner=owner, timeout_s=1.0, shop_ids={})
        posting = cast(Posting, slack)
        self.cards = AlertCards(self.store, posting)
        judging = Judging(self.store, posting, "C1", lambda: None)
        self.readings = Readings(self.store, cast(Catalog, shop), judging.judge, every_s=STEP_S)
        self.digests = Digests(self.store, posting)

    async def round(self) -> None:
        """Everything that is due."""
        await self.readings.take_due()
        await self.cards.once()
        await self.digests.send_due()


@dataclass
class Pair:
    """Two processes, their clock, shop and Slack."""

    one: Process
    two: Process
    clock: Clock
    shop: Shop
    slack: Channel

    async def rounds(self, count: int, before: Callable[[int], None] = lambda _: None) -> None:
        """Both work at the same moments, five minutes apart."""
        for number in range(count):
            before(number)
            await asyncio.gather(self.one.round(), self.two.round())
            self.clock.at += STEP_S


@pytest.fixture
async def pair(database_url: str, clock: Clock) -> AsyncIterator[Pair]:
    """Two processes on an empty database of each kind."""
    shop, slack = Shop(), Channel()
    made = [Process(database_url, clock, shop, slack, owner) for owner in ("one", "two")]
    yield Pair(made[0], made[1], clock, shop, slack)
    for process in made:
        await process.database.close()


async def moments(pair: Pair) -> list[float]:
    """When readings were taken."""
    async with pair.one.database.read() as connection:
        return sorted(await connection.scalars(select(readings.c.at)))


async def test_one_reading_one_card_one_digest(pair: Pair) -> None:
    """Both work at once: each moment is read once, an incident has one card, the digest comes once."""
    digest = Digest("C2", tuple(range(7)), 8, 0, "UTC", "U1", pair.clock.at + 1_000, pair.clock.at)
    await pair.one.store.digests.set(digest)
    start = pair.clock.at

    def fall(number: int) -> None:
        pair.shop.lists["a"] = max(0, 610 - 50 * number) if number < 15 else 9_000

    await pair.rounds(18, fall)
    assert await moments(pair) == [start + STEP_S * number for number in range(18)]
    alerts = [text for text in pair.slack.posts if text.startswith("A: ")]
    assert [text.splitlines()[0] for text in alerts] == ["A: low"]
    assert [text.splitlines()[0] for text in pair.slack.edits][-1] == "A: refilled"
    assert {"A: very low", "A: nearly empty", "A: empty"} <= {text.splitlines()[0] for text in pair.slack.edits}
    assert len(pair.slack.posts) == 2
    assert pair.slack.replies == []


async def test_an_upload_that_ended_is_read_soon(pair: Pair) -> None:
    """What was told of a list before its codes were loaded stands for a minute at most."""
    assert await pair.one.readings.take_due()
    await pair.one.store.uploads.create(NewUpload("u1", "C1", "U1", "a.csv"))
    at = pair.clock.at + 20
    async with pair.one.database.begin() as connection:
        await connection.execute(update(uploads).values(confirmed_at=at, finished_at=at))
    taken = []
    for _ in range(4):
        pair.clock.at += 40
        taken.append(await pair.two.readings.take_due())
    assert taken == [False, True, False, False]


async def test_who_dies_is_replaced(pair: Pair) -> None:
    """A process that took a turn, a message or a digest and died is replaced, and the work is done once."""
    await pair.rounds(1)
    pair.shop.lists["a"] = 100
    assert await pair.one.store.turns.take(TURN, 0.0, 180.0)
    pair.clock.at += 10
    await pair.two.round()
    assert len(await moments(pair)) == 1
    pair.clock.at += STEP_S
    await pair.two.readings.take_due()
    assert len(await moments(pair)) == 2
    waiting = await pair.one.store.alert_messages.without()
    assert await pair.one.store.alert_messages.begin("C1", waiting) is not None
    await pair.two.cards.once()
    assert pair.slack.posts == []
    pair.clock.at += 61
    await asyncio.gather(pair.two.cards.once(), pair.one.cards.once())
    assert len(pair.slack.posts) == 1
    due = Digest("C2", (0, 1, 2, 3, 4, 5, 6), 9, 0, "UTC", "U1", pair.clock.at, pair.clock.at)
    await pair.one.store.digests.set(due)
    assert await pair.one.store.digests.claim(due)
    await pair.two.digests.send_due()
    assert len(pair.slack.posts) == 1
    pair.clock.at += 121
    await asyncio.gather(pair.two.digests.send_due(), pair.one.digests.send_due())
    await pair.two.digests.send_due()
    assert len(pair.slack.posts) == 2


async def test_an_outage_is_told_once_and_covers_alerts(pair: Pair) -> None:
    """A shop that does not answer is told of once, once more when it does, and no alert comes meanwhile."""
    await pair.rounds(1)

    def down(number: int) -> None:
        pair.shop.failure = Unreachable() if number < 10 else None

    await pair.rounds(12, down)
    began, over = pair.slack.posts
    assert began.startswith("PersonaClick has not told its counts since ")
    assert over == "PersonaClick tells its counts again, after about 50 minutes."
    assert await pair.one.store.outages.all() == {}


async def test_taking_snoozing_and_quiet_hours(pair: Pair) -> None:
    """Whoever took an alert is asked once more, a snooze ends with one reply, and quiet hours hold back what is new."""
    pair.shop.lists["a"] = 100
    await pair.rounds(1)
    (alert,) = await pair.one.store.alerts.all_open()
    await pair.one.store.alerts.take(alert.id, "U1", pair.clock.at + 600)
    await pair.rounds(6)
    assert [text.splitlines()[0] for text in pair.slack.replies] == ["<@U1>, A still has 100 codes left."]
    await pair.one.store.alerts.snooze(alert.id, "U2", until=pair.clock.at + 900)
    await pair.rounds(6)
    assert pair.slack.replies[1:] == ["<@U2>, the snooze of A is over: 100 codes left."]
    await pair.one.store.watches.set_quiet(QuietHours("C1", 0, 24 * 60 - 1, "UTC", "U1"))
    pair.shop.lists["b"] = 100
    await pair.rounds(2)
    assert len(pair.slack.posts) == 1
    await pair.one.store.watches.end_quiet("C1")
    await pair.rounds(2)
    assert [text.splitlines()[0] for text in pair.slack.posts] == ["A: very low", "B: very low"]


async def test_a_count_that_slips_to_nothing_opens_no_alert(pair: Pair) -> None:
    """A list in stock that reads as empty once is waited for; one that does so twice is empty."""
    for left in (5_000, 0, 5_000):
        pair.shop.lists["a"] = left
        await pair.rounds(1)
    assert pair.slack.posts == []
    pair.shop.lists["a"] = 0
    await pair.rounds(2)
    assert [text.splitlines()[0] for text in pair.slack.posts] == ["A: empty"]


async def test_whoever_is_named_is_told_by_a_message(pair: Pair) -> None:
    """An alert with an owner gets a message of its own, where it would else join one by an edit, which tells nobody."""
    await pair.one.store.watches.set(Watch("", "b", "C1", codes=500, owner="U7", chosen=True), "B")
    pair.shop.lists |= {"a": 400}
    await pair.rounds(1)
    pair.shop.lists |= {"b": 300}
    await pair.rounds(1)
    assert [text.splitlines()[0] for text in pair.slack.posts] == ["A: low", "B: low"]
    assert "For <@U7>" in pair.slack.posts[1]


async def test_lists_that_turn_together_share_a_message(pair: Pair) -> None:
    """Two that turn at one reading share a message, and a third a few minutes later joins it."""
    pair.shop.lists |= {"c": 5_000}
    await pair.rounds(1)
    pair.shop.lists |= {"a": 400, "b": 300}
    await pair.rounds(1)
    pair.shop.lists |= {"c": 200}
    await pair.rounds(1)
    assert [text.splitlines()[0] for text in pair.slack.posts] == ["2 lists need codes"]
    assert pair.slack.edits[-1].splitlines()[0] == "3 lists need codes"
    pair.shop.lists = {"a": 5_000, "c": 5_000}
    await pair.rounds(1)
    assert "B: low" in pair.slack.edits[-1].splitlines()
    await pair.rounds(6)
    shown: list[str] = pair.slack.edits[-1].splitlines()
    assert shown[0] == "3 lists: no codes needed any more"
    assert "B: not in PersonaClick any more" in shown


def test_types() -> None:
    """The doubles have what the real ones have."""
    real: Mapping[type, type] = {Shop: Catalog, Channel: Posting}
    for double, original in real.items():
        names = [name for name in vars(double) if not name.startswith("_") and callable(getattr(double, name))]
        assert all(hasattr(original, name) for name in names)
