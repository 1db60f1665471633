"""One upload under way: its record, its batches, and what is needed to move it on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any

from bot.errors import ListNotFound
from bot.personaclick.client import PersonaClick
from bot.promo.steps import Batch
from bot.promo.uploads import BatchState
from bot.store.database import AWAY
from bot.store.ledger import Baseline, Move, Work
from bot.store.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timing:
    """Clocks and waits, passed in. `timeout_s` is how long one POST may take, `undo_s` how long undo is offered."""

    now: Callable[[], float]
    sleep: Callable[[float], Awaitable[object]]
    timeout_s: float
    undo_s: float

    @property
    def quiet_s(self) -> float:
        """So long after an attempt whose answer was lost the API may still be working on it."""
        return 2 * self.timeout_s


@dataclass(slots=True)
class Run:
    """Writes go to the database first, then to the record here; `changed` is told the upload's ref after each."""

    work: Work
    store: Store
    api: PersonaClick
    timing: Timing
    stopping: asyncio.Event
    changed: Callable[[str], None]
    batches: dict[tuple[int, int], Batch] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        """How many codes were accepted so far."""
        return sum(one.count for one in self.batches.values() if one.state is BatchState.ACCEPTED)

    async def reload(self) -> None:
        """Fetches the batches anew."""
        self.batches = {one.key: one for one in await self.store.ledger.batches(self.work)}

    async def split(self, batch: Batch) -> None:
        """Makes two pending halves of a batch."""
        await self.store.ledger.split(self.work, batch)
        await self.reload()

    async def set_aside(self, batch: Batch, positions: Collection[int], why: str) -> None:
        """Holds back some codes of a pending batch."""
        await self.store.ledger.set_aside(self.work, batch, positions, why)
        await self.reload()
        self.changed(self.work.ref)

    async def commit(self, *moves: Move, **values: Any) -> None:
        """Writes all of it or nothing, waiting for a database that is away.

        A success clears what the upload was waiting for. Raises LeaseLostError or WrongState when somebody else
        moved the upload.
        """
        taken = sum(move.batch.count for move in moves if move.target is BatchState.ACCEPTED)
        if taken and self.work.baseline is not None:
            values["baseline_accepted"] = self.work.baseline.accepted + taken
        if taken and (self.work.notice is not None or self.work.down_since):
            values |= {"notice": None, "down_since": 0.0}
        written_at = await self._write(*moves, **values)
        for move in moves:
            sent_at = written_at if move.target is BatchState.SENDING else move.batch.sent_at
            self.batches[move.batch.key] = replace(move.batch, state=move.target, sent_at=sent_at)
        self.work = _changed(self.work, values)
        self.changed(self.work.ref)

    async def _write(self, *moves: Move, **values: Any) -> float:
        while True:
            try:
                return await self.store.ledger.commit(self.work, *moves, **values)
            except AWAY:
                if self.stopping.is_set():
                    raise
                log.warning("upload %s: the database is away, waiting", self.work.ref)
                await self.timing.sleep(1.0)

    async def available(self) -> int:
        """The list's count now. Raises ListNotFound when the list is gone, and the client's errors."""
        available = await self.api.available(self.work.list_id)
        if available is None:
            raise ListNotFound(404)
        return available

    async def turn(self) -> bool:
        """Waits for a turn at the API; False when the process is to stop first."""
        turn, stop = asyncio.ensure_future(self.api.turn()), asyncio.ensure_future(self.stopping.wait())
        await asyncio.wait([turn, stop], return_when=asyncio.FIRST_COMPLETED)
        turn.cancel()
        stop.cancel()
        return not self.stopping.is_set()

    async def pause(self, seconds: float) -> None:
        """Waits, but not longer than until the process is to stop."""
        waits = asyncio.ensure_future(self.stopping.wait())
        await asyncio.wait([waits], timeout=seconds)
        waits.cancel()


def _changed(work: Work, values: dict[str, Any]) -> Work:
    baseline = work.baseline
    if "baseline" in values:
        baseline = Baseline(values["baseline"], values["baseline_at"])
    elif baseline is not None and "baseline_accepted" in values:
        baseline = replace(baseline, accepted=values["baseline_accepted"])
    heads = ("state", "notice", "before", "pace", "retry_at", "down_since")
    same = {name: values[name] for name in heads if name in values}
    return replace(work, baseline=baseline, limit=values.get("batch_limit", work.limit), **same)
