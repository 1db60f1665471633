"""What a year of readings of 200 lists takes in an SQLite file, and the processor time
that 10,000 lists take to be read and forecast.

`python -m tests.benchmarks.readings [lists]`
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from bot.promo.lists import PromoList
from bot.promo.outlook import Outlook, outlook
from bot.promo.pace import DAY_S
from bot.promo.thinning import to_drop
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.outlooks import Outlooks
from bot.store.readings import HISTORY_S, Readings

END = 1_800_000_000.0
STEP_S = 300.0
# So many of the lists are forecast; the time of all follows from theirs.
SAMPLE = 256


async def fill(readings: Readings, count: int, days: float) -> int:
    """The readings of `count` lists that are kept after so many days; answers how many moments."""
    random = Random(1)
    moments = [END - STEP_S * number for number in range(int(days * DAY_S / STEP_S), -1, -1)]
    kept = sorted(set(moments) - set(to_drop(moments, END)))
    left = [random.randrange(100_000) for _ in range(count)]
    for number, at in enumerate(kept):
        for place in range(number % 7, count, 7):
            left[place] = left[place] - random.randrange(40) if left[place] > 40 else 100_000
        await readings.add("", at, [PromoList(str(place), f"List {place}", each) for place, each in enumerate(left)])
    return len(kept)


async def year(folder: Path) -> None:
    """A year of 200 lists."""
    url = f"sqlite+aiosqlite:///{folder}/year.db"
    upgrade(url)
    database = Database(url, now=lambda: END)
    kept = await fill(Readings(database), 200, 365)
    await database.close()
    print(f"a year of 200 lists every 5 minutes: {kept:,} moments kept, {_size(folder) / 1e6:.1f} MB")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("year.db*"))


async def many(folder: Path, count: int) -> None:
    """Many lists with four weeks behind them."""
    url = f"sqlite+aiosqlite:///{folder}/many.db"
    upgrade(url)
    database = Database(url, now=lambda: END)
    readings, outlooks = Readings(database), Outlooks(database)
    kept = await fill(readings, SAMPLE, HISTORY_S / DAY_S)
    lists = [PromoList(str(place), f"List {place}", 1_000) for place in range(count)]
    began = time.process_time()
    await readings.add("", END + 1, lists)
    print(f"one reading of {count:,} lists written: {time.process_time() - began:.2f} s")
    began, made = time.process_time(), dict[tuple[str, str], Outlook]()
    wanted = {("", str(place)) for place in range(SAMPLE)}
    async for one in readings.histories(END - HISTORY_S, wanted):
        made["", one.promo_list.id] = outlook(one.readings, END)
    each = (time.process_time() - began) / SAMPLE
    print(f"history of {kept:,} readings and forecast: {1000 * each:.2f} ms a list, {each * count:.1f} s for {count:,}")
    began = time.process_time()
    await outlooks.keep(dict.fromkeys((("", one.id) for one in lists), made["", "0"]))
    print(f"outlooks of {count:,} lists kept: {time.process_time() - began:.2f} s")
    began = time.process_time()
    await outlooks.all()
    print(f"outlooks of {count:,} lists read for a report: {time.process_time() - began:.2f} s")
    await database.close()


async def main() -> None:
    """Prints the figures."""
    count = int((*sys.argv[1:], "10000")[0])
    with tempfile.TemporaryDirectory() as folder:
        await year(Path(folder))
        await many(Path(folder), count)


if __name__ == "__main__":
    asyncio.run(main())
