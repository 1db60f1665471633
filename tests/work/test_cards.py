"""The cards of a process that stops while Slack hangs."""

from __future__ import annotations

import asyncio
from typing import cast

from bot.errors import Unreadable
from bot.personaclick.catalog import Catalog
from bot.slack.blocks.kit import Message
from bot.slack.permalinks import Permalinks
from bot.slack.posting import Posting
from bot.store.database import Database
from bot.store.uploads import NewUpload
from bot.work.cards import LANDS_WITHIN_S, CardUpdater
from bot.work.notifier import Notifier
from tests.conftest import Clock, store_on


class Hanging:
    """A Slack that takes posts and does not answer them."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def post(self, _channel: str, _message: Message, _thread_ts: str = "") -> tuple[str, str]:
        """Takes a post."""
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_stop_leaves_slack_time_for_what_it_was_asked(database: Database, clock: Clock) -> None:
    """A card whose edit was cut off by a stop is free for the next process once that edit cannot land any more."""
    store, slack = store_on(database), Hanging()
    await store.uploads.create(NewUpload("u1", "C1", "U1", "a.csv"))
    await store.uploads.failed("u1", Unreadable("damaged"))
    posting = cast(Posting, slack)
    cards = CardUpdater(
        store,
        cast(Catalog, None),
        posting,
        permalinks=cast(Permalinks, None),
        notifier=Notifier(store, posting, ()),
        now=clock,
    )
    running = asyncio.create_task(cards.run())
    cards.changed("u1")
    await asyncio.wait_for(slack.asked.wait(), 5)
    await cards.stop(0.01)
    await running
    other = store_on(database, owner="other")
    assert await other.cards.claim("u1", 0.0) > 0.0
    clock.at += LANDS_WITHIN_S + 0.1
    assert await other.cards.claim("u1", 0.0) == 0.0
