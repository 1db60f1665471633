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
from bot.store.fingerprints import Fingerprints
from bot.store.ledger import Ledger, Move, Work
from bot.work.account import Account
from bot.work.settling import Counts

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

    def __init__(self, account: Account, fingerprints: Fingerprints, refusals: list[str]) -> None:
        """`refusals` are the API's words of the upload's refusals so far; more are added."""
        self._account = account
        self._counts = Counts(account)
        self._fingerprints = fingerprints
        self._refusals = refusals
        self._ready: _Prepared | None = None
        self._begun: _Prepared | None = None
        self._remembering: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Raises LeaseLostError or WrongState when somebody else moved the upload, and what AWAY names."""
        account = self._account
        await account.reload()
        await account.ledger.outdate_readings(account.work)
        try:
            if isinstance(account.work.notice, Stopped):
                await self._finish(State.PARTLY_DONE, account.work.notice)
            elif account.work.state is State.QUEUED:
                await account.commit(state=State.SENDING, sending_at=account.timing.now(), notice=None)
            # A batch whose `sending` is committed is posted even when the process is to stop.
            while account.work.state is State.SENDING and (self._begun or not account.stopping.is_set()):
                if not await self._step():
                    return
        finally:
            if self._remembering is not None:
                await asyncio.wait([self._remembering])

    async def _step(self) -> bool:
        """Does the next thing; False when the upload is at rest."""
        account = self._account
        try:
            if self._begun is not None:
                return await self._post_begun(self._begun)
            match next_step(account.batches.values(), account.work.limit):
                case Settle(batch):
                    return await self._counts.settle(batch)
                case Ask(batch):
                    await self._counts.ask(batch, await account.available())
                case Split(batch):
                    await account.split(batch)
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
        if self._counts.due():
            await self._counts.take()
        prepared = await self._prepare(batch)
        if prepared.loaded_meanwhile:
            await self._account.set_aside(batch, prepared.loaded_meanwhile, LOADED_MEANWHILE)
        elif self._account.api.turn_now() or await self._wait_for_turn():
            await self._account.commit(Move(batch, BatchState.SENDING))
            self._begun = prepared

    async def _wait_for_turn(self) -> bool:
        self._start_remembering()
        account = self._account
        if (wait := account.api.turn_in_s()) > TOLD_S:
            await account.commit(notice=Waiting(account.timing.now() + wait, limit_reached=True))
        return await account.turn()

    async def _post_begun(self, begun: _Prepared) -> bool:
        """POSTs the batch, but only within the time that whoever might settle it instead of us grants an attempt."""
        account, self._begun = self._account, None
        sent = replace(begun, batch=account.batches[begun.batch.key])
        left_s = sent.batch.sent_at + account.timing.timeout_s - account.timing.now()
        if left_s <= 0:
            # The process stood still meanwhile: somebody else may have settled the batch as never sent.
            return True
        error = await self._post(sent, min(left_s, account.timing.timeout_s))
        if error is not None:
            log.info("upload %s: batch %s: %r", self._account.work.ref, sent.batch.key, type(error).__name__)
        return await self._conclude(sent, error)

    async def _post(self, sent: _Prepared, within_s: float) -> PersonaClickError | None:
        """POSTs once, readying the next batch meanwhile; answers the API's error, with codes masked in it, or None."""
        account = self._account
        adding = account.api.add(account.work.list_id, body=sent.body, in_turn=True, within_s=within_s)
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
            self._counts.ended = account.timing.now()
            posting.cancel()
            await asyncio.wait([posting, readying])
        return None

    async def _conclude(self, sent: _Prepared, error: PersonaClickError | None) -> bool:
        """Commits what the answer means for the batch."""
        account, batch = self._account, sent.batch
        words = error.message if error else ""
        match outcome(error, batch, account.accepted, self._refusals):
            case Accepted():
                await self._go_on(batch)
            case Halve():
                self._refusals.append(words)
                self._ready = None
                await account.split(batch)
            case Refuse():
                self._refusals.append(words)
                await account.commit(_refused(sent, words))
            case RefuseAll():
                await account.commit(_refused(sent, words))
                await self._finish(State.PARTLY_DONE, Stopped("all refused", words))
            case Shrink(limit):
                self._ready = None
                await account.commit(Move(batch, BatchState.PENDING), batch_limit=limit)
            case Unknown():
                await account.commit(notice=Settling())
            case NotStored():
                await account.commit(Move(batch, BatchState.PENDING))
                if error is not None:
                    await self._rest(error)
                return False
        return True

    async def _go_on(self, batch: Batch) -> None:
        """The batch was accepted; the next begins in the same commit when nothing stands between them."""
        account, accepted = self._account, Move(batch, BatchState.ACCEPTED)
        self._counts.relied_on()
        ready, self._ready = self._ready, None
        if (
            ready is None
            or ready.loaded_meanwhile
            or account.stopping.is_set()
            or self._counts.due()
            or not account.api.turn_now()
        ):
            self._ready = ready
            await account.commit(accepted)
            return
        await account.commit(accepted, Move(ready.batch, BatchState.SENDING))
        self._begun = ready

    async def _prepare(self, batch: Batch) -> _Prepared:
        ready, self._ready = self._ready, None
        if ready is not None and ready.batch == batch:
            return ready
        work, ledger, loaded = self._account.work, self._account.ledger, list[int]()
        packed, others = await asyncio.gather(ledger.packed(work, batch), self._fingerprints.others_since(work))
        if others:
            codes, _ = await asyncio.to_thread(unpack, packed)
            loaded = await self._fingerprints.meanwhile(work, codes)
        body = await asyncio.to_thread(lambda: self._account.api.body(work.list_id, codes_json(packed)))
        return _Prepared(batch, packed, body, loaded)

    async def _ready_next(self, current: Batch) -> None:
        batches = {**self._account.batches, current.key: replace(current, state=BatchState.ACCEPTED)}
        step = next_step(batches.values(), self._account.work.limit)
        if isinstance(step, Send):
            with suppress(WrongState, *AWAY):
                self._ready = await self._prepare(step.batch)

    async def _rest(self, error: PersonaClickError) -> None:
        """The API did not do its part: rest until it may, or until a person has mended it."""
        now = self._account.timing.now()
        match error:
            case RateLimited(retry_after_s=seconds):
                await self._wait(Waiting(now + seconds), now + seconds)
            case CredentialsRefused(message=message):
                await self._hold(Paused("credentials", message))
            case ListNotFound(message=message):
                await self._not_found(message)
            case _:
                since = self._account.work.down_since or now
                retry_at = now + min(60.0, max(5.0, (now - since) / 2))
                if now - since >= DOWN_AT_MOST_S:
                    await self._hold(Paused("down", error.message))
                else:
                    await self._wait(Down(since, retry_at), retry_at, since)

    async def _not_found(self, message: str) -> None:
        """The list is gone, or the request missed something: the shop's lists tell."""
        try:
            gone = await self._account.api.available(self._account.work.list_id) is None
        except ListNotFound:
            await self._hold(Paused("not found", message))
        except PersonaClickError as error:
            await self._rest(error)
        else:
            await self._hold(Paused("list gone" if gone else "not found", message))

    async def _wait(self, notice: Notice, retry_at: float, down_since: float = 0.0) -> None:
        await self._account.commit(notice=notice, retry_at=retry_at, down_since=down_since)

    async def _hold(self, notice: Paused) -> None:
        await self._account.commit(notice=notice, state=State.PAUSED, down_since=0.0)

    async def _finish(self, state: State, notice: Notice | None = None) -> None:
        """Reads the list back and closes the upload."""
        account = self._account
        after = await self._read_back()
        now = account.timing.now()
        undo_until = now + account.timing.undo_s
        await account.commit(state=state, notice=notice, after=after, finished_at=now, undo_until=undo_until)
        self._start_remembering()

    async def _read_back(self) -> int | None:
        account = self._account
        with suppress(PersonaClickError):
            after = await account.available()
            if after < (account.work.before or 0) + account.accepted:
                # The count may lag a moment behind the last POST.
                await account.pause(min(2.0, account.timing.timeout_s / 10))
                after = max(after, await account.available())
            return after
        return None

    def _start_remembering(self) -> None:
        if self._remembering is None or self._remembering.done():
            self._remembering = asyncio.create_task(self._remember())

    async def _remember(self) -> None:
        account = self._account
        with suppress(*AWAY):
            await remember(account.ledger, self._fingerprints, account.work, account.stopping)


def _refused(sent: _Prepared, words: str) -> Move:
    return Move(sent.batch, BatchState.REFUSED, words, unpack(sent.packed)[1][:5])


async def remember(ledger: Ledger, fingerprints: Fingerprints, work: Work, stopping: asyncio.Event) -> None:
    """Remembers the codes of every batch that was sent; what is not done now is done at the next chance.

    Raises what AWAY names.
    """
    # Codes that are wiped already cannot be remembered any more.
    with suppress(WrongState):
        for batch in await fingerprints.missing(work):
            if stopping.is_set():
                return
            await fingerprints.remember(ledger, work, batch)
