"""A file dropped in a channel or in the bot's direct messages: noted, answered to Slack, then dealt with once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.errors import NotAllowed, WrongState
from bot.listeners.files import Place, new_upload, refuse, usable_file
from bot.promo.lifecycle import LIVE
from bot.promo.uploads import Upload
from bot.slack.blocks.problems import has_card
from bot.slack.files import Files
from bot.slack.members import Members
from bot.slack.people import People
from bot.slack.permalinks import Permalinks
from bot.slack.posting import Posting
from bot.store.database import AWAY
from bot.store.deliveries import Deliveries
from bot.store.dropped import Dropped
from bot.store.store import Store
from bot.work.checks import Checks

log = logging.getLogger(__name__)

DATABASE_TRIES = 150
# Slack takes an event that is not answered within 3 seconds for lost.
NOTED_WITHIN_S = 1.5


@dataclass(slots=True)
class Claims:
    """What this delivery was the first to bring; released when its work does not come about."""

    deliveries: Deliveries
    ours: list[str] = field(default_factory=list)

    async def claim(self, what: str) -> bool:
        """True once, however often this delivery asks."""
        if what not in self.ours and await self.deliveries.claim(what):
            self.ours.append(what)
        return what in self.ours

    async def release(self) -> None:
        """The same file, shared once more, is new."""
        for what in self.ours:
            await self.deliveries.release(what)


async def file_shared(
    ack: AsyncAck,
    event: dict[str, Any],
    body: dict[str, Any],
    *,
    store: Store,
    deal_with: Callable[..., Awaitable[None]],
) -> None:
    """A file was shared in a channel the bot is in.

    Once Slack was told that the event arrived it will not send it again, so it is noted first, if the database answers.
    """
    event_id = body.get("event_id") or event.get("event_ts")
    dropped = Dropped(f"event {event_id} {event['file_id']}", event)
    noting = asyncio.create_task(store.dropped.note(dropped))
    # A database that is busy is not given up: what it is asked ends in its time.
    await asyncio.wait([noting], timeout=NOTED_WITHIN_S)
    await ack()
    try:
        await noting
        noted = True
    except AWAY:
        noted = False
    await deal_with(dropped, noted)


async def deal_with(
    dropped: Dropped,
    noted: bool,
    *,
    store: Store,
    people: People,
    files: Files,
    posting: Posting,
    checks: Checks,
    members: Members,
    permalinks: Permalinks,
    contact: str,
    new_ref: Callable[[], str],
) -> None:
    """The file gets a card in its thread, if it holds codes. A database that is away is waited for."""
    claims, event = Claims(store.deliveries), dropped.event
    place = Place(event["channel_id"], event.get("user_id", ""), posting, contact)

    async def take_in() -> None:
        if not await claims.claim(dropped.what):
            return
        if card := await card_in_use(event["file_id"], place.channel, claims, store):
            await place.tell(has_card(card.file_name, (await permalinks.of([card])).get(card.ref, "")))
        elif (file := await usable_file(event["file_id"], place, files)) is not None:
            user = place.user or file.user
            thread_ts = file.thread_in(place.channel)
            try:
                await people.check(user, place.channel, uploads=True, patient=True)
            except NotAllowed as error:
                await refuse(error, file, replace(place, user=user, thread_ts=thread_ts), members, checks, store)
            else:
                # In a conversation with the bot even a file without codes gets a word.
                more = {"asked_for": place.direct, "dropped": dropped.what if noted else ""}
                with suppress(WrongState):
                    await checks.take_in(new_upload(new_ref(), file, place.channel, user, thread_ts, **more))
        await store.dropped.done(dropped.what)

    try:
        await until_back(take_in)
    except asyncio.CancelledError:
        with suppress(*AWAY):
            await asyncio.shield(store.dropped.let_go(dropped.what) if noted else claims.release())
        raise
    except BaseException:
        with suppress(*AWAY):
            await claims.release()
            await store.dropped.done(dropped.what)
        raise


async def take_up(dropped: Dropped, *, store: Store, deal_with: Callable[..., Awaitable[None]]) -> None:
    """Deals with a file whose process stopped or died meanwhile."""
    file_id, channel = dropped.event["file_id"], dropped.event["channel_id"]
    await store.deliveries.release(dropped.what)
    if not await store.history.of_file(file_id, channel):
        await store.deliveries.release(name_of(file_id, channel))
    await deal_with(dropped, True)


def name_of(file_id: str, channel: str) -> str:
    """What the first delivery of a file in a channel is known by."""
    return f"file {file_id} {channel}"


async def until_back(work: Callable[[], Awaitable[None]]) -> None:
    """Does `work`, and again while the database is away, for five minutes at most."""
    for _ in range(DATABASE_TRIES):
        try:
            await work()
            return
        except AWAY:
            log.warning("the database is away, an event waits")
            await asyncio.sleep(2)
    await work()


async def card_in_use(file_id: str, channel: str, claims: Claims, store: Store) -> Upload | None:
    """The upload whose card this file has in this channel already, if it is in use still."""
    if await claims.claim(name_of(file_id, channel)):
        return None
    earlier = await store.history.of_file(file_id, channel)
    return next((upload for upload in earlier if upload.state in LIVE), None)
