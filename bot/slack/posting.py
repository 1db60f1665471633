"""Sending to Slack: what Slack refuses is sent plainer, what Slack cannot take now is sent later."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks.kit import Message

log = logging.getLogger(__name__)

_LONGEST_PAUSE_S = 60.0
# Link previews would show pages that nobody asked for.
_QUIET = {"unfurl_links": False, "unfurl_media": False}


class MessageGoneError(Exception):
    """The message to edit was deleted."""


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
        """Replaces a message. Raises MessageGoneError when it was deleted, else as `post`."""
        try:
            await self._say(self._web.chat_update, message, tries, channel=channel, ts=ts)
        except SlackApiError as error:
            if error.response.get("error") in ("message_not_found", "cant_update_message", "channel_not_found"):
                raise MessageGoneError from None
            raise

    async def whisper(self, channel: str, user: str, message: Message, thread_ts: str = "") -> None:
        """Says something to one person in a channel; in their direct messages where the bot is not in it."""
        thread = {"thread_ts": thread_ts} if thread_ts else {}
        try:
            await self._say(self._web.chat_postEphemeral, message, 3, channel=channel, user=user, **thread)
        except SlackApiError as error:
            if error.response.get("error") not in ("not_in_channel", "channel_not_found", "user_not_in_channel"):
                raise
            await self.post(user, message)

    async def send_file(self, user: str, name: str, content: bytes, comment: str) -> None:
        """Sends a file to one person's direct messages."""
        opened = await self._web.conversations_open(users=user)
        channel = opened["channel"]["id"]
        await self._web.files_upload_v2(
            channel=channel, filename=name, title=name, content=content, initial_comment=comment
        )

    async def _say(self, method: Callable[..., Awaitable[Any]], message: Message, tries: int, **where: Any) -> Any:
        for attempt in range(1, tries + 1):
            try:
                return await method(**where, text=message.text, blocks=message.blocks)
            except SlackApiError as error:
                status, problem = error.response.status_code, error.response.get("error")
                if problem == "invalid_blocks" and message.without_tables() != message:
                    log.warning("Slack refused a table: %s", _pointers(error))
                    message = message.without_tables()
                elif status == 429 or problem == "ratelimited":
                    await self._last(attempt, tries, error)
                    await self._sleep(float(error.response.headers.get("Retry-After") or 1))
                elif status >= 500 or problem in ("internal_error", "fatal_error", "service_unavailable"):
                    await self._last(attempt, tries, error)
                    await self._sleep(min(_LONGEST_PAUSE_S, 2.0 ** min(attempt, 6)))
                else:
                    raise
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                await self._last(attempt, tries, error)
                await self._sleep(min(_LONGEST_PAUSE_S, 2.0 ** min(attempt, 6)))
        return await method(**where, text=message.text, blocks=message.blocks)

    async def _last(self, attempt: int, tries: int, error: Exception) -> None:
        if attempt >= tries:
            raise error
        log.warning("Slack does not take a message now (%s), trying again", type(error).__name__)


def _pointers(error: SlackApiError) -> str:
    # Slack names the places in the payload, not their content.
    found = (error.response.get("response_metadata") or {}).get("messages") or []
    return "; ".join(str(one)[:200] for one in found[:5])
