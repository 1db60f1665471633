"""Files dropped in a channel, the message shortcut, and the Home tab."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.errors import FileGone, NotAllowed
from bot.promo.file_types import is_read, is_worth_opening, speaks_of_codes
from bot.promo.uploads import State
from bot.slack.blocks.problems import explain, has_card, no_file
from bot.slack.files import Files, SlackFile
from bot.slack.people import People
from bot.slack.posting import Posting
from bot.store.database import AWAY
from bot.store.deliveries import Deliveries
from bot.store.store import Store
from bot.store.uploads import NewUpload
from bot.work.checks import Checks

log = logging.getLogger(__name__)

DATABASE_TRIES = 150
# States in which a file's card is still in use; the same file shared again needs no second one.
_LIVE = (
    State.CHECKING,
    State.CHECKED,
    State.QUEUED,
    State.SENDING,
    State.PAUSED,
    State.NEEDS_DECISION,
    State.UNDOING,
)


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
    event: dict[str, Any],
    body: dict[str, Any],
    *,
    store: Store,
    people: People,
    files: Files,
    posting: Posting,
    checks: Checks,
    new_ref: Callable[[], str],
) -> None:
    """A file was shared in a channel the bot is in: it gets a card in its thread, if it holds codes.

    Slack was told that the event arrived and will not send it again, so a database that is away is waited for.
    """
    claims = Claims(store.deliveries)
    event_id = body.get("event_id") or event.get("event_ts")
    channel, file_id = event["channel_id"], event["file_id"]

    async def take_in() -> None:
        if not await claims.claim(f"event {event_id}") or not await is_new(file_id, channel, claims, store):
            return
        user = event.get("user_id", "")
        file = await usable_file(file_id, channel, user, files, posting)
        if file is not None and await may_load(file, channel, user or file.user, people, posting):
            new = new_upload(new_ref(), file, channel, user or file.user, file.thread_in(channel))
            await checks.take_in(new)

    try:
        await until_back(take_in)
    except BaseException:
        with suppress(*AWAY):
            await asyncio.shield(claims.release())
        raise


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


async def usable_file(file_id: str, channel: str, user: str, files: Files, posting: Posting) -> SlackFile | None:
    """What Slack says of a shared file, unless it is gone or never holds codes."""
    try:
        file = await files.info(file_id, channel)
    except FileGone as error:
        if not error.outside:
            await posting.whisper(channel, user, explain(error))
        return None
    return file if is_worth_opening(file.name, file.mimetype) else None


async def may_load(file: SlackFile, channel: str, user: str, people: People, posting: Posting) -> bool:
    """Whether this person may load codes here; whoever may not is told if the file looks like codes."""
    try:
        await people.check(user, channel, uploads=True)
    except NotAllowed as error:
        if error.why != "bot" and (is_read(file.name) or speaks_of_codes(file.name)):
            await posting.whisper(channel, user, explain(error), file.thread_in(channel))
        return False
    return True


async def is_new(file_id: str, channel: str, claims: Claims, store: Store) -> bool:
    """Whether this file has no card in use in this channel."""
    if await claims.claim(f"file {file_id} {channel}"):
        return True
    earlier = await store.history.of_file(file_id, channel)
    return bool(earlier) and not any(one.state in _LIVE for one in earlier)


def new_upload(ref: str, file: SlackFile, channel: str, user: str, thread_ts: str, **more: Any) -> NewUpload:
    """What is known of an upload from a file before it is read."""
    return NewUpload(
        ref=ref,
        channel=channel,
        user=user,
        file_name=file.name,
        file_id=file.id,
        thread_ts=thread_ts,
        **more,
    )


async def load_promo_codes(
    ack: AsyncAck,
    shortcut: dict[str, Any],
    *,
    store: Store,
    people: People,
    files: Files,
    posting: Posting,
    checks: Checks,
    new_ref: Callable[[], str],
) -> None:
    """The message shortcut: the files of an older message get their cards."""
    await ack()
    user, channel, message = shortcut["user"]["id"], shortcut["channel"]["id"], shortcut["message"]
    await people.check(user, channel, uploads=True)
    if not await store.deliveries.claim(f"shortcut {shortcut['trigger_id']}"):
        return
    thread_ts = message.get("thread_ts") or message["ts"]
    shared = message.get("files") or []
    if not shared:
        await posting.whisper(channel, user, no_file(), thread_ts)
    for about in shared:
        live = [one for one in await store.history.of_file(about["id"], channel) if one.state in _LIVE]
        if live:
            await posting.whisper(channel, user, has_card(about.get("name") or "This file"), thread_ts)
            continue
        try:
            file = await files.info(about["id"])
        except FileGone as error:
            await posting.whisper(channel, user, explain(error), thread_ts)
            continue
        await checks.take_in(new_upload(new_ref(), file, channel, user, thread_ts, asked_for=True))


async def ignore() -> None:
    """Slack sends an event again unless it is answered, also one that nobody here needs."""
