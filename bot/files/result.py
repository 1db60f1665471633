"""The end of a check: codes that were loaded before are taken out, and what is left is told and packed."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from heapq import nsmallest

from bot.files.check import Check, fate_of
from bot.promo.codes import mask, pack
from bot.promo.findings import Checked, Fate, Finding, Hit, Kind, Known, Part
from bot.promo.guessing import guessable
from bot.promo.shapes import makes_of, shape_of

_FIRST_ROWS = 5
_SAMPLES = 3
# Where a code was loaded before.
_ELSEWHERE, _HERE = 1, 2


def finish(check: Check, hits: Sequence[Hit], list_id: str) -> Checked:
    """The result, once it is known which codes were loaded before, and where."""
    marks = bytearray(len(check.codes))
    for hit in hits:
        mark = _HERE if hit.list_id == list_id else _ELSEWHERE
        for at in hit.places:
            if marks[at] < mark:
                marks[at] = mark
    for kind, mark in ((Kind.KNOWN_HERE, _HERE), (Kind.KNOWN_ELSEWHERE, _ELSEWHERE)):
        places = array("I", (at for at, found in enumerate(marks) if found == mark))
        fate = fate_of(kind, check.options)
        check.note(kind, fate, array("I", (check.rows[at] for at in places)))
        if fate is Fate.LEFT_OUT:
            check.left_out += [(check.rows[at], kind.value, check.codes[at]) for at in places]
        else:
            marks = marks.replace(bytes([mark]), b"\0")
    if any(marks):
        check.codes = [code for code, gone in zip(check.codes, marks, strict=True) if not gone]
        check.rows = array("I", (row for row, gone in zip(check.rows, marks, strict=True) if not gone))
    known = sorted((hit.ref, hit.list_id, len(hit.places)) for hit in hits)
    return _checked(check, tuple(Known(*one) for one in known))


def _checked(check: Check, known: tuple[Known, ...]) -> Checked:
    stay = any(fate is not Fate.LEFT_OUT for _, fate in check.found)
    gone = {row for row, _, _ in check.left_out} if stay else set()
    findings = [
        Finding(kind, fate, len(rows), tuple(nsmallest(_FIRST_ROWS, rows)))
        for (kind, fate), every in check.found.items()
        # A row left out for one reason is not told as uploaded for another.
        if (rows := every if fate is Fate.LEFT_OUT or not gone else array("I", (r for r in every if r not in gone)))
    ]
    order = list(Kind)
    return Checked(
        codes=len(check.codes),
        rows=check.read,
        parts=tuple(_counted(check)),
        findings=tuple(sorted(findings, key=lambda one: (order.index(one.kind), one.fate))),
        samples=tuple(map(mask, _first_middle_last(check.codes))),
        layout=check.layout,
        shape=shape_of(check.codes),
        digest=check.digest,
        known=known,
        reported=len(check.left_out),
        options=check.options,
        unread=check.unread,
        marked=tuple(check.marked),
        nearest_expiry=check.nearest.isoformat() if check.nearest else "",
        makes=makes_of(check.codes),
        guessable=guessable(check.codes),
    )


def _first_middle_last(codes: Sequence[str]) -> Sequence[str]:
    return codes if len(codes) <= _SAMPLES else (codes[0], codes[len(codes) // 2], codes[-1])


def _counted(check: Check) -> Iterator[Part]:
    """The parts with the codes that are left of each; rows ascend from part to part."""
    ends = [*(part.offset for part in check.parts[1:]), check.rows[-1] if check.rows else 0]
    at = 0
    for part, end in zip(check.parts, ends, strict=True):
        upto = bisect_right(check.rows, end)
        yield Part(part.name, part.offset, upto - at)
        at = upto


def batches(check: Check, size: int) -> Iterator[tuple[int, bytes]]:
    """The codes in batches: how many, and packed."""
    for start in range(0, len(check.codes), size):
        codes, rows = check.codes[start : start + size], check.rows[start : start + size]
        yield len(codes), pack(codes, rows)
