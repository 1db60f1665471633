"""A whole town: the real bot between the stand-in Slack and the stand-in PersonaClick, over HTTP or a socket.

The bot runs within the process of the tests, on SQLite. With `--processes 2`, and once more for tests marked `apart`,
it is two real processes on one Postgres behind one round-robin address; every delivery comes twice, and Slack answers
one call in five with 429.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.app import Bot, build
from bot.playground.run import settings
from bot.serve import http_app, serve_socket
from bot.settings import Settings
from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.stand_ins.slack import StandInSlack
from bot.stand_ins.slack.workspace import Message
from bot.work import cards
from bot.work.rounds import Clock
from tests.faults.bots import Bots
from tests.postgres import dump
from tests.scenarios.paced import EDIT_EVERY_S

BATCH_SIZE = 100
BUSY_EVERY = 5


@dataclass
class Town:
    """Everything, and what tests do with it. `more` are settings of the bot that differ; without `processes` the bot
    runs within this one."""

    slack: StandInSlack
    shop: StandInPersonaClick
    folder: Path
    caplog: pytest.LogCaptureFixture
    by: str = "http"
    more: dict[str, Any] = field(default_factory=dict)
    processes: int = 0
    clock: Clock | None = None
    bot: Bot | None = None
    _end: Callable[[], Any] | None = None

    @property
    def settings(self) -> Settings:
        """The bot's settings."""
        values = {
            "personaclick_timeout_s": 0.6,
            "personaclick_settle_s": 1.2,
            "personaclick_requests_per_minute": 0,
        } | self.more
        return settings(self.slack, self.shop, self.folder, personaclick_batch_size=BATCH_SIZE, **values)

    async def start_bot(self) -> None:
        """Starts the bot on the town's database; also after `stop_bot`."""
        if self.processes:
            bots = Bots(self.slack, environment(self.settings), "tests.scenarios.paced", self.folder / "log", self.by)
            self._end = partial(stopped, bots)
            await bots.launch(self.processes)
            return
        self.bot = build(self.settings, self.clock)
        if self.by == "socket":
            stop = asyncio.Event()
            serving = asyncio.create_task(serve_socket(self.bot, self.slack.app_token, stop=stop))
            await self.slack.sockets.connected()

            async def end() -> None:
                stop.set()
                await serving
        else:
            await self.bot.start()
            runner = web.AppRunner(http_app(self.bot), access_log=None, shutdown_timeout=1)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.slack.connect_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")

            async def end() -> None:
                await runner.cleanup()
                if self.bot is not None:
                    await self.bot.stop()

        self._end = end

    async def stop_bot(self) -> None:
        """Stops the bot as SIGTERM does."""
        if self._end is not None:
            await self._end()
        self._end = self.bot = None

    async def say(self, text: str, user: str = "U1", channel: str = "C1") -> str:
        """A command, and what the person sees in answer."""
        before = len(self.slack.ephemerals(user))
        await self.slack.as_(user).command(channel, text)
        answer = await self.slack.until(lambda: self.slack.ephemerals(user)[before])
        return self.text(answer)

    async def drop(
        self, content: str | bytes, name: str = "spring-sale.csv", user: str = "U1", channel: str = "C1"
    ) -> Message:
        """A file dropped in a channel, and the card it gets in its thread."""
        raw = content.encode() if isinstance(content, str) else content
        parent = await self.slack.as_(user).drop(channel, {name: raw})
        return await self.slack.until(lambda: self.slack.thread(channel, parent.ts)[0])

    async def shows(self, card: Message, *words: str, within_s: float = 15) -> str:
        """What a card says, once it says all of these words."""

        def said() -> str:
            text = self.text(card)
            assert all(word in text for word in words), f"{words} not in: {text}"
            return text

        return await self.slack.until(said, timeout=within_s)

    async def forget_counts(self) -> None:
        """The bot asks PersonaClick anew: counts of one moment are shared for two seconds."""
        if self.bot is not None:
            self.bot._catalog.invalidate()
        else:
            await asyncio.sleep(2.1)

    def logged(self) -> str:
        """Every line of log so far."""
        if self.processes:
            return (self.folder / "log").read_text()
        return "\n".join(record.getMessage() + str(record.exc_text or "") for record in self.caplog.records)

    def stored(self) -> bytes:
        """All that the database holds, as it holds it."""
        if self.settings.database_url.startswith("postgres"):
            return dump(self.settings.async_database_url)
        return b"".join(path.read_bytes() for path in self.folder.iterdir() if path.is_file())

    def text(self, message: Any) -> str:
        """Everything a person reads in a message, each text in a line of its own."""
        return "\n".join(line for line in self.slack.visible_text(message).splitlines() if line.strip())

    def every_text(self) -> str:
        """Every word the bot ever showed in Slack, older versions of its messages too."""
        shown: list[str] = []
        for channel in self.slack.workspace.channels:
            for message in self.slack.workspace.messages(channel):
                if message.is_bot:
                    shown += [*message.versions, self.slack.visible_text(message)]
        return "\n".join(shown)


