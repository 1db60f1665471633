"""Where cards are: the addresses Slack gives their messages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.promo.uploads import Upload

# A page with links does not wait for a Slack that is slow to name them.
WITHIN_S = 2.0
_KEPT = 5_000


class Permalinks:
    """Asks Slack once for the address of each card; https://docs.slack.dev/reference/methods/chat.getPermalink"""

    def __init__(self, web: AsyncWebClient) -> None:
        self._web = web
        self._known: dict[tuple[str, str], str] = {}

    async def of(self, uploads: Iterable[Upload]) -> Mapping[str, str]:
        """The addresses of the uploads' cards by the uploads' refs, those that Slack tells in time."""
        placed = [upload for upload in uploads if upload.card_ts and not upload.channel.startswith("U")]
        asked = [asyncio.create_task(self._one(upload.channel, upload.card_ts)) for upload in placed]
        if asked:
            _, late = await asyncio.wait(asked, timeout=WITHIN_S)
            for task in late:
                task.cancel()
        told = [task.result() if task.done() and not task.cancelled() else "" for task in asked]
        return {upload.ref: address for upload, address in zip(placed, told, strict=True) if address}

    async def _one(self, channel: str, ts: str) -> str:
        if (known := self._known.get((channel, ts))) is not None:
            return known
        try:
            answer = await self._web.chat_getPermalink(channel=channel, message_ts=ts)
        except (SlackApiError, aiohttp.ClientError, OSError):
            return ""
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[channel, ts] = str(answer.get("permalink") or "")
        return self._known[channel, ts]
