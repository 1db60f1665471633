"""Taking an upload's codes back, batch by batch, and counting what was still there."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from bot.errors import DamagedBatch, OutcomeUnknown, PersonaClickError
from bot.personaclick.answers import Removed, Uncounted
from bot.promo.codes import mask_in
from bot.promo.lifecycle import Event
from bot.promo.steps import Batch
from bot.promo.uploads import BatchState, CannotUndo, Paused
from bot.store.batches import Undo
from bot.work.run import Run


class Undoing:
    """Takes back one upload until it is done, has to wait, or the process is to stop.

    Removing a code twice does no harm, so a call whose answer was lost is simply made again; only the counts of
    that batch are unclear then, and the card says so.
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    async def run(self) -> None:
        """Raises LeaseLost or WrongState when somebody else moved the upload, and what AWAY names."""
        run = self._run
        await run.store.ledger.invalidate_baselines(run.job)
        try:
            for batch, asked_before in await run.store.batches.to_take_back(run.job):
                if run.stopping.is_set():
                    return
                await self._take_back(batch, asked_before)
            await self._finish()
        except PersonaClickError as error:
            given_up = await run.rest(error)
            if given_up is not None:
                await self._keep(CannotUndo(given_up.message))
        except DamagedBatch:
            await run.save(replace(run.job, notice=Paused("damaged"), down_since=0.0, tries=0), event=Event.PAUSE)

    async def _take_back(self, batch: Batch, asked_before: bool) -> None:
        run = self._run
        store, job = run.store, run.job
        codes, _ = await store.batches.codes(job, batch)
        await store.batches.record_undo(job, batch, "sending")
        try:
            removed = await run.api.remove(job.list_id, codes)
        except PersonaClickError as error:
            error.message = mask_in(error.message, codes)
            if not asked_before and not isinstance(error, OutcomeUnknown):
                await store.batches.record_undo(job, batch, "")
            raise
        match removed:
            case Removed(deleted, not_found):
                undo: Undo = "unclear" if asked_before else "done"
                await store.batches.record_undo(job, batch, undo, deleted=deleted, not_found=not_found)
            case Uncounted():
                await store.batches.record_undo(job, batch, "unclear", not_found=batch.count)
        await store.fingerprints.forget(job, codes)
        if job.notice is not None or job.down_since or job.tries:
            await run.save(replace(job, notice=None, down_since=0.0, tries=0))
        run.changed(job.ref)

    async def _finish(self) -> None:
        run = self._run
        after: int | None = None
        with suppress(PersonaClickError):
            after = await run.available()
        await run.store.retention.wipe(run.job.id)
        ended = replace(run.job, notice=None, after=after, watched=after, finished_at=run.timing.now())
        await run.save(ended, event=Event.TAKE_BACK)

    async def _keep(self, notice: CannotUndo) -> None:
        run = self._run
        await run.reload()
        whole = all(batch.state is BatchState.ACCEPTED for batch in run.batches.values())
        await run.save(replace(run.job, notice=notice), event=Event.KEEP if whole else Event.KEEP_PARTLY)
