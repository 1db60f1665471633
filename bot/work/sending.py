"""One upload on its way: commit `sending`, POST once, commit the outcome; settle what is unknown before going on.

`promo/steps` decides what comes next and what an answer means; here it is done.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.errors import CredentialsRefused, ListNotFound, PersonaClickError, RateLimited, WrongState
from bot.promo.codes import codes_json, mask_in, unpack
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
)
from bot.promo.uploads import LOADED_MEANWHILE, BatchState, Down, Notice, Paused, Settling, State, Stopped, Waiting
from bot.store.database import AWAY
from bot.store.ledger import Move, Work
from bot.store.store import Store
from bot.work.run import Run
from bot.work.settling import Settler

log = logging.getLogger(__name__)

# An API that does not answer for so long pauses the upload.
DOWN_AT_MOST_S = 3600.0
# A POST that takes longer than this, or a wait for a turn, leaves time to remember codes meanwhile; sooner it would
# hold up the commits between two POSTs.
SLOW_S = 1.0
# A wait for a turn that is longer than this is told on the card.
TOLD_S = 5.0


@dataclass(frozen=True, slots=True)
class _Prepared:
    batch: Batch
    packed: bytes
    body: bytes
    loaded_meanwhile: list[int]


class Sending:
    """Sends one upload until it is finished, has to wait, or the process is to stop."""

    def __init__(self, run: Run, refusals: list[str]) -> None:
        """`refusals` are the API's words of the upload's refusals so far; more are added."""
        self._run = run
        self._settler = Settler(run)
        self._refusals = refusals
        self._ready: _Prepared | None = None
        self._begun: _Prepared | None = None
        self._remembering: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Raises LeaseLostError or WrongState when somebody else moved the upload, and what AWAY names."""
        run = self._run
        await run.reload()
        await run.store.ledger.outdate_readings(run.work)
        try:
            if isinstance(run.work.notice, Stopped):
                await self._finish(State.PARTLY_DONE, run.work.notice)
            elif run.work.state is State.QUEUED:
                await run.commit(state=State.SENDING, sending_at=run.timing.now(), notice=None)
            # A batch whose `sending` is committed is posted even when the process is to stop.
            while run.work.state is State.SENDING and (self._begun or not run.stopping.is_set()):
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
            match next_step(run.batches.values(), run.work.limit):
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
            await self._rest(error)
            return False
        return True

    async def _begin(self, batch: Batch) -> None:
        """Readies a batch, waits for its turn, and commits that it is being sent."""
        if self._settler.due():
            await self._settler.take()
        prepared = await self._prepare(batch)
        if prepared.loaded_meanwhile:
            await self._run.set_aside(batch, prepared.loaded_meanwhile, LOADED_MEANWHILE)
        elif self._run.api.turn_now() or await self._wait_for_turn():
            await self._run.commit(Move(batch, BatchState.SENDING))
            self._begun = prepared

    async def _wait_for_turn(self) -> bool:
        self._start_remembering()
        run = self._run
        if (wait := run.api.turn_in_s()) > TOLD_S:
            await run.commit(notice=Waiting(run.timing.now() + wait, limit_reached=True))
        return await run.turn()

    async def _post_begun(self, begun: _Prepared) -> bool:
        """POSTs the batch, but only within the time that whoever might settle it instead of us grants an attempt."""
        run, self._begun = self._run, None
        sent = replace(begun, batch=run.batches[begun.batch.key])
        left_s = sent.batch.sent_at + run.timing.timeout_s - run.timing.now()
        if left_s <= 0:
            # The process stood still meanwhile: somebody else may have settled the batch as never sent.
            return True
        error = await self._post(sent, min(left_s, run.timing.timeout_s))
        if error is not None:
            log.info("upload %s: batch %s: %r", self._run.work.ref, sent.batch.key, type(error).__name__)
        return await self._conclude(sent, error)

    async def _post(self, sent: _Prepared, within_s: float) -> PersonaClickError | None:
        """POSTs once, readying the next batch meanwhile; answers the API's error, with codes masked in it, or None."""
        run = self._run
        adding = run.api.add(run.work.list_id, body=sent.body, in_turn=True, within_s=within_s)
        posting = asyncio.create_task(adding)
        readying = asyncio.create_task(self._ready_next(sent.batch))
        try:
            await asyncio.wait([posting], timeout=SLOW_S)
            if not posting.done():
                self._start_remembering()
            await posting
        except PersonaClickError as error:
            error.message = mask_in(error.message, unpack(sent.packed)[0])
            return error
        finally:
            self._settler.ended = run.timing.now()
            posting.cancel()
            await asyncio.wait([posting, readying])
        return None

    async def _conclude(self, sent: _Prepared, error: PersonaClickError | None) -> bool:
        """Commits what the answer means for the batch."""
        run, batch = self._run, sent.batch
        words = error.message if error else ""
        match outcome(error, batch, run.accepted, self._refusals):
            case Accepted():
                await self._go_on(batch)
            case Halve():
                self._refusals.append(words)
                self._ready = None
                await run.split(batch)
            case Refuse():
                self._refusals.append(words)
                await run.commit(_refused(sent, words))
            case RefuseAll():
                await run.commit(_refused(sent, words))
                await self._finish(State.PARTLY_DONE, Stopped("all refused", words))
            case Shrink(limit):
                self._ready = None
                await run.commit(Move(batch, BatchState.PENDING), batch_limit=limit)
            case Unknown():
                await run.commit(notice=Settling())
            case NotStored():
                await run.commit(Move(batch, BatchState.PENDING))
                if error is not None:
                    await self._rest(error)
                return False
        return True

    async def _go_on(self, batch: Batch) -> None:
        """The batch was accepted; the next begins in the same commit when nothing stands between them."""
        run, accepted = self._run, Move(batch, BatchState.ACCEPTED)
        self._settler.relied_on()
        ready, self._ready = self._ready, None
        if (
            ready is None
            or ready.loaded_meanwhile
            or run.stopping.is_set()
            or self._settler.due()
            or not run.api.turn_now()
        ):
            self._ready = ready
            await run.commit(accepted)
            return
        await run.commit(accepted, Move(ready.batch, BatchState.SENDING))
        self._begun = ready

    async def _prepare(self, batch: Batch) -> _Prepared:
        ready, self._ready = self._ready, None
        if ready is not None and ready.batch == batch:
            return ready
        work, store, loaded = self._run.work, self._run.store, list[int]()
        packed, others = await asyncio.gather(store.ledger.packed(work, batch), store.fingerprints.others_since(work))
        if others:
            codes, _ = await asyncio.to_thread(unpack, packed)
            loaded = await store.fingerprints.meanwhile(work, codes)
        body = await asyncio.to_thread(lambda: self._run.api.body(work.list_id, codes_json(packed)))
        return _Prepared(batch, packed, body, loaded)

    async def _ready_next(self, current: Batch) -> None:
        batches = {**self._run.batches, current.key: replace(current, state=BatchState.ACCEPTED)}
        step = next_step(batches.values(), self._run.work.limit)
        if isinstance(step, Send):
            with suppress(WrongState, *AWAY):
                self._ready = await self._prepare(step.batch)

    async def _rest(self, error: PersonaClickError) -> None:
        """The API did not do its part: rest until it may, or until a person has mended it."""
        now = self._run.timing.now()
        match error:
            case RateLimited(retry_after_s=seconds):
                await self._wait(Waiting(now + seconds), now + seconds)
            case CredentialsRefused(message=message):
                await self._hold(Paused("credentials", message))
            case ListNotFound(message=message):
                await self._not_found(message)
            case _:
                since = self._run.work.down_since or now
                retry_at = now + min(60.0, max(5.0, (now - since) / 2))
                if now - since >= DOWN_AT_MOST_S:
                    await self._hold(Paused("down", error.message))
                else:
                    await self._wait(Down(since, retry_at), retry_at, since)

    async def _not_found(self, message: str) -> None:
        """The list is gone, or the request missed something: the shop's lists tell."""
        try:
            gone = await self._run.api.available(self._run.work.list_id) is None
        except ListNotFound:
            await self._hold(Paused("not found", message))
        except PersonaClickError as error:
            await self._rest(error)
        else:
            await self._hold(Paused("list gone" if gone else "not found", message))

    async def _wait(self, notice: Notice, retry_at: float, down_since: float = 0.0) -> None:
        await self._run.commit(notice=notice, retry_at=retry_at, down_since=down_since)

    async def _hold(self, notice: Paused) -> None:
        await self._run.commit(notice=notice, state=State.PAUSED, down_since=0.0)

    async def _finish(self, state: State, notice: Notice | None = None) -> None:
        """Reads the list back and closes the upload."""
        run = self._run
        after = await self._read_back()
        now = run.timing.now()
        undo_until = now + run.timing.undo_s
        await run.commit(state=state, notice=notice, after=after, finished_at=now, undo_until=undo_until)
        self._start_remembering()

    async def _read_back(self) -> int | None:
        run = self._run
        with suppress(PersonaClickError):
            after = await run.available()
            if after < (run.work.before or 0) + run.accepted:
                # The count may lag a moment behind the last POST.
                await run.pause(min(2.0, run.timing.timeout_s / 10))
                after = max(after, await run.available())
            return after
        return None

    def _start_remembering(self) -> None:
        if self._remembering is None or self._remembering.done():
            self._remembering = asyncio.create_task(self._remember())

    async def _remember(self) -> None:
        run = self._run
        with suppress(*AWAY):
            await remember(run.store, run.work, run.stopping)


def _refused(sent: _Prepared, words: str) -> Move:
    return Move(sent.batch, BatchState.REFUSED, words, unpack(sent.packed)[1][:5])


async def remember(store: Store, work: Work, stopping: asyncio.Event) -> None:
    """Remembers the codes of every batch that was sent; what is not done now is done at the next chance.

    Raises what AWAY names.
    """
    # Codes that are wiped already cannot be remembered any more.
    with suppress(WrongState):
        for batch in await store.fingerprints.missing(work):
            if stopping.is_set():
                return
            await store.fingerprints.remember(store.ledger, work, batch)
