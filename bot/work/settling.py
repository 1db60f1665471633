"""What the list's own count tells: readings to rely on, and whether a batch of unknown outcome arrived."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from bot.promo.job import Baseline, Move
from bot.promo.lifecycle import Event
from bot.promo.settling import Sighting, Verdict, lags, settle
from bot.promo.steps import Batch
from bot.promo.uploads import BatchState, Question, Settling, State
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
# A count that was once seen to lag is waited for so many times as long.
LAG_TIMES = 3


@dataclass(slots=True)
class Settler:
    """Readings of one list while an upload is sent to it. `ended` is the clock when the last attempt ended, if here."""

    run: Run
    ended: float | None = None
    _relied_on: int = 0
    _before_us: Baseline | None = None

    @property
    def settle_s(self) -> float:
        """How long the counts must stay quiet before a batch counts as not landed."""
        return max(self.run.timing.settle_s, LAG_TIMES * self.run.job.lag_s)

    async def look_back(self) -> None:
        """Notes what the upload to the list before this one left, while that is known."""
        since = self.run.timing.now() - self.run.timing.late_s
        self._before_us = await self.run.store.late.last_count(self.run.job, since)

    def due(self) -> bool:
        """Whether the next batch needs a fresh reading first."""
        baseline = self.run.job.baseline
        old = baseline is None or self.run.timing.now() - baseline.at > READING_S
        return old or self._relied_on >= READING_BATCHES

    def relied_on(self) -> None:
        """One more batch was sent on the strength of the last reading."""
        self._relied_on += 1

    async def take(self) -> None:
        """A fresh reading for the next batches to rely on."""
        run, ours = self.run, self.run.job.baseline
        # At the start it is held against what the upload before this one left.
        old = ours or self._before_us
        available = await self._caught_up(old)
        job, now = run.job, run.timing.now()
        self._relied_on = 0
        behind = await self._behind(old, available)
        fresh = replace(job, baseline=Baseline(available, now, behind=behind))
        surplus = await see_growth(run, beyond(old, available))
        if ours is None:
            await run.save(replace(fresh, before=available if job.before is None else job.before, surplus=surplus))
            return
        taken = (ours.available + ours.accepted - available) / max(now - ours.at, 0.001)
        await run.save(replace(fresh, pace=max(taken, job.pace / 2, 0.0), surplus=surplus))

    async def _behind(self, old: Baseline | None, available: int) -> int:
        """How many codes that were accepted lately the count misses; those accepted long ago are counted by now."""
        if old is None or not self._lags(old, available):
            return 0
        lately = await self.run.store.batches.accepted_since(self.run.job, self.run.timing.now() - self.settle_s)
        return min(old.available + old.accepted + old.behind - available, lately)

    def _lags(self, old: Baseline, available: int) -> bool:
        largest = max((batch.count for batch in self.run.batches.values()), default=0)
        elapsed = self.run.timing.now() - old.at
        return lags(old.available, old.accepted + old.behind, available, largest, self.run.job.pace, elapsed)

    async def _caught_up(self, old: Baseline | None) -> int:
        """The list's count, read again while it misses codes that are known to be there and still rises."""
        run = self.run
        available = await run.available()
        if old is None:
            return available
        began = run.timing.clock()
        for _ in range(CATCH_UP_READINGS):
            if not self._lags(old, available):
                break
            await run.pause(min(CATCH_UP_S, run.timing.timeout_s / 10))
            again = await run.available()
            if again > available:
                await self._see_lag(run.timing.clock() - began)
            if again <= available:
                break
            available = again
        return available

    async def _see_lag(self, seconds: float) -> None:
        if seconds > self.run.job.lag_s:
            await self.run.save(replace(self.run.job, lag_s=seconds))

    async def settle(self, batch: Batch) -> bool:
        """Reads until the count tells whether the batch arrived, or that it cannot tell; False when interrupted."""
        run, clock = self.run, self.run.timing.clock
        if not isinstance(run.job.notice, Settling):
            await run.save(replace(run.job, notice=Settling()))
        began = clock()
        # The attempt of a process that died may have ended just now; what its clock said does not count here.
        ended = began if self.ended is None else self.ended
        last: tuple[float, int] | None = None
        while not run.stopping.is_set():
            at = clock()
            after = await run.available()
            if last is not None and at > last[0]:
                await self._see_pace((last[1] - after) / (at - last[0]))
            last = at, after
            await run.stopped()
            if await self._judge(batch, after, at - ended, at - began):
                return True
            await run.pause(min(SETTLE_EVERY_S, self.settle_s / 4))
        return False

    async def _see_pace(self, pace: float) -> None:
        if pace > self.run.job.pace:
            await self.run.save(replace(self.run.job, pace=pace))

    async def _judge(self, batch: Batch, after: int, quiet_s: float, watched_s: float) -> bool:
        job, baseline = self.run.job, self.run.job.baseline
        if baseline is None:
            await self.ask(batch, after, Move(batch, BatchState.UNSURE))
            return True
        seen = Sighting(
            count=batch.count,
            before=baseline.available,
            accepted_since=baseline.accepted,
            after=after,
            elapsed_s=max(self.run.timing.now() - baseline.at, watched_s),
            quiet_s=quiet_s,
            pace=job.pace,
            watched_s=watched_s,
            behind=baseline.behind,
        )
        verdict = settle(seen, self.settle_s)
        if verdict is Verdict.LANDED and await self._straggler(batch):
            verdict = Verdict.CANNOT_TELL
        if verdict is Verdict.NOT_LANDED and await self._just_undone(baseline):
            verdict = Verdict.CANNOT_TELL
        match verdict:
            case Verdict.WAIT:
                return False
            case Verdict.LANDED:
                await self.run.save(job, Move(batch, BatchState.ACCEPTED))
            case Verdict.NOT_LANDED:
                watch_until = self.run.timing.now() + self.run.timing.late_s
                lost = replace(job, notice=None, watch_until=watch_until)
                await self.run.save(lost, Move(batch, BatchState.PENDING, lost=True))
            case Verdict.CANNOT_TELL:
                excess = max(seen.growth - seen.count - seen.behind, 0)
                surplus = await see_growth(self.run, excess)
                await self.ask(batch, after, Move(batch, BatchState.UNSURE), surplus=surplus)
        log.info("upload %s: batch %s: %s (grew by %d)", job.ref, batch.key, verdict.value, seen.growth)
        return True

    async def _straggler(self, batch: Batch) -> bool:
        """Whether growth may be that of another batch, which the counts had not shown and which came late.

        The batch's own first attempt does not count: either way the list has it once.
        """
        since = self.run.timing.now() - self.run.timing.late_s
        return await self.run.store.batches.lost_since(self.run.job, batch, since)

    async def _just_undone(self, baseline: Baseline) -> bool:
        """Whether codes were taken back so shortly before the reading that it may have counted them still."""
        return await self.run.store.late.undone_since(self.run.job, baseline.at - self.settle_s)

    async def ask(self, batch: Batch, after: int, *moves: Move, surplus: int = 0) -> None:
        """Puts the upload at rest with a question to people: what the list had, and has now.

        One that a person has stopped asks nothing: the batch stays unknown, and the card says so.
        """
        job = replace(self.run.job, surplus=max(surplus, self.run.job.surplus))
        if job.state is State.STOPPING:
            await self.run.save(replace(job, notice=None), Move(batch, BatchState.UNSURE, decided=True))
            return
        before = None if job.baseline is None else job.baseline.available + job.baseline.accepted
        question = Question(batch.number, batch.count, before, after, self.run.timing.now())
        await self.run.save(replace(job, notice=question), *moves, event=Event.ASK)


def beyond(old: Baseline | None, available: int) -> int:
    """How much a list grew since the reading `old` beyond what is known to have been sent."""
    return 0 if old is None else max(available - old.available - old.accepted - old.behind, 0)


async def see_growth(run: Run, growth: int) -> int:
    """A list grew by so many codes beyond what was sent. As far as lost batches of this upload may be the reason they
    are added to its surplus, which is answered; the rest is told of ended uploads whose lost batches may be the reason.
    """
    ours = min(growth, sum(batch.count for batch in run.batches.values() if batch.lost_at))
    if growth > ours:
        for ref in await run.store.late.arrived_late(run.job, growth - ours, run.timing.now() - run.timing.late_s):
            log.info("upload %s: its list grew after its end", ref)
            run.changed(ref)
    return run.job.surplus + ours
