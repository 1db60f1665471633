"""Who the bot is in Slack, asked once."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

# Commands wait no longer than this for Slack to say who the bot is.
WITHIN_S = 0.5


class Identity:
    """The bot's own ids, which Bolt wants to know at each request."""

    def __init__(self, web: AsyncWebClient, token: str) -> None:
        self._web = web
        self._token = token
        self._asking: asyncio.Task[AuthorizeResult] | None = None

    def ask(self) -> asyncio.Task[AuthorizeResult]:
        """Asks Slack, unless it is being asked or has told."""
        if self._asking is None or (self._asking.done() and self._asking.exception()):
            self._asking = asyncio.create_task(self._ask())
        return self._asking

    async def of(self, team_id: str | None) -> AuthorizeResult:
        """The bot in that workspace; while Slack does not tell, no command waits for it."""
        asking = self.ask()
        with suppress(TimeoutError, SlackApiError, aiohttp.ClientError, OSError):
            async with asyncio.timeout(WITHIN_S):
                return await asyncio.shield(asking)
        return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token=self._token)

    def stop(self) -> None:
        """Asks no longer."""
        if self._asking is not None:
            self._asking.cancel()

    async def _ask(self) -> AuthorizeResult:
        answer = await self._web.auth_test()
        return AuthorizeResult.from_auth_test_response(auth_test_response=answer, bot_token=self._token)
