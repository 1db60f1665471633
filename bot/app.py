"""The composition root: settings in, a running bot out. The only file that knows everyone."""

from __future__ import annotations

import asyncio
import datetime
import logging
import secrets
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import aiohttp
import httpx
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy.exc import DBAPIError

from bot.files.checker import Checker
from bot.listeners.answers import Answers
from bot.listeners.boundary import Boundary
from bot.listeners.routes import route
from bot.personaclick.catalog import Catalog
from bot.personaclick.client import PersonaClick
from bot.personaclick.exchange import http_client, quiet_http_logs
from bot.personaclick.rate import RateLimit
from bot.serve.readiness import Readiness
from bot.settings import Settings
from bot.slack.client import open_session, web_client
from bot.slack.directory import Directory
from bot.slack.files import Files
from bot.slack.identity import Identity
from bot.slack.members import Members
from bot.slack.names import Names
from bot.slack.people import People
from bot.slack.permalinks import Permalinks
from bot.slack.posting import Posting
from bot.slack.response_urls import ResponseUrls
from bot.store.database import AWAY, Database, no_answer, refuses_credentials
from bot.store.dropped import Dropped
from bot.store.migrate import upgrade
from bot.store.request_starts import RequestStarts
from bot.store.store import Store
from bot.store.vault import Vault
from bot.work.cards import CardUpdater
from bot.work.checks import Checks
from bot.work.housekeeping import Housekeeping
from bot.work.notifier import Notifier
from bot.work.rounds import Clock
from bot.work.run import Timing
from bot.work.strays import Strays
from bot.work.watching import Watching
from bot.work.worker import Worker

# Heroku kills a process 30 seconds after SIGTERM; a POST under way is given most of that.
POST_ENDS_WITHIN_S = 14.0
# A listener may wait so long for Slack to know where a file was shared.
LISTENERS_END_WITHIN_S = 7.0
# A reading waits for PersonaClick as long as it takes; it is taken again.
WATCHING_ENDS_WITHIN_S = 3.0
# A database that is being restarted is waited for; then the process ends, to be started with the settings of then.
DATABASE_BACK_WITHIN_S = 300.0
DATABASE_ASKED_EVERY_S = 2.0

log = logging.getLogger(__name__)


def today() -> datetime.date:
    """The day it is, in UTC."""
    return datetime.datetime.now(datetime.UTC).date()


