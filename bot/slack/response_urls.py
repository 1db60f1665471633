"""Answers through the addresses that Slack gives with a command or a click; each is good five times, for 30 minutes.

Source: https://docs.slack.dev/interactivity/handling-user-interaction
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks.kit import Message
from bot.slack.blocks.plainer import plainer
from bot.slack.client import session
from bot.slack.posting import Posting
from bot.slack.retry import pause_before_answer

_REFUSED = re.compile(r'\s*(<|\{.*"ok"\s*:\s*false)', re.DOTALL)
# One of the five is for the word that PersonaClick is slow.
MAX_TRIES = 4
# Answers leave a few at a time, so that many that are ready at once do not hold up what Slack asks meanwhile.
MAX_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class _Said:
    """What the address answered; `taken` is whether Slack took the message."""

    status: int
    words: str
    retry_after: str

    @property
    def taken(self) -> bool:
        # Slack says ok in a word or in JSON; a page is somebody else's.
        return self.status == 200 and not _REFUSED.match(self.words)


class ResponseUrls:
    """Answers one person beside what they typed or clicked, or everybody in that channel."""

    def __init__(
        self, web: AsyncWebClient, posting: Posting, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        self._web = web
        self._posting = posting
        self._sleep = sleep
        self._slots = asyncio.Semaphore(MAX_AT_ONCE)

    async def answer(
        self, url: str, message: Message, otherwise: str, *, public: bool = False, in_place: bool = False
    ) -> None:
        """Answers at `url`, without tables when Slack refuses them; by a message to `otherwise` where that fails, or
        takes longer than a person waits.

        Raises SlackApiError when that fails, too. A click in the Home tab has an empty `url`. `in_place` replaces what
        was said to a command at this address before.
        """
        for attempt in range(1, MAX_TRIES + 1) if url else ():
            try:
                said = await self._post(url, _payload(message, public=public, in_place=in_place))
            except (aiohttp.ClientError, OSError):
                break
            if said.taken:
                return
            if "invalid_blocks" in said.words and plainer(message) != message:
                message = plainer(message)
            elif (pause := pause_before_answer(said.status, said.retry_after, attempt)) is not None:
                await self._sleep(pause)
            else:
                break
        await self._posting.post(otherwise, message)

    async def _post(self, url: str, body: dict[str, Any]) -> _Said:
        """One try. Raises aiohttp.ClientError, OSError."""
        posting = session(self._web).post(url, json=body, proxy=self._web.proxy, allow_redirects=False)
        async with self._slots, posting as answered:
            return _Said(answered.status, await answered.text(), answered.headers.get("Retry-After", ""))


def _payload(message: Message, *, public: bool, in_place: bool) -> dict[str, Any]:
    """`message` as an answer beside whatever was clicked unless `in_place`, for that person alone unless `public`."""
    response_type = "in_channel" if public else "ephemeral"
    return {
        "text": message.text,
        "blocks": message.blocks,
        "response_type": response_type,
        "replace_original": in_place,
    }