def environment(settings: Settings) -> dict[str, str]:
    """The settings as a process is given them."""
    found = {"PATH": os.environ["PATH"], "LOG_LEVEL": "DEBUG"}
    for name, about in Settings.model_fields.items():
        value = getattr(settings, name)
        if value != about.default:
            plain = value.get_secret_value() if isinstance(value, SecretStr) else value
            key = about.validation_alias if isinstance(about.validation_alias, str) else name.upper()
            found[key] = ",".join(plain) if isinstance(plain, tuple) else str(plain)
    return found


async def stopped(bots: Bots) -> None:
    """Each of the processes ended well."""
    try:
        assert set(await bots.stop()) == {0}
    finally:
        await bots.end()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`processes`: as the command line says; else none, and two for what is marked `apart`."""
    if "processes" in metafunc.fixturenames:
        given = metafunc.config.getoption("--processes")
        apart = metafunc.definition.get_closest_marker("apart") is not None
        counts = [given] if given else [0, 2] if apart else [0]
        names = [f"{count} processes" if count else "" for count in counts]
        metafunc.parametrize("processes", counts, ids=names if any(names) else [pytest.HIDDEN_PARAM])


@pytest.fixture(autouse=True)
def within(request: pytest.FixtureRequest, processes: int) -> None:
    """Skips a test that reaches into the bot's process when that is another one."""
    if processes and request.node.get_closest_marker("within"):
        pytest.skip("reaches into the process of the bot")


@pytest.fixture
def more() -> dict[str, Any]:
    """Settings that differ; tests override this."""
    return {}


def on_postgres(url: str) -> dict[str, Any]:
    """Settings for a database there."""
    return {"database_url": url.replace("postgresql+psycopg", "postgres"), "secret_key_text": "k" * 32}


@pytest.fixture
def clock() -> Clock | None:
    """A clock that the bot goes by; tests override this."""
    return None


@pytest.fixture
def by() -> str:
    """How Slack reaches the bot; tests override this."""
    return "http"


@pytest.fixture
def unlimited_caplog(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Every log line at DEBUG."""
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.fixture
async def town(
    tmp_path: Path,
    request: pytest.FixtureRequest,
    migrated: Path,
    more: dict[str, Any],
    by: str,
    processes: int,
    clock: Clock | None,
    unlimited_caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Town]:
    """A running town; at its end no log line holds a secret or a token."""
    monkeypatch.setattr(cards, "EDIT_EVERY_S", EDIT_EVERY_S)
    if processes:
        more = {**on_postgres(request.getfixturevalue("empty_postgres")), **more}
    async with AsyncExitStack() as stack:
        shutil.copy(migrated, tmp_path)
        shop = StandInPersonaClick(unique=False)
        await shop.start()
        stack.push_async_callback(shop.stop)
        slack = StandInSlack()
        await slack.start()
        stack.push_async_callback(slack.stop)
        if processes:
            slack.delivery.copies, slack.failures.busy_every = processes, BUSY_EVERY
        made = Town(slack, shop, tmp_path, unlimited_caplog, by, more, processes, clock)
        await made.start_bot()
        stack.push_async_callback(made.stop_bot)
        yield made
    secrets = (shop.shop_secret, slack.bot_token, slack.app_token, slack.signing_secret)
    for line in made.logged().splitlines():
        assert not any(secret in line for secret in secrets), line
        assert not (processes and "Traceback" in line), made.logged()