class Bot:
    """A bot made of settings: `start` it, serve `bolt` to Slack, `stop` it."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock
        self._token = settings.slack_bot_token.get_secret_value()
        self.signing_secret = settings.slack_signing_secret.get_secret_value()
        self.web = web_client(self._token, settings.slack_api_url)
        self._identity = identity = Identity(self.web, self._token)

        async def authorize(team_id: str | None) -> AuthorizeResult:
            return await identity.of(team_id)

        self.bolt = AsyncApp(
            # Without a name Bolt looks for one in every source file.
            name="promo-bot",
            signing_secret=self.signing_secret or None,
            client=self.web,
            authorize=authorize,
            # Listeners return once they have acked (see `boundary`), so that the answer does not wait for Bolt's
            # 10 ms polling; the rest of their work goes on as tasks.
            process_before_response=True,
            raise_error_for_unhandled_request=False,
        )
        self._http = http_client(settings.personaclick_api_url)
        self._slack_session: aiohttp.ClientSession | None = None
        self._tasks: list[asyncio.Task[Any]] = []
        self._build()

    def _build(self) -> None:
        settings, posting = self._settings, Posting(self.web)
        self._store = store = open_store(settings, self._clock)
        self._catalog = catalog = Catalog(clients(settings, self._http, store.request_starts))
        self.readiness = Readiness(store.database, self.web, catalog)
        files = Files(self.web, self._token, hosts=settings.slack_file_hosts, max_file_mb=settings.max_file_mb)
        permalinks, names = Permalinks(self.web), Names(self.web)
        self._cards = CardUpdater(
            store,
            catalog,
            posting,
            permalinks=permalinks,
            names=names,
            notifier=Notifier(store, posting, settings.uploaders),
            strays=Strays(store, files),
            now=store.clock,
            contact=settings.contact,
        )
        self._worker = sender(settings, store, catalog, self._sent)
        self._checker = checker(settings, store)
        self._checks = Checks(
            store, catalog, files, self._checker, self._cards.changed, reference=reference, today=today
        )
        self._watching = Watching(
            store,
            catalog,
            posting,
            alerts_channel=settings.alerts_channel,
            contact=settings.contact,
            every_s=60.0 * settings.reading_every_minutes,
            sleep=self._clock.sleep if self._clock else asyncio.sleep,
        )
        urls = ResponseUrls(self.web, posting)
        self._boundary = Boundary(urls, reference, settings.contact)
        take_up = self._route(posting, urls, files, permalinks, names)
        self._housekeeping = Housekeeping(store, changed=self._cards.changed, check=self._checks.start, take_up=take_up)

    def _route(
        self, posting: Posting, urls: ResponseUrls, files: Files, permalinks: Permalinks, names: Names
    ) -> Callable[[Dropped], Coroutine[Any, Any, None]]:
        settings = self._settings
        people = People(self.web, settings.uploaders)
        return route(
            self.bolt,
            self._boundary,
            {
                "store": self._store,
                "people": people,
                "members": Members(self.web, people),
                "directory": Directory(self.web),
                "files": files,
                "posting": posting,
                "catalog": self._catalog,
                "checks": self._checks,
                "answers": Answers(self.web, posting, urls, self._catalog),
                "names": names,
                "permalinks": permalinks,
                "contact": settings.contact,
                "changed": self._changed,
                "watching": self._watching,
                "alerts_channel": settings.alerts_channel,
                "new_ref": lambda: secrets.token_urlsafe(9),
                "now": self._store.clock,
                "approval_over": settings.approval_over,
            },
        )

    def _sent(self, ref: str) -> None:
        self._cards.changed(ref)
        self._catalog.invalidate()

    def _changed(self, ref: str) -> None:
        self._cards.changed(ref, at_once=True)
        self._worker.wake()

    async def start(self) -> None:
        """Brings the database up to date and begins to work. Raises SettingsError."""
        quiet_http_logs()
        self._slack_session = open_session(self.web)
        await self._open_database()
        self._identity.ask()
        for work in (self._cards.run(), self._worker.run(), self._housekeeping.run(), self._watching.run()):
            self._tasks.append(asyncio.create_task(work))

    async def _open_database(self) -> None:
        until = time.monotonic() + DATABASE_BACK_WITHIN_S
        while True:
            try:
                await asyncio.to_thread(upgrade, self._settings.async_database_url)
                await self._store.open()
                self._checker.fingerprint_key = self._store.vault.fingerprint_key
                read_at, lists = await self._store.readings.newest()
                self._catalog.recall(lists, self._store.clock() - read_at)
                return
            except (*AWAY, DBAPIError) as error:
                waits = isinstance(error, AWAY) or "read-only" in str(error)
                if self._store.database.sqlite or refuses_credentials(error) or not waits or time.monotonic() > until:
                    raise no_answer(error) from None
                log.warning("the database does not answer, trying again")
                await asyncio.sleep(DATABASE_ASKED_EVERY_S)

    async def stop(self) -> None:
        """Ends or safely parks everything within about 22 seconds."""
        self._housekeeping.stop()
        await asyncio.gather(
            self._worker.stop(POST_ENDS_WITHIN_S), self._end_listeners(), self._watching.stop(WATCHING_ENDS_WITHIN_S)
        )
        await self._cards.stop(3)
        self._identity.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.aclose()
        if self._slack_session is not None:
            await self._slack_session.close()
        await self._store.close()

    async def _end_listeners(self) -> None:
        """A listener that ends may leave a check behind."""
        await self._boundary.finish(LISTENERS_END_WITHIN_S)
        await self._checks.stop(3)


def open_store(settings: Settings, clock: Clock | None = None) -> Store:
    """The store of one process, not open yet; people's time goes by `clock`, if one is given. Raises SettingsError."""
    return Store(
        Database(settings.async_database_url),
        Vault(settings.secret_key(), settings.secret_key_before.get_secret_value()),
        owner=secrets.token_hex(8),
        timeout_s=settings.personaclick_timeout_s,
        clock=clock.now if clock else None,
        told=clock.told if clock else float,
        shop_ids={shop.name: shop.shop_id for shop in settings.shops()},
    )


def sender(settings: Settings, store: Store, catalog: Catalog, changed: Callable[[str], None]) -> Worker:
    """The worker that sends uploads and takes them back; `changed` is told the ref of each that moved."""
    undo_s = settings.undo_hours * 3600.0
    timeout_s, settle_s = settings.personaclick_timeout_s, settings.personaclick_settle_s
    timing = Timing(store.database.now, asyncio.sleep, timeout_s, undo_s, settle_s)
    return Worker(store, catalog.client_of, timing, changed)


def checker(settings: Settings, store: Store) -> Checker:
    """What checks files, within the limits of the settings."""
    return Checker(
        fingerprint_key=store.vault.fingerprint_key,
        max_codes=settings.max_codes,
        max_file_mb=settings.max_file_mb,
        batch_size=settings.personaclick_batch_size,
        alone_mb=settings.check_mb,
    )


def clients(
    settings: Settings, http: httpx.AsyncClient, starts: RequestStarts | None = None
) -> dict[str, PersonaClick]:
    """A client for each shop, each with its own rate limit, which holds over all processes on one Postgres."""
    return {
        shop.name: PersonaClick(
            shop,
            http=http,
            base_url=settings.personaclick_api_url,
            timeout_s=settings.personaclick_timeout_s,
            rate=RateLimit(
                settings.personaclick_requests_per_minute,
                among_all=partial(starts.take, shop.shop_id) if starts is not None and starts.shared else None,
            ),
        )
        for shop in settings.shops()
    }


def reference() -> str:
    """A short name for one failure, for the person and the log."""
    return secrets.token_hex(4)


def build(settings: Settings, clock: Clock | None = None) -> Bot:
    """A bot that is not running yet; people's time goes by `clock`, if one is given. Raises SettingsError."""
    return Bot(settings, clock)
