"""Tells people what an edited card does not: a reply that mentions them, and a reaction on the file's message."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from slack_sdk.errors import SlackApiError

from bot.promo.news import ASKING, Latest, mark, news
from bot.promo.uploads import Upload
from bot.slack.blocks.cards.news import answered, told
from bot.slack.posting import MessageGoneError, Posting
from bot.slack.retry import error_code
from bot.store.store import Store

# The channel is archived or gone, or the bot was removed from it; https://docs.slack.dev/reference/methods/chat.postMessage
OUT_OF_REACH = ("channel_not_found", "not_in_channel", "is_archived")


class Notifier:
    """Tells each change once, whichever process sees it; `uploaders` are those who may approve, if they are named."""

    def __init__(self, store: Store, posting: Posting, uploaders: Sequence[str]) -> None:
        self._store = store
        self._posting = posting
        self._uploaders = tuple(uploaders)

    async def tell(self, upload: Upload, latest: Latest | None) -> None:
        """Tells the upload's `latest` change and sets the reaction of its state. Raises SlackApiError."""
        await self._follow_up(upload)
        await self._tell(upload, latest)
        await self._mark(upload)

    async def _follow_up(self, upload: Upload) -> None:
        """A reply that asked for something says how that ended, and asks no more."""
        if not upload.asking_ts or (answer := await self._store.cards.answer(upload)) is None:
            return
        with suppress(MessageGoneError):
            await self._posting.edit(upload.channel, upload.asking_ts, answered(upload, *answer))
        await self._store.cards.answered(upload.ref)

    async def _tell(self, upload: Upload, latest: Latest | None) -> None:
        if latest is None or not await self._store.cards.claim_news(upload.ref, latest.number):
            return
        found = news(upload, latest, self._uploaders)
        if found is None:
            return
        message, thread_ts = told(upload, found), upload.thread_ts or upload.card_ts
        try:
            try:
                _, ts = await self._posting.post(upload.channel, message, thread_ts)
            except SlackApiError as error:
                if error_code(error) not in OUT_OF_REACH:
                    raise
                _, ts = await self._posting.post(found.to[0], message)
        except BaseException:
            await self._store.cards.release_news(upload.ref, latest.number)
            raise
        if found.what in ASKING:
            await self._store.cards.asked(upload.ref, latest.number, ts)

    async def _mark(self, upload: Upload) -> None:
        wanted = mark(upload)
        if not upload.message_ts or wanted == upload.mark:
            return
        if await self._posting.react(upload.channel, upload.message_ts, upload.mark, wanted):
            await self._store.cards.marked(upload.ref, wanted)
