"""10,000 lists read, forecast and judged by the whole program: `python -m tests.benchmarks.watching [lists]`.

The database knows four weeks of readings of every list. Told are the seconds from the start until each list has a
forecast of now, how fast Slack is answered meanwhile, and the memory the bot takes at rest and while it forecasts.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time

import numpy as np
from sqlalchemy import insert

from bot.promo.lists import PromoList
from bot.promo.thinning import to_drop
from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.stand_ins.personaclick.state import StandInList
from bot.stand_ins.slack import StandInSlack
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.outlooks import Outlooks
from bot.store.readings import BLOCK, HISTORY_S, Readings
from bot.store.watching import readings
from tests.benchmarks.whole import resident_mb
from tests.environment import between, free_port

STEP_S = 300.0
EVERY_S = 20.0


async def fill(url: str, count: int, now: float) -> list[int]:
    """Four weeks of readings, as they are kept; answers the counts of now."""
    chance = np.random.default_rng(1)
    moments = [now - STEP_S * number for number in range(int(HISTORY_S / STEP_S), 0, -1)]
    kept = sorted(set(moments) - set(to_drop(moments, now)))
    database = Database(url)
    lists = [PromoList(str(place), f"List {place}", 0) for place in range(count)]
    await Readings(database).add("", kept[0] - 1, lists)
    rates = np.exp(chance.uniform(0, 7, count))
    left = rates * chance.uniform(2, 40, count) + 100
    async with database.begin() as connection:
        for before, at in zip([kept[0], *kept], kept, strict=False):
            left = left - chance.poisson(rates * max(0.0, at - before) / 86_400)
            left = np.where(left < 0, rates * 20, left)
            rows = [
                {"shop": "", "block": block, "at": at, "counts": left[block * BLOCK :][:BLOCK].astype("<i4").tobytes()}
                for block in range(-(-count // BLOCK))
            ]
            await connection.execute(insert(readings), rows)
    await database.close()
    return [int(one) for one in left]


async def acks(slack: StandInSlack, until: asyncio.Event) -> list[float]:
    """Seconds until each of many commands was acked, one after the other."""
    taken: list[float] = []
    person = slack.as_("U1")
    while not until.is_set():
        for text in ("/promo help", "/promo list List 77", "/promo lists list 1"):
            began = time.perf_counter()
            await person.command("C1", text)
            taken.append(time.perf_counter() - began)
            await asyncio.sleep(0.05)
    return sorted(taken)


async def measure(process: int, url: str, slack: StandInSlack, count: int, began: float) -> None:
    """Follows the bot until every list has a forecast of now."""
    database, done = Database(url), asyncio.Event()
    asking = asyncio.create_task(acks(slack, done))
    peak, fresh = 0.0, 0
    while fresh < count and time.time() - began < 600:
        peak = max(peak, resident_mb(process))
        await asyncio.sleep(0.25)
        fresh = sum(one.at >= began for one in (await Outlooks(database).all()).values())
    print(f"{fresh:,} lists read, forecast and judged {time.time() - began:.1f} s after the start")
    done.set()
    taken = await asking
    at = [f"{1000 * taken[int(len(taken) * share)]:.0f}" for share in (0.5, 0.99)]
    print(f"meanwhile {len(taken)} commands acked: p50 {at[0]} ms, p99 {at[1]} ms, worst {1000 * taken[-1]:.0f} ms")
    print(f"memory: at most {peak:.0f} MB, {resident_mb(process):.0f} MB at the end")
    await database.close()


async def main() -> None:
    """All of it."""
    count = int((*sys.argv[1:], "10000")[0])
    shop, slack = StandInPersonaClick(make_lists=list), StandInSlack()
    await slack.start()
    await shop.start()
    port = free_port()
    slack.connect_http(f"http://127.0.0.1:{port}/slack/events")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/promo.db"
        upgrade(url)
        for place, left in enumerate(await fill(url, count, time.time())):
            shop.lists[str(place)] = StandInList(str(place), f"List {place}", available=left)
        environment = between(
            slack,
            shop,
            PERSONACLICK_REQUESTS_PER_MINUTE="0",
            DATABASE_URL=f"sqlite:///{folder}/promo.db",
            ALERTS_CHANNEL="C2",
            READING_EVERY_MINUTES=str(EVERY_S / 60),
            LOG_LEVEL="ERROR",
            PORT=str(port),
        )
        began = time.time()
        bot = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "http", env=environment)
        await asyncio.sleep(2)
        await measure(bot.pid, url, slack, count, began)
        await asyncio.sleep(EVERY_S)
        print(f"idle: {resident_mb(bot.pid):.0f} MB")
        bot.terminate()
        await bot.wait()
    await slack.stop()
    await shop.stop()


if __name__ == "__main__":
    asyncio.run(main())
