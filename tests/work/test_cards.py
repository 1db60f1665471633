"""The cards of a process that stops while Slack hangs, and of one that was killed after it had posted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import cast

import pytest

from bot.errors import Unreadable
from bot.personaclick.catalog import Catalog
from bot.promo.uploads import CardContext
from bot.slack.blocks import kit
from bot.slack.blocks.cards.card import card
from bot.slack.client import web_client
from bot.slack.files import Files
from bot.slack.names import Names
from bot.slack.permalinks import Permalinks
from bot.slack.posting import Posting
from bot.stand_ins.slack import Message, StandInSlack
from bot.store.cards import CLAIM_S
from bot.store.database import Database
from bot.store.store import Store
from bot.store.uploads import NewUpload
from bot.work.cards import LANDS_WITHIN_S, CardUpdater
from bot.work.notifier import Notifier
from bot.work.strays import Strays
from tests.conftest import Clock, store_on


def updater(store: Store, posting: Posting, files: Files, clock: Clock) -> CardUpdater:
    """What shows cards in one process."""
    return CardUpdater(
        store,
        cast(Catalog, None),
        posting,
        permalinks=cast(Permalinks, None),
        names=cast(Names, None),
        notifier=Notifier(store, posting, ()),
        strays=Strays(store, files),
        now=clock,
    )


class Hanging:
    """A Slack that takes posts and does not answer them."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def post(self, _channel: str, _message: kit.Message, _thread_ts: str = "") -> tuple[str, str]:
        """Takes a post."""
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_stop_leaves_slack_time_for_what_it_was_asked(database: Database, clock: Clock) -> None:
    """A card whose edit was cut off by a stop is free for the next process once that edit cannot land any more."""
    store, posting = store_on(database), Hanging()
    await store.uploads.create(NewUpload("u1", "C1", "U1", "a.csv"))
    await store.uploads.failed("u1", Unreadable("damaged"))
    cards = updater(store, cast(Posting, posting), cast(Files, None), clock)
    running = asyncio.create_task(cards.run())
    cards.changed("u1")
    await asyncio.wait_for(posting.asked.wait(), 5)
    await cards.stop(0.01)
    await running
    other = store_on(database, owner="other")
    assert await other.cards.claim("u1", 0.0) > 0.0
    clock.at += LANDS_WITHIN_S + 0.1
    assert await other.cards.claim("u1", 0.0) == 0.0


@dataclass
class Place:
    """A workspace, and a database with an upload whose card a killed process posted and could not note."""

    slack: StandInSlack
    store: Store
    clock: Clock
    file: Message
    stray: Message

    async def show(self) -> list[str]:
        """The ts of the answers to the file, once another process has shown the card."""
        web = web_client(self.slack.bot_token, self.slack.base_url)
        files = Files(web, self.slack.bot_token, hosts=(self.slack.host,), max_file_mb=1)
        cards = updater(self.store, Posting(web), files, self.clock)
        running = asyncio.create_task(cards.run())
        cards.changed("u1")
        async with asyncio.timeout(10):
            while (await self.store.uploads.get("u1")).shown_version < 2:
                await asyncio.sleep(0.01)
                self.clock.at += 0.01
        await cards.stop(1)
        await running
        return [message.ts for message in self.slack.thread("C1", self.file.ts)]


@pytest.fixture
async def place(database: Database, clock: Clock) -> AsyncIterator[Place]:
    """The upload has failed since its card was posted, while it was checked."""
    slack, store = StandInSlack(), store_on(database)
    await slack.start()
    file = await slack.as_("U1").drop("C1", {"a.csv": b"code"})
    await store.uploads.create(
        NewUpload("u1", "C1", "U1", "a.csv", file_id=file.files[0], thread_ts=file.ts, message_ts=file.ts)
    )
    assert await store.cards.claim("u1", 0.0) == 0.0
    posting = Posting(web_client(slack.bot_token, slack.base_url))
    _, ts = await posting.post("C1", card(await store.uploads.get("u1"), CardContext(), clock()), file.ts)
    stray = slack.workspace.message("C1", ts)
    assert stray is not None
    await store.uploads.failed("u1", Unreadable("damaged"))
    clock.at += CLAIM_S + 1
    yield Place(slack, store, clock, file, stray)
    await slack.stop()


async def test_a_card_of_a_killed_process_is_taken_over(place: Place) -> None:
    """A card that was posted by a process killed in that moment is edited, and no second one is posted."""
    assert "Checking" in place.stray.text
    assert await place.show() == [place.stray.ts]
    assert place.stray.text.startswith("Not loaded: a.csv")
    assert (await place.store.uploads.get("u1")).card_ts == place.stray.ts


async def test_a_card_is_taken_over_once_slack_takes_the_edit(place: Place) -> None:
    """That Slack is too busy for the first edit does not bring a second card."""
    place.slack.fail("chat.update", status=429, retry_after=0)
    assert await place.show() == [place.stray.ts]
    assert place.stray.text.startswith("Not loaded: a.csv")


async def test_what_somebody_said_is_never_taken_for_a_card(place: Place) -> None:
    """Where somebody has answered in the thread nothing is taken over, and a card is posted."""
    said = place.slack.as_("U2").say("C1", "Is this the right file?", place.file.ts)
    first, second, third = await place.show()
    assert (first, second) == (place.stray.ts, said.ts)
    assert (await place.store.uploads.get("u1")).card_ts == third


async def test_another_files_card_is_never_taken_over(place: Place) -> None:
    """Where another file of the same message may be getting its card just now nothing is taken over."""
    await place.store.uploads.create(NewUpload("u2", "C1", "U1", "b.csv", thread_ts=place.file.ts))
    first, second = await place.show()
    assert first == place.stray.ts
    assert (await place.store.uploads.get("u1")).card_ts == second


async def test_a_file_without_codes_is_not_forgotten_where_a_card_may_be(place: Place) -> None:
    """An upload whose card may be out there stays, so that the card does not say Checking for ever."""
    assert not await place.store.uploads.forget_unshown("u1")
