"""Where codes came from, by keyed fingerprint alone, and who asked about how many."""

from __future__ import annotations

import array
import asyncio
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import insert, select

from bot.promo.fingerprints import fingerprints as fingerprints_of
from bot.promo.tracing import Origin, TraceNote
from bot.promo.uploads import BatchState
from bot.store.database import Database
from bot.store.tables import batches, fingerprints, taken_back, traces, uploads
from bot.store.vault import Vault

# SQLite takes 32,766 values in a statement; https://www.sqlite.org/limits.html
_AT_ONCE = 10_000


class Traces:
    """Looks codes up without keeping them."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def find(self, codes: Sequence[str]) -> dict[str, tuple[Origin, ...]]:
        """The origins of those of `codes` that were ever loaded, the first upload first."""
        values = array.array("q")
        values.frombytes(await asyncio.to_thread(fingerprints_of, self._vault.fingerprint_key, codes))
        codes_by_value = dict(zip(values, codes, strict=True))
        found: defaultdict[str, list[Origin]] = defaultdict(list)
        async with self._database.read() as connection:
            for start in range(0, len(values), _AT_ONCE):
                wanted = values[start : start + _AT_ONCE].tolist()
                for table in (taken_back, fingerprints):
                    rows = await connection.execute(
                        select(table.c.fingerprint, uploads.c.ref)
                        .join(uploads, uploads.c.id == table.c.upload_id)
                        .where(table.c.fingerprint.in_(wanted))
                        .order_by(uploads.c.id)
                    )
                    for value, ref in rows:
                        found[codes_by_value[value]].append(Origin(ref, taken_back=table is taken_back))
        return {code: tuple(origins) for code, origins in found.items()}

    async def behind(self) -> bool:
        """Whether codes were sent that are not remembered yet: that follows a moment after they left."""
        sent = batches.c.state.in_([BatchState.ACCEPTED, BatchState.UNSURE])
        async with self._database.read() as connection:
            found = await connection.scalar(select(batches.c.upload_id).where(sent, ~batches.c.remembered).limit(1))
        return found is not None

    async def note(self, user: str, codes: int) -> None:
        """Writes down that somebody asked about so many codes."""
        async with self._database.begin() as connection:
            await connection.execute(insert(traces).values(at=self._database.now(), user=user, codes=codes))

    async def latest(self, limit: int = 3) -> list[TraceNote]:
        """Who asked last, newest first."""
        newest = select(traces.c.at, traces.c.user, traces.c.codes).order_by(traces.c.id.desc()).limit(limit)
        async with self._database.read() as connection:
            return [TraceNote(at, user, codes) for at, user, codes in await connection.execute(newest)]
