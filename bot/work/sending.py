"""One upload on its way: commit `sending`, POST once, commit the outcome; settle what is unknown before going on.

`promo/steps` decides what comes next and what an answer means; here it is done.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace

from bot.errors import DamagedBatch, PersonaClickError, TooLarge
from bot.promo.codes import mask_in, unpack
from bot.promo.job import Move
from bot.promo.lifecycle import Event
from bot.promo.steps import (
    Accepted,
    Ask,
    Batch,
    Finish,
    Halve,
    NotStored,
    Refuse,
    RefuseAll,
    Send,
    Settle,
    Shrink,
    Split,
    Unknown,
    next_step,
    outcome,
    redirected,
)
from bot.promo.uploads import BatchState, Notice, Paused, Settling, State, Stopped, Waiting
from bot.store.database import AWAY
from bot.work.closing import closed
from bot.work.preparing import Prepared, Preparing
from bot.work.remembering import remember
from bot.work.run import Run
from bot.work.settling import Settler, beyond, see_growth

log = logging.getLogger(__name__)

# A POST that takes longer than this, or a wait for a turn, leaves time to remember codes meanwhile; sooner it would
# hold up the commits between two POSTs.
SLOW_S = 1.0
# A wait for a turn that is longer than this is told on the card.
TOLD_S = 5.0
# Whoever waits for a turn looks so often whether a person has stopped the upload.
STOPPED_EVERY_S = 2.0


class Sending:
    """Sends one upload until it is finished, has to wait, or the process is to stop."""

    def __init__(self, run: Run, refusals: list[str]) -> None:
        """`refusals` are the API's words of the upload's refusals so far; more are added."""
        self._run = run
        self._settler = Settler(run)
        self._preparing = Preparing(run)
        self._refusals = refusals
        self._begun: Prepared | None = None
        self._remembering: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Raises LeaseLost or WrongState when somebody else moved the upload, and what AWAY names."""
        run = self._run
        await run.reload()
        if run.job.baseline is None:
            await self._settler.look_back()
        await run.store.ledger.invalidate_baselines(run.job)
        try:
            if run.job.state is State.QUEUED:
                sending_at = run.job.sending_at or run.timing.now()
                began = replace(run.job, notice=None, sending_at=sending_at, watched=None)
                await run.save(began, event=Event.BEGIN)
            await self._preparing.see_others()
            # A batch whose `sending` is committed is posted even when the process is to stop.
            while run.job.state in (State.SENDING, State.STOPPING) and (self._begun or not run.stopping.is_set()):
                if not await self._step():
                    return
        finally:
            if self._remembering is not None:
                await asyncio.wait([self._remembering])

    async def _step(self) -> bool:
        """Does the next thing; False when the upload is at rest."""
        run = self._run
        try:
            if self._begun is not None:
                return await self._post_begun(self._begun)
            if run.job.state is State.STOPPING:
                return await self._stop()
            match next_step(run.batches.values(), run.job.limit):
                case Settle(batch):
                    return await self._settler.settle(batch)
                case Ask(batch):
                    await self._settler.ask(batch, await run.available())
                case Split(batch):
                    await run.split(batch)
                case Send(batch):
                    await self._begin(batch)
                case Finish(state):
                    await self._finish(state)
        except PersonaClickError as error:
            return await self._rest(error)
        except DamagedBatch:
            await run.save(replace(run.job, notice=Paused("damaged"), down_since=0.0, tries=0), event=Event.PAUSE)
            return False
        return True

    async def _begin(self, batch: Batch) -> None:
        """Readies a batch, waits for its turn, and commits that it is being sent."""
        run = self._run
        if self._settler.due():
            await self._settler.take()
        prepared = await self._preparing.of(batch)
        if prepared.loaded_meanwhile:
            await run.hold_back(batch, prepared.loaded_meanwhile)
        elif run.api.try_acquire() or await self._wait_for_turn():
            await run.save(run.job, Move(batch, BatchState.SENDING))
            self._begun = prepared if run.job.state is State.SENDING else None

    async def _wait_for_turn(self) -> bool:
        self._start_remembering()
        run = self._run
        if (wait := run.api.due_in_s()) > TOLD_S:
            await run.save(replace(run.job, notice=Waiting(run.timing.now() + wait, limit_reached=True)))
        turn = asyncio.create_task(run.acquire())
        try:
            while not turn.done():
                await asyncio.wait([turn], timeout=STOPPED_EVERY_S)
                if not turn.done() and await run.stopped():
                    return False
            return turn.result()
        finally:
            turn.cancel()

    async def _post_begun(self, begun: Prepared) -> bool:
        """POSTs the batch, but only within the time that whoever might settle it instead of us grants an attempt."""
        run, self._begun = self._run, None
        sent = replace(begun, batch=run.batches[begun.batch.key])
        left_s = sent.batch.sent_at + run.timing.timeout_s - run.timing.now()
        if left_s <= 0:
            # The process stood still meanwhile: somebody else may have settled the batch as never sent.
            return True
        error = await self._post(sent, min(left_s, run.timing.timeout_s))
        if error is not None:
            log.info("upload %s: batch %s: %r", run.job.ref, sent.batch.key, type(error).__name__)
        return await self._conclude(sent, error)

    async def _post(self, sent: Prepared, within_s: float) -> PersonaClickError | None:
        """POSTs once, readying the next batch meanwhile; answers the API's error, with codes masked in it, or None."""
        run = self._run
        adding = run.api.add(run.job.list_id, body=sent.body, acquired=True, within_s=within_s)
        posting = asyncio.create_task(adding)
        readying = asyncio.create_task(self._preparing.ready_next(sent.batch))
        try:
            await asyncio.wait([posting], timeout=SLOW_S)
            if not posting.done():
                self._start_remembering()
            await posting
        except PersonaClickError as error:
            error.message = mask_in(error.message, unpack(sent.packed)[0])
            return error
        finally:
            self._settler.ended = run.timing.clock()
            posting.cancel()
            await asyncio.wait([posting, readying])
        return None

    async def _conclude(self, sent: Prepared, error: PersonaClickError | None) -> bool:
        """Commits what the answer means for the batch."""
        run, batch = self._run, sent.batch
        words = error.message if error else ""
        match outcome(error, batch, run.accepted, self._refusals):
            case Accepted():
                await self._go_on(batch)
            case Halve():
                self._refusals.append(words)
                self._preparing.take()
                if run.job.tries:
                    await run.save(replace(run.job, tries=0))
                await run.split(batch)
            case Refuse():
                self._refusals.append(words)
                await run.save(replace(run.job, tries=0), _refused(sent, words))
            case RefuseAll():
                await run.save(run.job, _refused(sent, words))
                large = isinstance(error, TooLarge)
                await self._finish(State.PARTLY_DONE, Stopped("too large" if large else "all refused", words))
            case Shrink(limit):
                self._preparing.take()
                await run.save(replace(run.job, limit=limit), Move(batch, BatchState.PENDING))
            case Unknown() if error is not None and redirected(error):
                # Whether it was stored is settled when somebody has mended the address.
                return await self._rest(error)
            case Unknown():
                await run.save(replace(run.job, notice=Settling()))
            case NotStored():
                await run.save(run.job, Move(batch, BatchState.PENDING))
                if error is not None:
                    return await self._rest(error)
        return True

    async def _go_on(self, batch: Batch) -> None:
        """The batch was accepted; the next begins in the same commit when nothing stands between them."""
        run, accepted = self._run, Move(batch, BatchState.ACCEPTED)
        self._settler.relied_on()
        ready = self._preparing.take()
        if (
            ready is None
            or ready.loaded_meanwhile
            or run.stopping.is_set()
            or self._settler.due()
            or not run.api.try_acquire()
        ):
            self._preparing.put_back(ready)
            await run.save(run.job, accepted)
            return
        await run.save(run.job, accepted, Move(ready.batch, BatchState.SENDING))
        self._begun = ready if run.job.state is State.SENDING else None

    async def _rest(self, error: PersonaClickError) -> bool:
        """The API did not do its part; True when the upload is to be ended instead of waiting."""
        run = self._run
        if await run.rest(error) is None and run.job.state is not State.STOPPING:
            return False
        await run.save(replace(run.job, retry_at=0.0), *_given_up(run))
        await self._finish(State.PARTLY_DONE, Stopped("by person"))
        return True

    async def _stop(self) -> bool:
        """Ends an upload that a person has stopped: an open outcome is settled first, if the counts can tell."""
        run = self._run
        for batch in run.batches.values():
            if batch.state is BatchState.SENDING:
                return await self._settler.settle(batch)
        whole = all(batch.state is BatchState.ACCEPTED for batch in run.batches.values())
        await self._finish(State.DONE if whole else State.PARTLY_DONE, None if whole else Stopped("by person"))
        return True

    async def _finish(self, state: State, notice: Notice | None = None) -> None:
        """Reads the list back and closes the upload."""
        run = self._run
        after = await self._read_back()
        event = Event.FINISH if state is State.DONE else Event.FINISH_PARTLY
        ended = closed(run.job, list(run.batches.values()), run.timing, after, notice)
        surplus = run.job.surplus if after is None else await see_growth(run, beyond(run.job.baseline, after))
        await run.save(replace(ended, surplus=surplus), event=event)
        if after is not None:
            await run.store.late.watch_from(run.job, max(after, (run.job.before or 0) + run.accepted))
        self._start_remembering()

    async def _read_back(self) -> int | None:
        run = self._run
        with suppress(PersonaClickError):
            after = await run.available()
            if after < (run.job.before or 0) + run.accepted:
                # The count may lag a moment behind the last POST.
                await run.pause(min(2.0, run.timing.timeout_s / 10))
                after = max(after, await run.available())
            return after
        return None

    def _start_remembering(self) -> None:
        if self._remembering is None or self._remembering.done():
            self._remembering = asyncio.create_task(self._remember())

    async def _remember(self) -> None:
        with suppress(*AWAY):
            await remember(self._run.store, self._run.job, self._run.stopping)


def _given_up(run: Run) -> list[Move]:
    """Whatever may have been sent stays unknown."""
    return [
        Move(batch, BatchState.UNSURE, decided=True)
        for batch in run.batches.values()
        if batch.state is BatchState.SENDING
    ]


def _refused(sent: Prepared, words: str) -> Move:
    return Move(sent.batch, BatchState.REFUSED, words, unpack(sent.packed)[1][:5])
