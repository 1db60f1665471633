"""Remembering what was sent, by fingerprint, so that the same code is recognised in the next file."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from bot.errors import DamagedBatch, WrongState
from bot.promo.job import Job
from bot.store.store import Store


async def remember(store: Store, job: Job, stopping: asyncio.Event) -> None:
    """Remembers the codes of every batch that was sent; what is not done now is done at the next chance.

    Raises what AWAY names.
    """
    # Codes that are wiped already, or damaged, cannot be remembered any more.
    with suppress(WrongState, DamagedBatch):
        for batch in await store.fingerprints.missing(job):
            if stopping.is_set():
                return
            codes, _ = await store.batches.codes(job, batch)
            await store.fingerprints.remember(job, batch, codes)
