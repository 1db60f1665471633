"""What the list's own count tells: readings to rely on, and whether a batch of unknown outcome arrived."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.promo.settling import Sighting, Verdict, lags, settle
from bot.promo.steps import Batch
from bot.promo.uploads import BatchState, Question, Settling, State
from bot.store.ledger import Move
from bot.work.run import Run

log = logging.getLogger(__name__)

# A reading is relied on for so long, or so many batches, before a fresh one is taken.
READING_S = 60.0
READING_BATCHES = 20
# Between two readings that settle a batch.
SETTLE_EVERY_S = 5.0
# A count that lags is given so many chances to catch up, so long after one another.
CATCH_UP_READINGS = 5
CATCH_UP_S = 2.0


@dataclass(slots=True)
class Settler:
    """Readings of one list while an upload is sent to it. `ended` is when the last attempt ended, 0 if unknown."""

    run: Run
    ended: float = 0
    _relied_on: int = 0

    def due(self) -> bool:
        """Whether the next batch needs a fresh reading first."""
        baseline = self.run.work.baseline
        old = baseline is None or self.run.timing.now() - baseline.at > READING_S
        return old or self._relied_on >= READING_BATCHES

    def relied_on(self) -> None:
        """One more batch was sent on the strength of the last reading."""
        self._relied_on += 1

    async def take(self) -> None:
        """A fresh reading for the next batches to rely on."""
        run, old = self.run, self.run.work.baseline
        available, now = await self._caught_up(), run.timing.now()
        self._relied_on = 0
        if old is None:
            before = available if run.work.before is None else run.work.before
            await run.commit(baseline=available, baseline_at=now, baseline_accepted=0, before=before)
            return
        taken = (old.available + old.accepted - available) / max(now - old.at, 0.001)
        pace = max(taken, run.work.pace / 2, 0.0)
        await run.commit(baseline=available, baseline_at=now, baseline_accepted=0, pace=pace)

    async def _caught_up(self) -> int:
        """The list's count, read again while it misses codes that are known to be there and still rises."""
        run, old = self.run, self.run.work.baseline
        available = await run.available()
        if old is None:
            return available
        for _ in range(CATCH_UP_READINGS):
            largest = max((one.count for one in run.batches.values()), default=0)
            elapsed = run.timing.now() - old.at
            if not lags(old.available, old.accepted, available, largest, run.work.pace, elapsed):
                break
            await run.pause(min(CATCH_UP_S, run.timing.timeout_s / 10))
            again = await run.available()
            if again <= available:
                break
            available = again
        return available

    async def settle(self, batch: Batch) -> bool:
        """Reads until the count tells whether the batch arrived, or that it cannot tell; False when interrupted."""
        run = self.run
        if not isinstance(run.work.notice, Settling):
            await run.commit(notice=Settling())
        ended = self.ended or batch.sent_at + run.timing.timeout_s
        first, last = 0.0, None
        while not run.stopping.is_set():
            now = run.timing.now()
            after = await run.available()
            first, last = first or run.timing.now(), last or (now, after)
            if now > last[0]:
                await self._see_pace((last[1] - after) / (now - last[0]))
            last = now, after
            if await self._judge(batch, after, now, now - ended, now - first):
                return True
            await run.pause(min(SETTLE_EVERY_S, run.timing.quiet_s / 4))
        return False

    async def _see_pace(self, pace: float) -> None:
        if pace > self.run.work.pace:
            await self.run.commit(pace=pace)

    async def _judge(self, batch: Batch, after: int, now: float, quiet_s: float, watched_s: float) -> bool:
        work, baseline = self.run.work, self.run.work.baseline
        if baseline is None:
            await self.ask(batch, after, Move(batch, BatchState.UNSURE))
            return True
        seen = Sighting(
            count=batch.count,
            before=baseline.available,
            accepted_since=baseline.accepted,
            after=after,
            elapsed_s=now - baseline.at,
            quiet_s=quiet_s,
            pace=work.pace,
            watched_s=watched_s,
        )
        verdict = settle(seen, self.run.timing.quiet_s)
        match verdict:
            case Verdict.WAIT:
                return False
            case Verdict.LANDED:
                await self.run.commit(Move(batch, BatchState.ACCEPTED))
            case Verdict.NOT_LANDED:
                await self.run.commit(Move(batch, BatchState.PENDING), notice=None)
            case Verdict.CANNOT_TELL:
                await self.ask(batch, after, Move(batch, BatchState.UNSURE))
        log.info("upload %s: batch %s: %s (grew by %d)", work.ref, batch.key, verdict.value, seen.growth)
        return True

    async def ask(self, batch: Batch, after: int, *moves: Move) -> None:
        """Puts the upload at rest with a question to people: what the list had, and has now."""
        baseline = self.run.work.baseline
        before = None if baseline is None else baseline.available + baseline.accepted
        question = Question(batch.number, batch.count, before, after)
        await self.run.commit(*moves, notice=question, state=State.NEEDS_DECISION)
