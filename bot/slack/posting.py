"""Sending to Slack: what Slack refuses is sent plainer, what Slack cannot take now is sent later."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeGuard

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks.kit import Message
from bot.slack.retry import patiently, pause_after, said

log = logging.getLogger(__name__)

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
    """Posts and edits messages; obeys Slack's 429, waits out its failures, and resends once without tables."""

    def __init__(self, web: AsyncWebClient, *, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        self._web = web
        self._sleep = sleep

    async def post(self, channel: str, message: Message, thread_ts: str = "", *, tries: int = 3) -> tuple[str, str]:
        """Posts to a channel, thread or person; answers the channel and ts of the message.

        Raises SlackApiError when Slack will not have it, or after so many `tries`.
        """
        thread = {"thread_ts": thread_ts} if thread_ts else {}
        answer = await self._say(self._web.chat_postMessage, message, tries, channel=channel, **thread, **_QUIET)
        return str(answer["channel"]), str(answer["ts"])

    async def edit(self, channel: str, ts: str, message: Message, *, tries: int = 3) -> None:
        """Replaces a message. Raises MessageGoneError when that is over, else as `post`."""
        try:
            await self._say(self._web.chat_update, message, tries, channel=channel, ts=ts)
        except SlackApiError as error:
            if said(error) in _GONE:
                raise MessageGoneError from None
            raise

    async def whisper(self, channel: str, user: str, message: Message, thread_ts: str = "") -> None:
        """Says something to one person in a channel; in their direct messages where the bot is not in it."""
        thread = {"thread_ts": thread_ts} if thread_ts else {}
        try:
            await self._say(self._web.chat_postEphemeral, message, 3, channel=channel, user=user, **thread)
        except SlackApiError as error:
            if said(error) not in ("not_in_channel", "channel_not_found", "user_not_in_channel"):
                raise
            await self.post(user, message)

    async def send_file(self, user: str, name: str, content: bytes, comment: str) -> None:
        """Sends a file to one person's direct messages."""
        opened = await patiently(lambda: self._web.conversations_open(users=user), sleep=self._sleep)
        where = {"channel": opened["channel"]["id"], "filename": name, "title": name, "initial_comment": comment}
        await patiently(lambda: self._web.files_upload_v2(**where, content=content), sleep=self._sleep)

    async def _say(self, method: Callable[..., Awaitable[Any]], message: Message, tries: int, **where: Any) -> Any:
        attempt = 0
        while True:
            attempt += 1
            try:
                return await method(**where, text=message.text, blocks=message.blocks)
            except Exception as error:
                pause = pause_after(error, attempt)
                if _refuses_blocks(error) and message.without_tables() != message:
                    log.warning("Slack refused a table: %s", _pointers(error))
                    message = message.without_tables()
                elif pause is None or attempt >= tries:
                    raise
                else:
                    log.warning("Slack does not take a message now (%s), trying again", type(error).__name__)
                    await self._sleep(pause)


def _refuses_blocks(error: Exception) -> TypeGuard[SlackApiError]:
    return isinstance(error, SlackApiError) and said(error) == "invalid_blocks"


def _pointers(error: SlackApiError) -> str:
    # Slack names the places in the payload, not their content.
    found = (error.response.get("response_metadata") or {}).get("messages") or []
    return "; ".join(str(one)[:200] for one in found[:5])
