"""The database goes away in the middle of an upload; the upload waits, goes on, and ends exactly."""

from __future__ import annotations

import asyncio

from sqlalchemy import create_engine, text

from bot.promo.uploads import State
from tests.faults.harness import EXACT, Town, all_of, seen, some, town
from tests.postgres import Cluster

CUT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def test_cut_connections(postgres_place: Town) -> None:
    """Every connection of the worker is cut again and again during an upload, and every code is sent once."""
    place = postgres_place
    place.add_list("L")
    batches = some("u", 10, 50)
    await place.shop.fault("slow", 0.1, methods=("POST",))
    await place.queue("u", "L", batches)
    await place.process()
    admin, cut = create_engine(place.database_url, isolation_level="AUTOCOMMIT"), []
    for number in range(5):
        await seen(lambda number=number: len(place.posts) > 2 * number)  # type: ignore[misc]
        with admin.connect() as connection:
            cut.append(len(connection.execute(CUT).all()))
    admin.dispose()
    upload = await place.until("u")
    assert (upload.state, await place.exactly_once(upload, "L", batches)) == (State.DONE, EXACT)
    assert place.shop.codes("L") == all_of(batches)
    assert all(cut)


async def test_a_database_that_stops_and_starts(cluster: Cluster) -> None:
    """Postgres stops in the middle of a POST and comes back; the same process goes on and sends every code once."""
    async with town(cluster.url) as place:
        place.add_list("L")
        batches = some("u", 8, 50)
        await place.shop.fault("slow", 0.15, methods=("POST",))
        await place.queue("u", "L", batches)
        process = await place.process()
        await seen(lambda: len(place.posts) == 3)
        await asyncio.to_thread(cluster.stop)
        sent = len(place.posts)
        await asyncio.sleep(1.5)
        assert len(place.posts) == sent
        await asyncio.to_thread(cluster.start)
        upload = await place.until("u")
        assert (upload.state, await place.exactly_once(upload, "L", batches)) == (State.DONE, EXACT)
        assert place.shop.codes("L") == all_of(batches)
        assert process.returncode is None
