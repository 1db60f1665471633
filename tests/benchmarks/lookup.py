"""Looking up new codes among known ones: `python -m tests.benchmarks.lookup [--known 5000000]`.

Shows the cost per new code on SQLite and on Postgres, and that it does not grow with what is known.
"""

from __future__ import annotations

import argparse
import array
import asyncio
import random
import sys
import tempfile
import time
import uuid

from sqlalchemy import create_engine, text

from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.uploads import NewUpload
from tests.conftest import store_on
from tests.postgres import address


def packed(chance: random.Random, count: int) -> bytes:
    """So many new fingerprints."""
    return array.array("Q", [chance.getrandbits(64) for _ in range(count)]).tobytes()


async def measure(url: str, known: int, wanted: int) -> None:
    """Fills a database step by step and looks up new codes at each."""
    upgrade(url)
    database = Database(url)
    await database.open("mark")
    store = store_on(database)
    await store.uploads.create(NewUpload("old", "C1", "U1", "a.csv"))
    fingerprints, chance, there = store.fingerprints, random.Random(1), 0
    kind = "SQLite" if database.sqlite else "Postgres"
    for step in (known // 10, known):
        await fill(database, chance, step - there)
        there = step
        new = packed(chance, wanted)
        started = time.perf_counter()
        hits = await fingerprints.lookup(new, [""], "new")
        took = time.perf_counter() - started
        each, found = took / wanted * 1e6, sum(len(hit.places) for hit in hits)
        print(f"{kind}: {wanted:,} new among {there:,} known: {took:5.2f} s, {each:.1f} µs a code, {found} hits")
    await database.close()


async def fill(database: Database, chance: random.Random, count: int) -> None:
    """Adds known fingerprints in order of value, as a database keeps them."""
    if database.sqlite:
        statement = "INSERT OR IGNORE INTO fingerprints SELECT value, 1 FROM json_each(:values)"
    else:
        statement = "INSERT INTO fingerprints SELECT unnest(CAST(:values AS bigint[])), 1 ON CONFLICT DO NOTHING"
    values = sorted(chance.getrandbits(64) - (1 << 63) for _ in range(count))
    for start in range(0, count, 100_000):
        chunk = values[start : start + 100_000]
        async with database.begin() as connection:
            given = str(chunk) if database.sqlite else chunk
            await connection.execute(text(statement), {"values": given})


async def run(known: int, wanted: int) -> None:
    """Both databases."""
    with tempfile.TemporaryDirectory() as folder:
        await measure(f"sqlite+aiosqlite:///{folder}/known.db", known, wanted)
    name = f"promo_lookup_{uuid.uuid4().hex[:8]}"
    server = await asyncio.to_thread(address)
    admin = create_engine(f"{server}postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        await measure(f"{server}{name}", known, wanted)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--known", type=int, default=5_000_000)
    parser.add_argument("--wanted", type=int, default=1_000_000)
    asked = parser.parse_args()
    asyncio.run(run(asked.known, asked.wanted))
    return 0


if __name__ == "__main__":
    sys.exit(main())
