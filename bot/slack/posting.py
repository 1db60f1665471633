"""Sending to Slack: what Slack refuses is sent plainer. The client tries again what Slack cannot take now."""

from __future__ import annotations

import asyncio
import io
import itertools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, BinaryIO, TypeGuard

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks.kit import Message
from bot.slack.blocks.plainer import plainer
from bot.slack.client import needed, session
from bot.slack.retry import RATE_LIMITED, error_code, pause_before_transfer

log = logging.getLogger(__name__)

_UPLOAD_S = 300
_PIECE = 1 << 16
# Link previews would show pages that nobody asked for.
_QUIET = {"unfurl_links": False, "unfurl_media": False}
# A message that cannot be edited any more, whatever is tried; https://docs.slack.dev/reference/methods/chat.update
_GONE = frozenset(
    {
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
        "is_inactive",
        "channel_not_found",
        "not_in_channel",
        "is_archived",
    }
)


class MessageGoneError(Exception):
    """The message to edit was deleted, or is out of reach: its channel is archived, or the bot was removed from it."""


class Posting:
    """Posts and edits messages, once more without tables where Slack refuses them."""

    def __init__(self, web: AsyncWebClient, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        self._web = web
        self._sleep = sleep

    async def post(self, channel: str, message: Message, thread_ts: str = "") -> tuple[str, str]:
        """Posts to a channel, thread or person; answers the channel and ts of the message. Raises SlackApiError."""
        thread = {"thread_ts": thread_ts} if thread_ts else {}
        answer = await self._send(self._web.chat_postMessage, message, channel=channel, **thread, **_QUIET)
        return str(needed(answer, "channel")), str(needed(answer, "ts"))

    async def edit(self, channel: str, ts: str, message: Message) -> None:
        """Replaces a message, in one try. Raises MessageGoneError when that is over, else as `post`."""
        try:
            await self._send(self._web.chat_update, message, channel=channel, ts=ts)
        except SlackApiError as error:
            if error_code(error) in _GONE:
                raise MessageGoneError from None
            raise

    async def post_ephemeral(self, channel: str, user: str, message: Message, thread_ts: str = "") -> None:
        """Says something to one person in a channel; in their direct messages where the bot is not in it."""
        thread = {"thread_ts": thread_ts} if thread_ts else {}
        try:
            await self._send(self._web.chat_postEphemeral, message, channel=channel, user=user, **thread)
        except SlackApiError as error:
            if error_code(error) not in ("not_in_channel", "channel_not_found", "user_not_in_channel"):
                raise
            await self.post(user, message)

    async def react(self, channel: str, ts: str, old: str, new: str) -> bool:
        """Puts the reaction `new` in place of `old` (empty for none); False when Slack will not have it.

        Raises SlackApiError when it only is too much for Slack just now: the old one must not stay beside the new one.
        """
        try:
            if new:
                await self._unless(self._web.reactions_add, "already_reacted", channel, ts, new)
            if old:
                await self._unless(self._web.reactions_remove, "no_reaction", channel, ts, old)
        except SlackApiError as error:
            if error_code(error) == RATE_LIMITED:
                raise
            log.warning("a reaction could not be set: %s", error_code(error))
            return False
        return True

    async def _unless(self, method: Callable[..., Awaitable[Any]], fine: str, channel: str, ts: str, name: str) -> None:
        try:
            await method(channel=channel, timestamp=ts, name=name)
        except SlackApiError as error:
            if error_code(error) != fine:
                raise

    async def send_file(self, user: str, name: str, content: bytes | BinaryIO, comment: str) -> None:
        """Sends a file to one person's direct messages; an open one goes there piece by piece.

        https://docs.slack.dev/messaging/working-with-files#upload
        """
        source = io.BytesIO(content) if isinstance(content, bytes) else content
        length = source.seek(0, io.SEEK_END)
        source.seek(0)
        opened = await self._web.conversations_open(users=user)
        channel = needed(opened, "channel", "id")
        ticket = await self._web.files_getUploadURLExternal(filename=name, length=length)
        file_id, url = str(needed(ticket, "file_id")), str(needed(ticket, "upload_url"))
        await self._upload(url, source, length)
        files: list[dict[str, str | None]] = [{"id": file_id, "title": name}]
        await self._web.files_completeUploadExternal(files=files, channel_id=channel, initial_comment=comment)

    async def _upload(self, url: str, source: BinaryIO, length: int) -> None:
        """Sends the content; Slack's 429 is waited out a few times."""
        timeout = aiohttp.ClientTimeout(total=_UPLOAD_S, sock_connect=10)
        about: Mapping[str, Any] = {
            "headers": {"Content-Length": str(length)},
            "timeout": timeout,
            "proxy": self._web.proxy,
            "allow_redirects": False,
        }
        for attempt in itertools.count(1):
            async with session(self._web).post(url, data=_pieces(source), **about) as answer:
                pause = pause_before_transfer(answer.status, answer.headers.get("Retry-After", ""), attempt)
                if pause is None:
                    answer.raise_for_status()
                    return
            await self._sleep(pause)

    async def _send(self, method: Callable[..., Awaitable[Any]], message: Message, **where: Any) -> Any:
        while True:
            try:
                return await method(**where, text=message.text, blocks=message.blocks)
            except SlackApiError as error:
                if not _refuses_blocks(error) or plainer(message) == message:
                    raise
                log.warning("Slack refused a table: %s", _pointers(error))
                message = plainer(message)


async def _pieces(source: BinaryIO) -> AsyncIterator[bytes]:
    source.seek(0)
    while piece := source.read(_PIECE):
        yield piece


def _refuses_blocks(error: Exception) -> TypeGuard[SlackApiError]:
    return isinstance(error, SlackApiError) and error_code(error) == "invalid_blocks"


def _pointers(error: SlackApiError) -> str:
    # Slack names the places in the payload, not their content.
    found = (error.response.get("response_metadata") or {}).get("messages") or []
    return "; ".join(str(one)[:200] for one in found[:5])
