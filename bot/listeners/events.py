"""Files dropped in a channel, the message shortcut, and the Home tab."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.errors import FileGone, NotAllowed, PersonaClickError
from bot.listeners.desk import Desk
from bot.promo.uploads import State
from bot.slack.blocks.home import closed_home, home_view
from bot.slack.blocks.problems import explain, has_card, no_file
from bot.slack.files import SlackFile
from bot.store.database import AWAY
from bot.store.deliveries import Seen
from bot.store.uploads import NewUpload

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
# Told by Slack's own word for a file, without reading it.
_NEVER_CODES = ("image/", "video/", "audio/", "font/", "application/pdf", "text/html")


@dataclass(slots=True)
class Marks:
    """What this delivery was the first to bring; taken back when its work does not come about."""

    seen: Seen
    ours: list[str] = field(default_factory=list)

    async def first(self, what: str) -> bool:
        """True once, however often this delivery asks."""
        if what not in self.ours and await self.seen.first(what):
            self.ours.append(what)
        return what in self.ours

    async def forget(self) -> None:
        """The same file, shared once more, is new."""
        for what in self.ours:
            await self.seen.forget(what)


async def file_shared(event: dict[str, Any], body: dict[str, Any], *, desk: Desk) -> None:
    """A file was shared in a channel the bot is in: it gets a card in its thread, if it holds codes.

    Slack was told that the event arrived and will not send it again, so a database that is away is waited for.
    """
    marks = Marks(desk.seen)
    event_id = body.get("event_id") or event.get("event_ts")
    try:
        await desk.until_back(lambda: take_in_shared(event, f"event {event_id}", marks, desk))
    except BaseException:
        with suppress(*AWAY):
            await asyncio.shield(marks.forget())
        raise


async def take_in_shared(event: dict[str, Any], mark: str, marks: Marks, desk: Desk) -> None:
    """The work of one `file_shared` event."""
    channel, file_id = event["channel_id"], event["file_id"]
    if not await marks.first(mark) or not await is_new(file_id, channel, marks, desk):
        return
    user = event.get("user_id", "")
    try:
        file = await desk.files.info(file_id, channel)
    except FileGone as error:
        if not error.outside:
            await desk.posting.whisper(channel, user, explain(error))
        return
    if file.mimetype.startswith(_NEVER_CODES):
        return
    user = user or file.user
    try:
        await desk.people.check(user, channel, uploads=True)
    except NotAllowed as error:
        if error.why != "bot" and looks_like_codes(file):
            await desk.posting.whisper(channel, user, explain(error), file.thread_in(channel))
        return
    await desk.take_in(new_upload(file, channel, user, file.thread_in(channel), desk))


async def is_new(file_id: str, channel: str, marks: Marks, desk: Desk) -> bool:
    """Whether this file has no card in use in this channel."""
    if await marks.first(f"file {file_id} {channel}"):
        return True
    earlier = await desk.history.of_file(file_id, channel)
    return bool(earlier) and not any(one.state in _LIVE for one in earlier)


def looks_like_codes(file: SlackFile) -> bool:
    """Whether the file's name says that it holds a table or a list."""
    return file.name.casefold().endswith((".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".json", ".zip", ".gz"))


def new_upload(file: SlackFile, channel: str, user: str, thread_ts: str, desk: Desk, **more: Any) -> NewUpload:
    """What is known of an upload from a file before it is read."""
    return NewUpload(
        ref=desk.new_ref(),
        channel=channel,
        user=user,
        file_name=file.name,
        file_id=file.id,
        thread_ts=thread_ts,
        **more,
    )


async def load_promo_codes(ack: AsyncAck, shortcut: dict[str, Any], *, desk: Desk) -> None:
    """The message shortcut: the files of an older message get their cards."""
    await ack()
    user, channel, message = shortcut["user"]["id"], shortcut["channel"]["id"], shortcut["message"]
    await desk.people.check(user, channel, uploads=True)
    if not await desk.seen.first(f"shortcut {shortcut['trigger_id']}"):
        return
    thread_ts = message.get("thread_ts") or message["ts"]
    files = message.get("files") or []
    if not files:
        await desk.posting.whisper(channel, user, no_file(), thread_ts)
    for about in files:
        live = [one for one in await desk.history.of_file(about["id"], channel) if one.state in _LIVE]
        if live:
            await desk.posting.whisper(channel, user, has_card(about.get("name") or "This file"), thread_ts)
            continue
        try:
            file = await desk.files.info(about["id"])
        except FileGone as error:
            await desk.posting.whisper(channel, user, explain(error), thread_ts)
            continue
        await desk.take_in(new_upload(file, channel, user, thread_ts, desk, asked_for=True))


async def app_home_opened(event: dict[str, Any], *, desk: Desk) -> None:
    """The Home tab: what needs codes, and what is under way."""
    if event.get("tab") == "home":
        await show_home(event["user"], desk)


async def home_refresh(ack: AsyncAck, body: dict[str, Any], *, desk: Desk) -> None:
    """The Home tab's own button."""
    await ack()
    await show_home(body["user"]["id"], desk)


async def show_home(user: str, desk: Desk) -> None:
    """Publishes one person's Home tab."""
    try:
        await desk.people.check(user, "")
    except NotAllowed as error:
        await desk.web.views_publish(user_id=user, view=closed_home(error))
        return
    uploads = await desk.history.latest(limit=5)
    try:
        reading = await desk.catalog.read()
    except PersonaClickError as error:
        view = home_view(error, uploads, desk.now())
    else:
        view = home_view(reading.lists, uploads, desk.now(), reading.failures)
    await desk.web.views_publish(user_id=user, view=view)


async def let_be(*, desk: Desk) -> None:
    """An event that Slack sends and nobody here needs: without an answer Slack would send it again."""
    del desk
