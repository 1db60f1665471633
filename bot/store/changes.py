"""Moves uploads as `promo/lifecycle` allows, and records each change."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TypedDict

from sqlalchemy import ColumnElement, case, exists, insert, literal, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.promo.lifecycle import RUNNING, TRANSITIONS, Event
from bot.promo.uploads import State
from bot.store.tables import changes, uploads

log = logging.getLogger(__name__)


class Columns(TypedDict, total=False):
    """What may be written to an upload's row beside its state; texts of notices and the like are JSON."""

    shop: str
    shop_id: str
    list_id: str
    list_name: str
    confirmed_by: str
    approved_by: str
    undone_by: str
    confirmed_at: float
    sending_at: float
    finished_at: float
    undo_until: float
    options: str
    checked: str
    failure: str
    notice: str
    digest: str
    report: bytes | None
    before: int | None
    after: int | None
    baseline: int | None
    baseline_at: float
    baseline_accepted: int
    baseline_behind: int
    pace: float
    batch_limit: int
    retry_at: float
    down_since: float
    tries: int
    begun: int
    lag_s: float
    watch_until: float
    watched: int | None
    surplus: int


# After these another number of uploads is ahead of those in line. A newly confirmed one comes last.
_MOVES_THE_LINE = frozenset(
    event
    for event, moves in TRANSITIONS.items()
    if event is not Event.CONFIRM and any((source in RUNNING) != (goal in RUNNING) for source, goal in moves.items())
)


async def move(
    connection: AsyncConnection,
    which: ColumnElement[bool],
    event: Event,
    *,
    now: float,
    by: str = "",
    columns: Columns | None = None,
) -> list[int]:
    """Applies `event` to those uploads of `which` it is allowed for, and records it; answers their ids."""
    allowed = TRANSITIONS[event]
    target = case(*((uploads.c.state == source, literal(goal.value)) for source, goal in allowed.items()))
    moved = await connection.execute(
        update(uploads)
        .where(which, uploads.c.state.in_(list(allowed)))
        .values(state=target, version=uploads.c.version + 1, changed_at=now, **(columns or {}))
        .returning(uploads.c.id, uploads.c.ref, uploads.c.state)
    )
    ids = []
    for upload_id, ref, state in moved:
        ids.append(upload_id)
        about = {"upload": ref, "event": event.value, "state": str(state), "by": by}
        log.info("upload %s: %s, now %s", ref, event.value, state, extra={"fields": about})
    if ids:
        if event in _MOVES_THE_LINE:
            await _tell_the_line(connection, ids, now)
        record = [{"upload_id": upload_id, "at": now, "event": event.value, "by": by} for upload_id in ids]
        await connection.execute(insert(changes), record)
    return ids


async def _tell_the_line(connection: AsyncConnection, ids: Sequence[int], now: float) -> None:
    """The cards of uploads in line for the same lists say anew how many are ahead."""
    moved = uploads.alias()
    beside = (moved.c.shop_id == uploads.c.shop_id) & (moved.c.list_id == uploads.c.list_id)
    behind = exists().where(beside, moved.c.id.in_(ids), moved.c.id != uploads.c.id)
    waiting = update(uploads).where(uploads.c.state == State.QUEUED, behind)
    await connection.execute(waiting.values(version=uploads.c.version + 1, changed_at=now))
