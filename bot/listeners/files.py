"""Files: dropped in a channel or in the bot's direct messages, or pointed at with the message shortcut."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.errors import FileGone, NotAllowed, PromoBotError
from bot.promo.file_types import is_read, is_worth_opening, speaks_of_codes
from bot.promo.lifecycle import LIVE
from bot.slack.blocks.kit import Message
from bot.slack.blocks.problems import card_in_direct, explain, has_card, no_file, not_opened, take_over
from bot.slack.files import Files, SlackFile
from bot.slack.members import Members
from bot.slack.people import People
from bot.slack.permalinks import Permalinks
from bot.slack.posting import Posting
from bot.store.store import Store
from bot.store.uploads import NewUpload
from bot.work.checks import Checks

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file was shared, and by whom."""

    channel: str
    user: str
    posting: Posting
    contact: str = ""
    thread_ts: str = ""

    @property
    def direct(self) -> bool:
        """Whether it is a conversation with the bot, in which everything gets a word."""
        return self.channel.startswith("D")

    def explain(self, error: PromoBotError) -> Message:
        """An error in words."""
        return explain(error, self.contact)

    async def tell(self, message: Message) -> None:
        """Says something in the direct messages; in a channel, where nobody asked, nothing."""
        if self.direct:
            await self.posting.post(self.channel, message, self.thread_ts)


async def usable_file(file_id: str, place: Place, files: Files) -> SlackFile | None:
    """What Slack says of a shared file, unless it is gone or never holds codes."""
    try:
        file = await files.info(file_id, place.channel)
    except FileGone as error:
        if place.direct:
            await place.tell(place.explain(error))
        elif not error.outside:
            await place.posting.post_ephemeral(place.channel, place.user, place.explain(error))
        return None
    if is_worth_opening(file.name, file.mimetype):
        return file
    await replace(place, thread_ts=file.thread_in(place.channel)).tell(not_opened(file.name))
    return None


async def refuse(
    error: NotAllowed, file: SlackFile, place: Place, members: Members, checks: Checks, store: Store
) -> None:
    """Tells whoever may not load codes, and once those who may how to take the file over; only if it holds codes."""
    if place.direct:
        await place.tell(place.explain(error))
        return
    outside = error.why in ("stranger", "shared_channel")
    if error.why == "bot" or not (is_read(file.name) or speaks_of_codes(file.name)):
        return
    # What people of other companies share is never opened, so its name has to do.
    if not await (checks.named_like_codes(file) if outside else checks.holds_codes(file)):
        return
    if outside and not await store.deliveries.claim(f"refused {place.channel} {place.user}"):
        return
    await place.posting.post_ephemeral(place.channel, place.user, place.explain(error), place.thread_ts)
    if not await store.deliveries.claim(f"take over {place.channel}"):
        return
    how = take_over(file.name, shared=outside)
    if not outside:
        await place.posting.post(place.channel, how, place.thread_ts)
        return
    # In a channel shared with another company only one's own colleagues are told.
    for member in await members.who_may_load(place.channel):
        if member != place.user:
            await place.posting.post_ephemeral(place.channel, member, how, place.thread_ts)


def new_upload(ref: str, file: SlackFile, channel: str, user: str, thread_ts: str, **more: Any) -> NewUpload:
    """What is known of an upload from a file before it is read."""
    return NewUpload(
        ref=ref,
        channel=channel,
        user=user,
        file_name=file.name,
        file_id=file.id,
        thread_ts=thread_ts,
        message_ts=file.message_in(channel),
        shared_by=file.user if file.user != user else "",
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
    permalinks: Permalinks,
    contact: str,
    new_ref: Callable[[], str],
) -> None:
    """The message shortcut: the files of an older message get their cards."""
    await ack()
    user, channel, message = shortcut["user"]["id"], shortcut["channel"]["id"], shortcut["message"]
    try:
        await people.check(user, channel, uploads=True)
        private = False
    except NotAllowed as error:
        if error.why != "shared_channel":
            raise
        # What is to stay inside is shown inside: in the person's direct messages.
        await people.check(user, "", uploads=True)
        private = True
    if not await store.deliveries.first(shortcut):
        return
    thread_ts = message.get("thread_ts") or message["ts"]
    shared = [about for about in message.get("files") or () if (about or {}).get("id")]
    if not shared:
        await posting.post_ephemeral(channel, user, no_file(), thread_ts)
    for about in shared:
        if live := [upload for upload in await store.history.of_file(about["id"], channel) if upload.state in LIVE]:
            links = await permalinks.of(live)
            name = about.get("name") or "This file"
            await posting.post_ephemeral(channel, user, has_card(name, links.get(live[0].ref, "")), thread_ts)
            continue
        try:
            file = await files.info(about["id"])
        except FileGone as error:
            await posting.post_ephemeral(channel, user, explain(error, contact), thread_ts)
            continue
        place = (user, user, "") if private else (channel, user, thread_ts)
        await checks.take_in(new_upload(new_ref(), file, *place, asked_for=True))
        if private:
            await posting.post_ephemeral(channel, user, card_in_direct(file.name), thread_ts)


async def ignore() -> None:
    """Slack sends an event again unless it is answered, also one that nobody here needs."""
