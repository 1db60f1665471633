"""Taking an upload's codes back, batch by batch, and counting what was still there."""

from __future__ import annotations

import logging
from contextlib import suppress

from bot.errors import (
    BadRequest,
    CredentialsRefused,
    ListNotFound,
    NotSupported,
    OutcomeUnknown,
    PersonaClickError,
    RateLimited,
)
from bot.promo.codes import mask_in
from bot.promo.steps import Batch
from bot.promo.uploads import BatchState, CannotUndo, Down, Notice, Paused, State, Waiting
from bot.work.run import Run

log = logging.getLogger(__name__)

RETRY_S = 15.0
DOWN_AT_MOST_S = 3600.0


class Undoing:
    """Takes back one upload until it is done, has to wait, or the process is to stop.

    Removing a code twice does no harm, so a call whose answer was lost is simply made again; only the counts of
    that batch are unclear then, and the card says so.
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    async def run(self) -> None:
        """Raises LeaseLostError or WrongState when somebody else moved the upload, and what AWAY names."""
        run = self._run
        await run.store.ledger.outdate_readings(run.work)
        try:
            for batch, asked_before in await run.store.ledger.to_take_back(run.work):
                if run.stopping.is_set():
                    return
                await self._take_back(batch, asked_before)
            await self._finish()
        except PersonaClickError as error:
            await self._rest(error)

    async def _take_back(self, batch: Batch, asked_before: bool) -> None:
        run = self._run
        codes, _ = await run.store.ledger.codes(run.work, batch)
        await run.store.ledger.taking_back(run.work, batch, undo="sending")
        try:
            removed = await run.api.remove(run.work.list_id, codes)
        except PersonaClickError as error:
            error.message = mask_in(error.message, codes)
            if not asked_before and not isinstance(error, OutcomeUnknown):
                await run.store.ledger.taking_back(run.work, batch, undo="")
            raise
        await run.store.ledger.taking_back(
            run.work,
            batch,
            undo="unclear" if asked_before else "done",
            deleted=removed.deleted,
            not_found=removed.not_found,
        )
        await run.store.fingerprints.forget(run.store.ledger, run.work, batch)
        if run.work.notice is not None or run.work.down_since:
            await run.commit(notice=None, down_since=0.0)
        run.changed(run.work.ref)

    async def _finish(self) -> None:
        run = self._run
        after: int | None = None
        with suppress(PersonaClickError):
            after = await run.available()
        await run.store.retention.wipe(run.work.id)
        await run.commit(state=State.UNDONE, notice=None, after=after, finished_at=run.timing.now())

    async def _rest(self, error: PersonaClickError) -> None:
        run, now = self._run, self._run.timing.now()
        match error:
            case NotSupported():
                await self._give_up(CannotUndo())
            case BadRequest(message=message):
                await self._give_up(CannotUndo(message))
            case RateLimited(retry_after_s=seconds):
                await run.commit(notice=Waiting(now + seconds), retry_at=now + seconds)
            case CredentialsRefused(message=message):
                await run.commit(notice=Paused("credentials", message), state=State.PAUSED)
            case ListNotFound(message=message):
                await run.commit(notice=Paused("list gone", message), state=State.PAUSED)
            case _:
                since = run.work.down_since or now
                if now - since >= DOWN_AT_MOST_S:
                    await run.commit(notice=Paused("down", error.message), state=State.PAUSED, down_since=0.0)
                else:
                    retry_at = now + RETRY_S
                    await run.commit(notice=Down(since, retry_at), retry_at=retry_at, down_since=since)

    async def _give_up(self, notice: Notice) -> None:
        await self._run.reload()
        whole = all(one.state is BatchState.ACCEPTED for one in self._run.batches.values())
        await self._run.commit(state=State.DONE if whole else State.PARTLY_DONE, notice=notice)
