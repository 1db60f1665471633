"""The composition root: settings in, a running bot out. The only file that knows everyone."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from contextlib import suppress
from typing import Any

import aiohttp
import httpx
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import PersonaClickError
from bot.files.checker import Checker
from bot.listeners.boundary import Boundary
from bot.listeners.desk import Desk
from bot.listeners.routes import route
from bot.personaclick.catalog import Catalog
from bot.personaclick.client import PersonaClick, http_client, quiet_http_logs
from bot.personaclick.rate import RateLimit
from bot.settings import Settings
from bot.slack.files import Files
from bot.slack.people import People
from bot.slack.posting import Posting
from bot.slack.retry import patiently, said
from bot.store.cards import Cards
from bot.store.database import AWAY, Database, no_answer
from bot.store.deliveries import Seen
from bot.store.fingerprints import Fingerprints
from bot.store.history import History
from bot.store.leases import Leases
from bot.store.ledger import Ledger
from bot.store.migrate import upgrade
from bot.store.retention import Cleaning
from bot.store.uploads import Uploads
from bot.store.vault import Vault
from bot.work.account import Timing
from bot.work.cards import Showing, Sources
from bot.work.checks import Checks, Room
from bot.work.housekeeping import Cleanup
from bot.work.queue import Queue, Worker

# Heroku kills a process 30 seconds after SIGTERM; a POST under way is given most of that.
POST_ENDS_WITHIN_S = 14.0
# A listener may wait so long for Slack to know where a file was shared.
LISTENERS_END_WITHIN_S = 7.0
# Commands wait no longer than this for Slack to say who the bot is.
IDENTIFIED_WITHIN_S = 0.5
IDENTIFY_TRIES = 20
# A reading so old says that PersonaClick answers.
READY_S = 5.0
# A database that is being restarted is waited for, two seconds a time.
DATABASE_TRIES = 30

log = logging.getLogger(__name__)


class Bot:
    """A bot made of settings: `start` it, serve `bolt` to Slack, `stop` it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._token = settings.slack_bot_token.get_secret_value()
        self.web = AsyncWebClient(token=self._token, base_url=settings.slack_api_url)

        async def authorize(team_id: str | None) -> AuthorizeResult:
            return await self._identified(team_id)

        self.bolt = AsyncApp(
            signing_secret=settings.slack_signing_secret.get_secret_value() or None,
            client=self.web,
            authorize=authorize,
            # Listeners return once they have acked (see `boundary`), so that the answer does not wait for Bolt's
            # 10 ms polling; the rest of their work goes on as tasks.
            process_before_response=True,
            raise_error_for_unhandled_request=False,
        )
        self._identity: asyncio.Task[AuthorizeResult] | None = None
        self._http = http_client(settings.personaclick_api_url)
        self._database = Database(settings.async_database_url)
        self._tasks: list[asyncio.Task[Any]] = []
        self._build()

    def _build(self) -> None:
        settings, database = self._settings, self._database
        self._vault = vault = Vault(settings.secret_key())
        self._catalog = Catalog(clients(settings, self._http))
        uploads, history, cards = Uploads(database, vault), History(database), Cards(database)
        leases = Leases(database, secrets.token_hex(8), 1.5 * settings.personaclick_timeout_s + 5)
        ledger, fingerprints = Ledger(database, vault, leases), Fingerprints(database, vault)
        cleaning, seen, posting = Cleaning(database), Seen(database), Posting(self.web)
        files = Files(self.web, self._token, hosts=settings.slack_file_hosts, max_file_mb=settings.max_file_mb)
        self._showing = Showing(Sources(uploads, cards, history, self._catalog, time.time), posting, self.web)
        timing = Timing(database.now, asyncio.sleep, settings.personaclick_timeout_s, settings.undo_hours * 3600.0)
        self._worker = Worker(Queue(leases, ledger, fingerprints, cleaning, self._catalog.client, timing, self._sent))
        checker = Checker(
            fingerprint_key=vault.fingerprint_key,
            max_codes=settings.max_codes,
            max_file_mb=settings.max_file_mb,
            batch_size=settings.personaclick_batch_size,
        )
        self._checks = Checks(
            Room(uploads, fingerprints, self._catalog, files, checker, self._showing.touched, reference)
        )
        self._cleanup = Cleanup(
            cleaning, seen, ledger, fingerprints, touched=self._showing.touched, check=self._checks.start
        )
        self._boundary = Boundary(posting, reference)
        desk = Desk(
            web=self.web,
            people=People(self.web, settings.uploaders),
            files=files,
            posting=posting,
            uploads=uploads,
            history=history,
            ledger=ledger,
            seen=seen,
            catalog=self._catalog,
            checks=self._checks,
            changed=self._changed,
            new_ref=lambda: secrets.token_urlsafe(9),
            now=time.time,
        )
        route(self.bolt, desk, self._boundary)

    def _sent(self, ref: str) -> None:
        self._showing.touched(ref)
        self._catalog.outdate()

    def _changed(self, ref: str) -> None:
        self._showing.touched(ref)
        self._worker.wake()

    async def _identify(self) -> AuthorizeResult:
        answer = await patiently(self.web.auth_test, tries=IDENTIFY_TRIES)
        return AuthorizeResult.from_auth_test_response(auth_test_response=answer, bot_token=self._token)

    async def _identified(self, team_id: str | None) -> AuthorizeResult:
        """Who the bot is, asked of Slack once; while Slack does not tell, no command waits for it."""
        if self._identity is None or (self._identity.done() and self._identity.exception()):
            self._identity = asyncio.create_task(self._identify())
        with suppress(TimeoutError, SlackApiError, aiohttp.ClientError, OSError):
            async with asyncio.timeout(IDENTIFIED_WITHIN_S):
                return await asyncio.shield(self._identity)
        return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token=self._token)

    async def start(self) -> None:
        """Brings the database up to date and begins to work. Raises SettingsError."""
        quiet_http_logs()
        await self._open_database()
        self._identity = asyncio.create_task(self._identify())
        for work in (self._showing.run(), self._worker.run(), self._cleanup.run()):
            self._tasks.append(asyncio.create_task(work))

    async def _open_database(self) -> None:
        for tried in range(1, DATABASE_TRIES + 1):
            try:
                await asyncio.to_thread(upgrade, self._settings.async_database_url)
                await self._database.open(self._vault.mark)
                return
            except AWAY as error:
                if self._database.sqlite or tried == DATABASE_TRIES:
                    raise no_answer(error) from None
                log.warning("the database does not answer, trying again")
                await asyncio.sleep(2)

    async def stop(self) -> None:
        """Ends or safely parks everything within about 22 seconds."""
        self._cleanup.stop()
        await asyncio.gather(self._worker.stop(POST_ENDS_WITHIN_S), self._end_listeners())
        await self._showing.stop(3)
        if self._identity is not None:
            self._tasks.append(self._identity)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.aclose()
        await self._database.close()

    async def _end_listeners(self) -> None:
        """A listener that ends may leave a check behind."""
        await self._boundary.finish(LISTENERS_END_WITHIN_S)
        await self._checks.stop(3)

    async def ready(self) -> dict[str, str]:
        """Whether database, Slack and PersonaClick answer: "ok", or what is wrong."""
        database, slack, personaclick = await asyncio.gather(
            self._database.answers(), self._slack_answers(), self._personaclick_answers()
        )
        return {"database": "ok" if database else "does not answer", "slack": slack, "personaclick": personaclick}

    async def _slack_answers(self) -> str:
        try:
            async with asyncio.timeout(5):
                await self.web.auth_test()
        except SlackApiError as error:
            return f"refuses: {said(error)}" if said(error) else "does not answer"
        except (OSError, TimeoutError, aiohttp.ClientError):
            return "does not answer"
        return "ok"

    async def _personaclick_answers(self) -> str:
        try:
            async with asyncio.timeout(5):
                failures = list((await self._catalog.read(READY_S)).failures.values())
        except PersonaClickError as error:
            failures = [error]
        except TimeoutError:
            return "does not answer"
        return f"{type(failures[0]).__name__} {failures[0].status or ''}".strip() if failures else "ok"


def clients(settings: Settings, http: httpx.AsyncClient) -> dict[str, PersonaClick]:
    """A client for each shop, each with its own rate limit."""
    return {
        shop.name: PersonaClick(
            shop,
            http=http,
            base_url=settings.personaclick_api_url,
            timeout_s=settings.personaclick_timeout_s,
            rate=RateLimit(settings.personaclick_requests_per_minute),
        )
        for shop in settings.shops()
    }


def reference() -> str:
    """A short name for one failure, for the person and the log."""
    return secrets.token_hex(4)


def build(settings: Settings) -> Bot:
    """A bot that is not running yet. Raises SettingsError."""
    return Bot(settings)
