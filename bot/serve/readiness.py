"""Whether what the bot cannot be without answers now: database, Slack, PersonaClick."""

from __future__ import annotations

import asyncio
import time

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Dead, PersonaClickError
from bot.personaclick.catalog import Catalog
from bot.slack.retry import error_code
from bot.store.database import AWAY, REFUSES, Database
from bot.store.totals import Sums, Totals

# Whoever asks shares an answer so old; a person's command, too, counts as one of PersonaClick.
PERSONACLICK_FOR_S = 60.0
PERSONACLICK_FAILED_FOR_S = 20.0
WITHIN_S = 5.0


class Readiness:
    """Asks the three. Of PersonaClick only whether it takes a connection, which costs the shop's limit nothing, unless
    nobody has asked it for a minute.
    """

    def __init__(self, database: Database, web: AsyncWebClient, catalog: Catalog) -> None:
        self._database = database
        self._totals = Totals(database)
        self._web = web
        self._catalog = catalog
        self._failed_at = float("-inf")
        self._failure = ""

    async def ask(self) -> dict[str, str]:
        """For each "ok", or what is wrong."""
        trouble, slack, personaclick = await asyncio.gather(
            self._database.trouble(), self._slack(), self._personaclick()
        )
        return {"database": trouble or "ok", "slack": slack, "personaclick": personaclick}

    async def database_answers(self) -> bool:
        """Whether the database takes what it is given. Raises Dead when it refuses the credentials: they were changed
        meanwhile."""
        if (trouble := await self._database.trouble()) == REFUSES:
            raise Dead(f"the database {REFUSES}")
        return not trouble

    async def sums(self) -> Sums | None:
        """The counts of the database; None while it does not answer."""
        try:
            return await self._totals.now()
        except AWAY:
            return None

    async def _slack(self) -> str:
        try:
            async with asyncio.timeout(WITHIN_S):
                await self._web.auth_test()
        except SlackApiError as error:
            return f"refuses: {error_code(error)}" if error_code(error) else "does not answer"
        except (OSError, TimeoutError, aiohttp.ClientError):
            return "does not answer"
        return "ok"

    async def _personaclick(self) -> str:
        if time.monotonic() - self._failed_at < PERSONACLICK_FAILED_FOR_S:
            return self._failure
        try:
            async with asyncio.timeout(WITHIN_S):
                if not await self._catalog.reachable():
                    return "does not answer"
                failures = list((await self._catalog.read(PERSONACLICK_FOR_S)).failures.values())
        except PersonaClickError as error:
            failures = [error]
        except TimeoutError:
            return self._remembered("does not answer")
        if not failures:
            return "ok"
        return self._remembered(f"{type(failures[0]).__name__} {failures[0].status or ''}".strip())

    def _remembered(self, failure: str) -> str:
        self._failed_at, self._failure = time.monotonic(), failure
        return failure
