"""Which column holds the codes, and where they begin: decided by the cells, asked where that is not clear."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import NotCodes, Unreadable
from bot.files.cleaning import one_value
from bot.files.evidence import ENOUGH, MARGIN, PERHAPS, Evidence, weigh
from bot.files.headings import heading, told
from bot.files.table import Table
from bot.files.titles import CERTAIN
from bot.files.values import Sort, sort_of
from bot.promo.codes import mask
from bot.promo.findings import Column, Options, Shape

_SAMPLE = 250
# Characters of a cell that tell what it is.
_LOOKED_AT = 200
_GUARD = re.compile(r'="(.*)"')
_RIVALS_AT_MOST = 5
# Fewer rows than this, without a title, are shown before they are believed.
_FEW = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """The column of the codes, how many rows stand above them, and whether that is sure.

    `rivals` are the columns that may hold the codes, the best first, where a person has to say; else empty. `titles`
    are the rows' titles by column, `title_row` where they stand. `evidence` is what each column is.
    """

    column: Column
    header: int
    title_row: int | None
    sure: bool
    columns: tuple[Column, ...]
    score: float
    rivals: tuple[Column, ...]
    evidence: tuple[Evidence, ...]


def choose(table: Table, options: Options, known: Sequence[Shape] = ()) -> Choice:
    """The column and header by the evidence, or as a person chose them. Raises NotCodes, Unreadable."""
    rows = [_row(row) for row in table.head[:_SAMPLE]]
    if not any(map(any, rows)) or not table.width:
        raise NotCodes
    header = True if table.titled else options.header
    above = heading(rows, table.width) if header is None else told(rows, table.width, header=header)
    body = [row for row in rows[above.rows :] if any(row)]
    if not body:
        raise NotCodes
    cells = [[row[index] if index < len(row) else "" for row in body] for index in range(table.width)]
    evidence = weigh(cells, above.titles, hidden=table.hidden_columns, known=known)
    columns = tuple(_column(one) for one in evidence)
    best = max(evidence, key=lambda one: (one.same_as is None, one.score))
    if options.column is not None:
        if options.column >= len(columns):
            raise Unreadable("no_column")
        best = evidence[options.column]
    elif not options.pasted and (best.score < PERHAPS or (table.titled and len(body) == 1 and best.titled < 0.3)):
        raise NotCodes
    chosen = options.column is not None or options.trusted
    rivals = (
        () if chosen else _rivals(best, evidence, count=_FEW if above.row is not None or options.pasted else len(body))
    )
    return Choice(
        columns[best.index],
        above.rows,
        above.row,
        above.sure,
        columns,
        best.score,
        tuple(columns[one.index] for one in rivals),
        tuple(evidence),
    )


def _row(row: Sequence[str]) -> list[str]:
    return [_bare(cell[:_LOOKED_AT].strip()) for cell in row]


def _bare(cell: str) -> str:
    guarded = _GUARD.fullmatch(cell)
    return (guarded[1] if guarded else cell).strip("\"'`\u200b\ufeff ")


def _column(one: Evidence) -> Column:
    samples = tuple(mask(one_value(cell)[0] or cell) for cell in _three(one.cells)) or ("",)
    return Column(one.index, one.title, samples[0], samples)


def _three(cells: Sequence[str]) -> Sequence[str]:
    return cells if len(cells) <= 3 else (cells[0], cells[len(cells) // 2], cells[-1])


def _rivals(best: Evidence, evidence: Sequence[Evidence], *, count: int) -> list[Evidence]:
    """Every column a person has to choose among; none where the evidence is enough, as it is not of `count` rows."""
    near = [
        one
        for one in evidence
        if one.index != best.index and one.same_as is None and one.score > max(best.score - MARGIN, PERHAPS)
    ]
    # A title of codes alone beats one that names something else.
    near = [one for one in near if not (best.titled >= CERTAIN and one.titled < 0.6 and one.score < best.score - 0.15)]
    near.sort(key=lambda one: -one.score)
    mixed = best.score < ENOUGH
    plain = all(sort_of(cell) in (Sort.CODE, Sort.GROUPS) for cell in best.cells)
    few = count < _FEW and not plain
    return [best, *near[: _RIVALS_AT_MOST - 1]] if near or mixed or few else []
