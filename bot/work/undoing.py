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
from bot.store.fingerprints import Fingerprints
from bot.store.retention import Cleaning
from bot.work.account import Account

log = logging.getLogger(__name__)

RETRY_S = 15.0
DOWN_AT_MOST_S = 3600.0


class Undoing:
    """Takes back one upload until it is done, has to wait, or the process is to stop.

    Removing a code twice does no harm, so a call whose answer was lost is simply made again; only the counts of
    that batch are unclear then, and the card says so.
    """

    def __init__(self, account: Account, fingerprints: Fingerprints, cleaning: Cleaning) -> None:
        self._account = account
        self._fingerprints = fingerprints
        self._cleaning = cleaning

    async def run(self) -> None:
        """Raises LeaseLostError or WrongState when somebody else moved the upload, and what AWAY names."""
        account = self._account
        await account.ledger.outdate_readings(account.work)
        try:
            for batch, asked_before in await account.ledger.to_take_back(account.work):
                if account.stopping.is_set():
                    return
                await self._take_back(batch, asked_before)
            await self._finish()
        except PersonaClickError as error:
            await self._rest(error)

    async def _take_back(self, batch: Batch, asked_before: bool) -> None:
        account = self._account
        codes, _ = await account.ledger.codes(account.work, batch)
        await account.ledger.taking_back(account.work, batch, undo="sending")
        try:
            removed = await account.api.remove(account.work.list_id, codes)
        except PersonaClickError as error:
            error.message = mask_in(error.message, codes)
            if not asked_before and not isinstance(error, OutcomeUnknown):
                await account.ledger.taking_back(account.work, batch, undo="")
            raise
        await account.ledger.taking_back(
            account.work,
            batch,
            undo="unclear" if asked_before else "done",
            deleted=removed.deleted,
            not_found=removed.not_found,
        )
        await self._fingerprints.forget(account.ledger, account.work, batch)
        if account.work.notice is not None or account.work.down_since:
            await account.commit(notice=None, down_since=0.0)
        account.touched(account.work.ref)

    async def _finish(self) -> None:
        account = self._account
        after: int | None = None
        with suppress(PersonaClickError):
            after = await account.available()
        await self._cleaning.wipe(account.work.id)
        await account.commit(state=State.UNDONE, notice=None, after=after, finished_at=account.timing.now())

    async def _rest(self, error: PersonaClickError) -> None:
        account, now = self._account, self._account.timing.now()
        match error:
            case NotSupported():
                await self._give_up(CannotUndo())
            case BadRequest(message=message):
                await self._give_up(CannotUndo(message))
            case RateLimited(retry_after_s=seconds):
                await account.commit(notice=Waiting(now + seconds), retry_at=now + seconds)
            case CredentialsRefused(message=message):
                await account.commit(notice=Paused("credentials", message), state=State.PAUSED)
            case ListNotFound(message=message):
                await account.commit(notice=Paused("list gone", message), state=State.PAUSED)
            case _:
                since = account.work.down_since or now
                if now - since >= DOWN_AT_MOST_S:
                    await account.commit(notice=Paused("down", error.message), state=State.PAUSED, down_since=0.0)
                else:
                    retry_at = now + RETRY_S
                    await account.commit(notice=Down(since, retry_at), retry_at=retry_at, down_since=since)

    async def _give_up(self, notice: Notice) -> None:
        await self._account.reload()
        whole = all(one.state is BatchState.ACCEPTED for one in self._account.batches.values())
        await self._account.commit(state=State.DONE if whole else State.PARTLY_DONE, notice=notice)
