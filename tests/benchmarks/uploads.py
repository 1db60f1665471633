"""How fast uploads are sent: `python -m tests.benchmarks.uploads [--latency 0.2] [--batches 200]`.

200 batches of 5,000 codes go to a stand-in PersonaClick, a process of its own: by the bot on SQLite without a request
limit, and by a bare httpx loop that posts the same bodies. It prints the ratio of the two for a shop that needs
`--latency` seconds for a POST and for one that answers at once, the peak memory of the bot, and whether the limit of
requests per minute is kept, by what the shop saw.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx

from bot.promo.codes import pack
from bot.promo.findings import Checked, Layout, Shape
from bot.promo.lifecycle import Event
from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.stand_ins.personaclick.state import StandInList
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.store import Store
from bot.store.uploads import NewUpload
from bot.store.vault import Vault
from tests.benchmarks.sender import batches
from tests.faults.process import SECRET_KEY, SHOP

SIZE = 5000
LIST = "100500"
RATIO_AT_MOST, PEAK_MB_AT_MOST = 1.1, 350
PER_MINUTE, POSTS = 60, 75
CHECKED = Checked(0, 0, (), (), (), Layout("csv"), Shape((), (), (), 0), "")


@dataclass(frozen=True, slots=True)
class Took:
    """What one upload took: seconds, the process's CPU seconds, MB before and at the peak."""

    seconds: float
    cpu: float = 0
    idle_mb: float = 0
    peak_mb: float = 0


async def queue(database_url: str, count: int, size: int) -> str:
    """An upload of so many batches, confirmed, in a fresh database; its ref."""

    async def packed() -> AsyncIterator[tuple[int, bytes]]:
        for codes in batches(count, size):
            yield len(codes), pack(codes, range(1, len(codes) + 1))

    await asyncio.to_thread(upgrade, database_url)
    database = Database(database_url)
    uploads = Store(database, Vault(SECRET_KEY), owner="", timeout_s=1, shop_ids={SHOP.name: SHOP.shop_id}).uploads
    await uploads.create(NewUpload("u", "C1", "U1", "u.csv", list_id=LIST, list_name="Benchmark"))
    ready = await uploads.save_checked("u", CHECKED, b"", packed())
    await uploads.apply("u", Event.CONFIRM, "U1", ready.version)
    await database.close()
    return "u"


async def sender(*words: str) -> Took:
    """Runs one of the two senders."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.sender", *words), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await running.communicate()
    if running.returncode:
        sys.exit(f"the sender failed: {words[0]}")
    return Took(**json.loads(said))


@asynccontextmanager
async def shop(folder: str, latency_s: float) -> AsyncIterator[str]:
    """A stand-in with one empty list, in a process of its own; its address."""
    lists = Path(folder, "lists.json")
    await asyncio.to_thread(lists.write_text, json.dumps([{"id": LIST, "name": "Benchmark", "available": 0}]))
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.stand_ins.personaclick", "--lists", str(lists)),
        *("--shop-id", SHOP.shop_id, "--shop-secret", SHOP.shop_secret),
        stdout=asyncio.subprocess.PIPE,
    )
    assert running.stdout is not None
    address = (await running.stdout.readline()).decode().strip()
    try:
        if latency_s:
            async with httpx.AsyncClient(trust_env=False) as control:
                order = {"slow": {"value": latency_s, "methods": ["POST"]}}
                (await control.post(f"{address}/control/faults", json=order)).raise_for_status()
        yield address
    finally:
        running.terminate()
        await running.wait()


async def by_bot(count: int, latency_s: float) -> Took:
    """The bot sends them."""
    with tempfile.TemporaryDirectory() as folder:
        database_url = f"sqlite+aiosqlite:///{folder}/promo.db"
        ref = await queue(database_url, count, SIZE)
        async with shop(folder, latency_s) as address:
            return await sender("bot", database_url, address, ref, "0")


async def by_loop(count: int, latency_s: float) -> Took:
    """The bare loop sends them."""
    with tempfile.TemporaryDirectory() as folder:
        async with shop(folder, latency_s) as address:
            return await sender("bare", address, LIST, str(count), str(SIZE))


async def compare(count: int, latency_s: float, times: int) -> tuple[float, float]:
    """Both in turn, so many times; the ratio of the medians and the highest peak of memory in MB."""
    bots, loops = [], []
    for _ in range(times):
        loops.append(await by_loop(count, latency_s))
        bots.append(await by_bot(count, latency_s))
    bot, loop = median(one.seconds for one in bots), median(one.seconds for one in loops)
    peak, idle = max(one.peak_mb for one in bots), max(one.idle_mb for one in bots)
    print(
        f"POST {latency_s * 1000:.0f} ms: bot {bot:.2f} s, bare loop {loop:.2f} s, ratio {bot / loop:.3f}; "
        f"bot's CPU {median(one.cpu for one in bots):.2f} s, memory {idle:.0f} MB before, {peak:.0f} MB at the peak",
        flush=True,
    )
    return bot / loop, peak


async def busiest_minute() -> int:
    """The most requests the shop saw in any 60 seconds of an upload that was limited to PER_MINUTE."""
    starts: list[float] = []
    made = StandInPersonaClick(
        make_lists=lambda: [StandInList(LIST, "Benchmark")],
        shop_id=SHOP.shop_id,
        shop_secret=SHOP.shop_secret,
        on_call=lambda call: starts.append(call.at),
    )
    await made.start()
    with tempfile.TemporaryDirectory() as folder:
        database_url = f"sqlite+aiosqlite:///{folder}/promo.db"
        ref = await queue(database_url, POSTS, 10)
        took = await sender("bot", database_url, made.base_url, ref, str(PER_MINUTE))
    await made.stop()
    most = max(sum(start <= at < start + 60 for at in starts) for start in starts)
    print(
        f"limit {PER_MINUTE} a minute: {len(made.record.posts)} POSTs and {len(starts) - len(made.record.posts)} "
        f"readings in {took.seconds:.0f} s, at most {most} requests in any 60 s",
        flush=True,
    )
    return most


async def measure(count: int, latency_s: float, times: int) -> bool:
    """All of it; whether every bar is kept."""
    ratio, peak = await compare(count, latency_s, times)
    await compare(count, 0, times)
    most = await busiest_minute()
    return ratio <= RATIO_AT_MOST and peak <= PEAK_MB_AT_MOST and most <= PER_MINUTE


def main() -> int:
    """The command line; 1 when a bar of design section 7 is not kept."""
    parser = argparse.ArgumentParser(description="Uploads against a bare httpx loop")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds the shop needs for a POST")
    parser.add_argument("--batches", type=int, default=200)
    parser.add_argument("--times", type=int, default=1, help="both senders in turn, so many times")
    asked = parser.parse_args()
    return 0 if asyncio.run(measure(asked.batches, asked.latency, asked.times)) else 1


if __name__ == "__main__":
    sys.exit(main())
