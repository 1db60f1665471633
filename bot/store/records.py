"""Rows of the database as the domain's frozen classes, and back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import FileProblem
from bot.promo.findings import Checked, Options
from bot.promo.lifecycle import DECISIONS
from bot.promo.uploads import BatchState, Change, Notice, Progress, Refusal, State, Upload
from bot.store.tables import batches, changes, uploads

_SAME = (
    "ref",
    "shop",
    "list_id",
    "list_name",
    "channel",
    "thread_ts",
    "card_ts",
    "message_ts",
    "shared_by",
    "mark",
    "asking",
    "asking_ts",
    "file_id",
    "file_name",
    "user",
    "confirmed_by",
    "approved_by",
    "undone_by",
    "before",
    "after",
    "surplus",
    "wiped",
    "version",
    "shown_version",
)


_TIMES = ("created_at", "confirmed_at", "sending_at", "finished_at", "undo_until")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_text(value: object, kind: Any) -> str:
    """`value` (of type `kind`) as JSON; empty for None."""
    return "" if value is None else _adapter(kind).dump_json(value).decode()


def from_text(text: str, kind: Any) -> Any:
    """What `to_text` wrote; None for empty."""
    return _adapter(kind).validate_json(text) if text else None


def _failure(text: str) -> FileProblem | None:
    """Why a check failed. Versions before 0.2 wrote {"error": "Unreadable", "detail": {"why": "damaged"}}."""
    found = json.loads(text) if text else None
    if found and "error" in found:
        found = {"kind": found["error"], **found["detail"]}
    try:
        return None if found is None else _adapter(FileProblem).validate_python(found)
    except ValidationError:
        return None


def without_payloads() -> Select[Any]:
    """Every column of uploads but the two heavy ones."""
    return select(*(column for column in uploads.c if column.name not in ("source", "report")))


async def to_uploads(
    connection: AsyncConnection, rows: Sequence[Row[Any]], told: Callable[[float], float]
) -> list[Upload]:
    """The rows of `without_payloads` with their batches summed up; `told` says when a moment was for people."""
    ids = [row.id for row in rows]
    progress = await _progress(connection, ids)
    refusals = await _refusals(connection, ids)
    decisions = await _decisions(connection, ids, told)
    lost = await _lost(connection, ids)
    return [
        _upload(
            row,
            {name: told(row._mapping[name]) if row._mapping[name] else 0.0 for name in _TIMES},
            progress=progress.get(row.id, Progress()),
            refusals=refusals.get(row.id, ()),
            decisions=tuple(decisions.get(row.id, ())),
            lost=tuple(lost.get(row.id, ())),
        )
        for row in rows
    ]


def _upload(
    row: Row[Any],
    times: dict[str, Any],
    *,
    progress: Progress,
    refusals: tuple[Refusal, ...],
    decisions: tuple[Change, ...],
    lost: tuple[int, ...],
) -> Upload:
    fields = row._mapping
    return Upload(
        **{name: fields[name] for name in _SAME},
        **times,
        state=State(row.state),
        options=from_text(row.options, Options) or Options(),
        checked=from_text(row.checked, Checked),
        failure=_failure(row.failure),
        notice=from_text(row.notice, Notice),
        progress=progress,
        refusals=refusals,
        decisions=decisions,
        lost=lost,
    )


async def _progress(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, Progress]:
    def codes(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, batches.c.count), else_=0)), 0)

    unsure = (batches.c.state == BatchState.UNSURE) | (batches.c.state == BatchState.SENDING)
    found = await connection.execute(
        select(
            batches.c.upload_id,
            func.sum(batches.c.count).label("total"),
            codes(batches.c.state == BatchState.ACCEPTED).label("accepted"),
            codes(batches.c.state == BatchState.REFUSED).label("refused"),
            codes(unsure & ~batches.c.decided).label("unsure"),
            codes(unsure & batches.c.decided).label("skipped"),
            func.sum(batches.c.deleted).label("taken_back"),
            func.sum(case((batches.c.undo == "done", batches.c.not_found), else_=0)).label("already_gone"),
            func.sum(case((batches.c.undo == "unclear", batches.c.not_found), else_=0)).label("unclear"),
        )
        .where(batches.c.upload_id.in_(list(ids)))
        .group_by(batches.c.upload_id)
    )
    return {row.upload_id: Progress(*(int(value) for value in row[1:])) for row in found}


async def _lost(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, list[int]]:
    """The numbers of batches that the counts did not show after their answers were lost."""
    found = await connection.execute(
        select(batches.c.upload_id, batches.c.number)
        .where(batches.c.upload_id.in_(list(ids)), batches.c.lost_at > 0)
        .distinct()
        .order_by(batches.c.number)
    )
    lost: dict[int, list[int]] = defaultdict(list)
    for upload_id, number in found:
        lost[upload_id].append(number)
    return lost


async def _decisions(
    connection: AsyncConnection, ids: Iterable[int], told: Callable[[float], float]
) -> dict[int, list[Change]]:
    """What people decided about each upload, oldest first."""
    found = await connection.execute(
        select(changes.c.upload_id, changes.c.at, changes.c.event, changes.c.by)
        .where(changes.c.upload_id.in_(list(ids)), changes.c.event.in_([event.value for event in DECISIONS]))
        .order_by(changes.c.id)
    )
    decisions: dict[int, list[Change]] = defaultdict(list)
    for upload_id, at, event, by in found:
        decisions[upload_id].append(Change(told(at), event, by))
    return decisions


async def _refusals(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, tuple[Refusal, ...]]:
    found = await connection.execute(
        select(batches.c.upload_id, batches.c.message, batches.c.held_back, batches.c.count, batches.c.rows)
        .where(batches.c.upload_id.in_(list(ids)), batches.c.state == BatchState.REFUSED)
        .order_by(batches.c.number, batches.c.part)
    )
    counts: dict[tuple[int, str, bool], int] = defaultdict(int)
    lines: dict[tuple[int, str, bool], list[int]] = defaultdict(list)
    for upload_id, message, held_back, count, rows in found:
        counts[upload_id, message, held_back] += count
        lines[upload_id, message, held_back].extend(json.loads(rows or "[]"))
    grouped: dict[int, list[Refusal]] = defaultdict(list)
    for (upload_id, message, held_back), count in counts.items():
        first = tuple(lines[upload_id, message, held_back][:5])
        grouped[upload_id].append(Refusal(message, count, first, held_back))
    return {upload_id: tuple(sorted(each, key=lambda refusal: -refusal.count)) for upload_id, each in grouped.items()}
