"""A process that sends uploads as the bot does, without Slack: `python -m tests.faults.process <database> <shop>`.

Prints `ready` once it works. SIGTERM ends it as the bot ends, and so does the end of its input; a line of input wakes
its queue, as a click would. TIMEOUT_S comes from the environment.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.app import clients, open_store, sender
from bot.errors import SettingsError
from bot.personaclick.catalog import Catalog
from bot.personaclick.exchange import http_client, quiet_http_logs
from bot.promo.lists import Shop
from bot.settings import Settings
from bot.work.worker import Worker

SECRET_KEY = "k" * 32
SHOP = Shop("", "test-shop", "test-shop-secret")


def settings(database_url: str, shop_url: str, timeout_s: float, per_minute: int = 0) -> Settings:
    """The settings of a bot whose shop is a stand-in."""
    values: dict[str, Any] = {
        "_env_file": None,
        "database_url": database_url.replace("+aiosqlite", ""),
        "secret_key_text": SECRET_KEY,
        "personaclick_shop_id": SHOP.shop_id,
        "personaclick_shop_secret": SHOP.shop_secret,
        "personaclick_api_url": shop_url,
        "personaclick_timeout_s": timeout_s,
        "personaclick_settle_s": 2 * timeout_s,
        "personaclick_requests_per_minute": per_minute,
        "undo_hours": 1,
    }
    return Settings(**values)


@asynccontextmanager
async def working(settings: Settings) -> AsyncIterator[Worker]:
    """The bot's worker as `bot/app.py` puts it together, running; it ends as the bot's does. Raises SettingsError."""
    quiet_http_logs()
    store = open_store(settings)
    await store.open()
    http = http_client(settings.personaclick_api_url)
    worker = sender(settings, store, Catalog(clients(settings, http)), lambda _: None)
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        await worker.stop(settings.personaclick_timeout_s + 1)
        await running
        await http.aclose()
        await store.close()


async def run(database_url: str, shop_url: str, timeout_s: float) -> None:
    """Works until SIGTERM."""
    async with working(settings(database_url, shop_url, timeout_s)) as worker:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()

        def told() -> None:
            if os.read(sys.stdin.fileno(), 4096):
                worker.wake()
            else:
                loop.remove_reader(sys.stdin)
                stop.set()

        loop.add_signal_handler(signal.SIGTERM, stop.set)
        loop.add_reader(sys.stdin, told)
        print("ready", flush=True)
        await stop.wait()


if __name__ == "__main__":
    try:
        asyncio.run(run(sys.argv[1], sys.argv[2], float(os.environ["TIMEOUT_S"])))
    except SettingsError as problem:
        sys.exit(f"{problem.name} {problem.problem}")
