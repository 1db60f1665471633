"""What a person's decision changes beside the state: what else must hold, and what is written."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.promo.lifecycle import Event
from bot.promo.uploads import BatchState, Declined, Notice
from bot.store.changes import Columns
from bot.store.records import to_text
from bot.store.tables import batches, uploads


def conditions(event: Event, by: str, now: float) -> list[ColumnElement[bool]]:
    """What must hold for the upload, beside its state."""
    match event:
        case Event.CONFIRM | Event.ASK_APPROVAL:
            return [uploads.c.list_id != ""]
        case Event.APPROVE:
            return [uploads.c.confirmed_by != by]
        case Event.CANCEL:
            return [~exists().where(batches.c.upload_id == uploads.c.id, batches.c.state != BatchState.PENDING)]
        case Event.TRY_AGAIN:
            left = batches.c.state.in_([BatchState.REFUSED, BatchState.PENDING])
            return [~uploads.c.wiped, exists().where(batches.c.upload_id == uploads.c.id, left)]
        case Event.SEND_SKIPPED:
            unknown = batches.c.state == BatchState.UNSURE
            return [~uploads.c.wiped, exists().where(batches.c.upload_id == uploads.c.id, unknown)]
        case Event.UNDO:
            return [~uploads.c.wiped, uploads.c.undo_until > now]
    return []


def effects(event: Event, by: str, now: float, reason: str = "") -> Columns:
    """What is written to the upload's row."""
    rested: Columns = {"notice": "", "retry_at": 0, "down_since": 0, "tries": 0}
    match event:
        case Event.CONFIRM | Event.ASK_APPROVAL:
            return {"confirmed_by": by, "confirmed_at": now}
        case Event.APPROVE:
            return {"approved_by": by}
        case Event.DECLINE:
            return {"finished_at": now, "notice": to_text(Declined(by, reason), Notice)}
        case Event.CANCEL:
            return {"finished_at": now}
        case Event.TRY_NOW:
            return {"retry_at": 0}
        case Event.STOP | Event.RESUME | Event.COUNT_AGAIN:
            return rested
        case Event.SEND_AGAIN | Event.SKIP:
            # Whether the batch is in the list is not known, so the next one needs a reading of its own.
            return {**rested, "baseline": None}
        case Event.TRY_AGAIN | Event.SEND_SKIPPED:
            return {**rested, "baseline": None, "after": None, "finished_at": 0, "undo_until": 0}
        case Event.UNDO:
            return {**rested, "undone_by": by}
    return {}


async def change_batches(connection: AsyncConnection, upload_id: int, event: Event) -> None:
    """What becomes of the upload's batches."""
    ours = batches.c.upload_id == upload_id
    asked = ours & (batches.c.state == BatchState.UNSURE) & ~batches.c.decided
    again = update(batches).values(state=BatchState.PENDING, message="", held_back=False, rows="")
    match event:
        case Event.SEND_AGAIN:
            await connection.execute(again.where(asked))
        case Event.SKIP | Event.STOP:
            await connection.execute(update(batches).where(asked).values(decided=True))
        case Event.COUNT_AGAIN:
            await connection.execute(update(batches).where(asked).values(state=BatchState.SENDING))
        case Event.TRY_AGAIN:
            await connection.execute(again.where(ours, batches.c.state == BatchState.REFUSED))
        case Event.SEND_SKIPPED:
            await connection.execute(again.where(ours, batches.c.state == BatchState.UNSURE).values(decided=False))
