"""The two processes the upload benchmark compares: `python -m tests.benchmarks.sender bot|bare …`, one JSON line out.

Both send the same codes in the same bodies to the same shop, one POST after the other. The bare one has its bodies
ready beforehand; the bot has its sealed batches in the database, as after a click on *Upload*.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bot.personaclick.client import PersonaClick
from bot.personaclick.exchange import http_client, quiet_http_logs
from bot.personaclick.rate import RateLimit
from bot.promo.uploads import State
from bot.store.database import Database
from tests.conftest import store_on
from tests.faults.process import SHOP, settings, working

TIMEOUT_S = 30.0


def batches(count: int, size: int) -> Iterator[list[str]]:
    """The codes that are sent, batch by batch: 12 letters and digits, scattered as real ones are."""
    for number in range(count):
        first = number * size
        yield [f"P{(first + n) * 2_654_435_761 % 2**40:011X}" for n in range(size)]


def resident_mb() -> float:
    """What the process holds in memory now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


async def bare(shop_url: str, list_id: str, count: int, size: int) -> dict[str, float]:
    """A loop of POSTs with httpx and nothing else: its seconds."""
    quiet_http_logs()
    async with http_client(shop_url) as http:
        shop = PersonaClick(SHOP, http=http, base_url=shop_url, timeout_s=TIMEOUT_S, rate=RateLimit(0))
        bodies = [shop.body(list_id, codes) for codes in batches(count, size)]
        headers = {"content-type": "application/json"}
        started = time.time()
        for body in bodies:
            answer = await http.post(f"{shop_url}/promo_codes", content=body, headers=headers, timeout=TIMEOUT_S)
            answer.raise_for_status()
        return {"seconds": time.time() - started}


async def bot(database_url: str, shop_url: str, ref: str, per_minute: int) -> dict[str, float]:
    """The bot's own engine with all of the bot in memory: its seconds from waking to `done`, and its peak memory."""
    importlib.import_module("bot.app")
    database = Database(database_url)
    uploads, idle = store_on(database).uploads, resident_mb()
    started, used = time.time(), time.process_time()
    async with working(settings(database_url, shop_url, TIMEOUT_S, per_minute)):
        while (upload := await uploads.get(ref)).state not in {State.DONE, State.PARTLY_DONE, State.PAUSED}:
            await asyncio.sleep(0.25)
    await database.close()
    assert upload.state is State.DONE
    return {
        "seconds": upload.finished_at - started,
        "cpu": time.process_time() - used,
        "idle_mb": idle,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
    }


def main() -> None:
    """Sends, and prints what it took."""
    match sys.argv[1:]:
        case ["bare", shop_url, list_id, count, size]:
            took = asyncio.run(bare(shop_url, list_id, int(count), int(size)))
        case ["bot", database_url, shop_url, ref, per_minute]:
            took = asyncio.run(bot(database_url, shop_url, ref, int(per_minute)))
        case _:
            sys.exit(__doc__)
    print(json.dumps(took))


if __name__ == "__main__":
    main()
