"""The whole program from outside: `python -m tests.benchmarks.whole`.

Seconds from `python -m bot http` to the first answered command, against importing what it is made of; memory when idle,
and at the peak while a file of 1,000,000 codes is checked and uploaded (the bot and its child process together).
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.stand_ins.slack import StandInSlack
from tests.environment import between, free_port

# The best of so many counts, of the imports as of the starts.
STARTS = 3
LIBRARIES = "import slack_bolt.async_app, aiohttp.web, httpx, sqlalchemy.ext.asyncio"


def resident_mb(process: int) -> float:
    """What a process and its children hold in memory now."""
    total = 0.0
    with suppress(OSError, StopIteration):
        status = Path(f"/proc/{process}/status").read_text().splitlines()
        total += next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024
        for task in Path(f"/proc/{process}/task").iterdir():
            total += sum(resident_mb(int(child)) for child in (task / "children").read_text().split())
    return total


def importing() -> float:
    """Seconds to import the libraries."""
    times = []
    for _ in range(STARTS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", LIBRARIES], check=True)
        times.append(time.perf_counter() - started)
    return min(times)


async def answered(slack: StandInSlack) -> None:
    """Waits until a command gets an answer."""
    while True:
        sent = await slack.as_("U1").command("C1", "/promo help")
        if sent.ok:
            return
        await asyncio.sleep(0.01)


async def peak_while(process: int, work: asyncio.Task[None]) -> float:
    """The most memory seen while the work goes on."""
    peak = 0.0
    while not work.done():
        peak = max(peak, await asyncio.to_thread(resident_mb, process))
        await asyncio.sleep(0.02)
    await work
    return peak


async def million(slack: StandInSlack) -> None:
    """Drops a million codes and confirms them."""
    content = b"code\n" + b"".join(b"SPRING-%013d\n" % (n * 7919) for n in range(1_000_000))
    started = time.perf_counter()
    parent = await slack.as_("U1").drop("C1", {"spring-sale.csv": content})
    card = await slack.until(lambda: slack.thread("C1", parent.ts)[0], timeout=60)
    await slack.until(lambda: "1,000,000 codes ready" in card.text, timeout=60)
    print(f"1,000,000 codes: {time.perf_counter() - started:.1f} s from the drop to the checked card")
    started = time.perf_counter()
    await slack.as_("U1").click(card, "upload_confirm")
    await slack.until(lambda: "Done: 1,000,000" in card.text, timeout=300)
    print(f"1,000,000 codes: {time.perf_counter() - started:.1f} s from the click to the result")


async def main() -> None:
    """All of it."""
    shop, slack = StandInPersonaClick(), StandInSlack()
    await shop.start()
    await slack.start()
    port = free_port()
    slack.connect_http(f"http://127.0.0.1:{port}/slack/events")
    with tempfile.TemporaryDirectory() as folder:
        environment = between(
            slack,
            shop,
            PERSONACLICK_REQUESTS_PER_MINUTE="0",
            DATABASE_URL=f"sqlite:///{folder}/promo.db",
            LOG_LEVEL="ERROR",
            PORT=str(port),
        )
        imports, starts = importing(), []
        for start in range(1 + STARTS):
            started = time.perf_counter()
            bot = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "http", env=environment)
            await answered(slack)
            starts.append(time.perf_counter() - started)
            if start == STARTS:
                await asyncio.sleep(2)
                print(f"idle: {resident_mb(bot.pid):.0f} MB")
                peak = await peak_while(bot.pid, asyncio.create_task(million(slack)))
                print(f"peak: {peak:.0f} MB, the bot and its child together")
            bot.terminate()
            await bot.wait()
        first, took = starts[0], min(starts[1:])
        print(f"first start, with an empty database: {first:.2f} s to the first answer")
        print(
            f"later starts: {took:.2f} s to the first answer, {took / imports:.2f} times the imports ({imports:.2f} s)"
        )
    await slack.stop()
    await shop.stop()


if __name__ == "__main__":
    asyncio.run(main())
