"""What the list's own count tells: readings to rely on, and whether a batch of unknown outcome arrived."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.promo.settling import Sighting, Verdict, settle, trustworthy
from bot.promo.steps import Batch
from bot.promo.uploads import BatchState, Question, Settling, State
from bot.store.ledger import Baseline, Move
from bot.work.account import Account

log = logging.getLogger(__name__)

# A reading is relied on for so long, or so many batches, before a fresh one is taken.
READING_S = 60.0
READING_BATCHES = 20
# Between two readings that settle a batch.
SETTLE_EVERY_S = 5.0


@dataclass(slots=True)
class Counts:
    """Readings of one list while an upload is sent to it. `ended` is when the last attempt ended, 0 if unknown."""

    account: Account
    ended: float = 0
    _relied_on: int = 0

    def due(self) -> bool:
        """Whether the next batch needs a fresh reading first."""
        baseline = self.account.work.baseline
        old = baseline is None or self.account.timing.now() - baseline.at > READING_S
        return old or self._relied_on >= READING_BATCHES

    def relied_on(self) -> None:
        """One more batch was sent on the strength of the last reading."""
        self._relied_on += 1

    async def take(self) -> None:
        """A fresh reading for the next batches to rely on, unless it lags behind what is known to be there."""
        account, now = self.account, self.account.timing.now()
        available = await account.available()
        self._relied_on = 0
        old = account.work.baseline
        if old is None:
            await account.commit(baseline=available, baseline_at=now, before=available)
            return
        elapsed = max(now - old.at, 0.001)
        pace = max((old.available + old.accepted - available) / elapsed, account.work.pace / 2, 0.0)
        largest = max((one.count for one in account.batches.values()), default=0)
        if trustworthy(old.available, old.accepted, available, largest, pace, elapsed):
            await account.commit(baseline=available, baseline_at=now, baseline_accepted=0, pace=pace)

    async def settle(self, batch: Batch) -> bool:
        """Reads until the count tells whether the batch arrived, or that it cannot tell; False when interrupted."""
        account = self.account
        if not isinstance(account.work.notice, Settling):
            await account.commit(notice=Settling())
        ended = self.ended or batch.sent_at + account.timing.timeout_s
        first, last = 0.0, None
        while not account.stopping.is_set():
            now = account.timing.now()
            after = await account.available()
            first, last = first or account.timing.now(), last or (now, after)
            if now > last[0]:
                await self._see_pace((last[1] - after) / (now - last[0]))
            last = now, after
            if await self._judge(batch, after, now, now - ended, now - first):
                return True
            await account.pause(min(SETTLE_EVERY_S, account.timing.quiet_s / 4))
        return False

    async def _see_pace(self, pace: float) -> None:
        if pace > self.account.work.pace:
            await self.account.commit(pace=pace)

    async def _judge(self, batch: Batch, after: int, now: float, quiet_s: float, watched_s: float) -> bool:
        work = self.account.work
        baseline = work.baseline or Baseline(after, now)
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
        verdict = settle(seen, self.account.timing.quiet_s)
        match verdict:
            case Verdict.WAIT:
                return False
            case Verdict.LANDED:
                await self.account.commit(Move(batch, BatchState.ACCEPTED))
            case Verdict.NOT_LANDED:
                await self.account.commit(Move(batch, BatchState.PENDING), notice=None)
            case Verdict.CANNOT_TELL:
                await self.ask(batch, after, Move(batch, BatchState.UNSURE))
        log.info("upload %s: batch %s: %s (grew by %d)", work.ref, batch.key, verdict.value, seen.growth)
        return True

    async def ask(self, batch: Batch, after: int, *moves: Move) -> None:
        """Puts the upload at rest with a question to people: what the list had, and has now."""
        baseline = self.account.work.baseline or Baseline(after, 0)
        question = Question(batch.number, batch.count, baseline.available + baseline.accepted, after)
        await self.account.commit(*moves, notice=question, state=State.NEEDS_DECISION)
