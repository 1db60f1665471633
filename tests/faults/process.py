"""A process that sends uploads as the bot does, without Slack: `python -m tests.faults.process <database> <shop>`.

Prints `ready` once it works. SIGTERM ends it as the bot ends, and so does the end of its input; a line of input wakes
its queue, as a click would. TIMEOUT_S and OWNER come from the environment.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.errors import SettingsError
from bot.personaclick.client import PersonaClick, http_client, quiet_http_logs
from bot.personaclick.rate import RateLimit
from bot.promo.lists import Shop
from bot.store.database import Database
from bot.store.fingerprints import Fingerprints
from bot.store.leases import Leases
from bot.store.ledger import Ledger
from bot.store.retention import Cleaning
from bot.store.vault import Vault
from bot.work.account import Timing
from bot.work.queue import Queue, Worker

SECRET_KEY = "k" * 32
SHOP = Shop("", "test-shop", "test-shop-secret")


def lease_s(timeout_s: float) -> float:
    """How long a lease lasts, as in `bot/app.py`."""
    return 1.5 * timeout_s + 5


@asynccontextmanager
async def working(
    database_url: str, shop_url: str, *, timeout_s: float, owner: str, per_minute: int = 0
) -> AsyncIterator[Worker]:
    """A worker as `bot/app.py` puts it together, running; it ends as the bot's does. Raises SettingsError."""
    quiet_http_logs()
    vault = Vault(SECRET_KEY)
    database = Database(database_url)
    await database.open(vault.mark)
    http = http_client(shop_url)
    client = PersonaClick(SHOP, http=http, base_url=shop_url, timeout_s=timeout_s, rate=RateLimit(per_minute))
    leases = Leases(database, owner, lease_s(timeout_s))
    ledger, fingerprints = Ledger(database, vault, leases), Fingerprints(database, vault)
    timing = Timing(database.now, asyncio.sleep, timeout_s, 3600.0)
    worker = Worker(Queue(leases, ledger, fingerprints, Cleaning(database), lambda _: client, timing, lambda _: None))
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        await worker.stop(timeout_s + 1)
        await running
        await http.aclose()
        await database.close()


async def run(database_url: str, shop_url: str, timeout_s: float, owner: str) -> None:
    """Works until SIGTERM."""
    async with working(database_url, shop_url, timeout_s=timeout_s, owner=owner) as worker:
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
        asyncio.run(run(sys.argv[1], sys.argv[2], float(os.environ["TIMEOUT_S"]), os.environ["OWNER"]))
    except SettingsError as problem:
        sys.exit(f"{problem.name} {problem.problem}")
