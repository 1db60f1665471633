"""Where a code came from, known by fingerprint alone, also after it was taken back."""

from __future__ import annotations

from sqlalchemy import text, update

from bot.promo.tracing import Origin, TraceNote
from bot.promo.uploads import BatchState
from bot.store.database import Database
from bot.store.fingerprints import Fingerprints
from bot.store.leases import Leases
from bot.store.ledger import Ledger
from bot.store.tables import batches
from bot.store.traces import Traces
from bot.store.uploads import Uploads
from tests.conftest import Clock
from tests.store.test_uploads import VAULT, checked


async def test_a_code_is_traced_before_and_after_it_is_taken_back(database: Database) -> None:
    """Never loaded, loaded, taken back: three different answers; taking back twice is harmless."""
    ledger, known = Ledger(database, VAULT, Leases(database, "me", 60.0)), Fingerprints(database, VAULT)
    traces = Traces(database, VAULT)
    ready = await checked(Uploads(database, VAULT))
    await Uploads(database, VAULT).confirm("u1", "U1", ready.version)
    async with database.begin() as connection:
        await connection.execute(update(batches).values(state=BatchState.ACCEPTED))
    work = await ledger.next("", "7")
    assert work is not None
    batch = (await ledger.batches(work))[0]
    codes, _ = await ledger.codes(work, batch)
    asked = [codes[0], "NEVER-LOADED"]
    assert await traces.find(asked) == {}
    await known.remember(ledger, work, batch)
    assert await traces.find(asked) == {codes[0]: (Origin("u1", taken_back=False),)}
    for _ in range(2):
        await known.forget(ledger, work, batch)
        assert await traces.find(asked) == {codes[0]: (Origin("u1", taken_back=True),)}
    assert await known.meanwhile(work, codes) == []


async def test_many_codes_are_looked_up_at_once(database: Database) -> None:
    """More than a statement takes values are no trouble."""
    assert await Traces(database, VAULT).find([f"CODE-{n}" for n in range(25_000)]) == {}


async def test_a_trace_is_noted_without_its_codes(database: Database, clock: Clock) -> None:
    """Who, when and how many, newest first."""
    traces = Traces(database, VAULT)
    for count in (1, 2, 3, 4):
        clock.at += 60
        await traces.note("U1", count)
    assert await traces.latest(2) == [TraceNote(clock.at, "U1", 4), TraceNote(clock.at - 60, "U1", 3)]
    async with database.read() as connection:
        columns = (await connection.execute(text("SELECT * FROM traces"))).keys()
    assert sorted(columns) == ["at", "codes", "id", "user"]
