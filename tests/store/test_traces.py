"""Where a code came from, known by fingerprint alone, also after it was taken back."""

from __future__ import annotations

from sqlalchemy import text, update

from bot.promo.lifecycle import Event
from bot.promo.tracing import Origin, TraceNote
from bot.promo.uploads import BatchState
from bot.store.database import Database
from bot.store.tables import batches
from tests.conftest import Clock, store_on
from tests.store.test_uploads import checked


async def test_a_code_is_traced_before_and_after_it_is_taken_back(database: Database) -> None:
    """Never loaded, loaded, taken back: three different answers; taking back twice is harmless."""
    store = store_on(database)
    traces, known = store.traces, store.fingerprints
    ready = await checked(store.uploads)
    await store.uploads.apply("u1", Event.CONFIRM, "U1", ready.version)
    async with database.begin() as connection:
        await connection.execute(update(batches).values(state=BatchState.ACCEPTED))
    job = await store.ledger.next("", "7")
    assert job is not None
    batch = (await store.batches.of(job))[0]
    codes, _ = await store.batches.codes(job, batch)
    asked = [codes[0], "NEVER-LOADED"]
    assert await traces.behind()
    assert await traces.find(asked) == {}
    await known.remember(job, batch, codes)
    assert await traces.find(asked) == {codes[0]: (Origin("u1", taken_back=False),)}
    for _ in range(2):
        await known.forget(job, codes)
        assert await traces.find(asked) == {codes[0]: (Origin("u1", taken_back=True),)}
    assert await known.meanwhile(job, known.of(codes)) == []


async def test_many_codes_are_looked_up_at_once(database: Database) -> None:
    """More than a statement takes values are no trouble."""
    assert await store_on(database).traces.find([f"CODE-{n}" for n in range(25_000)]) == {}


async def test_a_trace_is_noted_without_its_codes(database: Database, clock: Clock) -> None:
    """Who, when and how many, newest first."""
    traces = store_on(database).traces
    for count in (1, 2, 3, 4):
        clock.at += 60
        await traces.note("U1", count)
    assert await traces.latest(2) == [TraceNote(clock.at, "U1", 4), TraceNote(clock.at - 60, "U1", 3)]
    async with database.read() as connection:
        columns = (await connection.execute(text("SELECT * FROM traces"))).keys()
    assert sorted(columns) == ["at", "codes", "id", "user"]
