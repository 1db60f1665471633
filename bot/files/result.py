"""The end of a check: codes that were loaded before are taken out, and what is left is told and packed."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from bot.files.check import Check, fate_of
from bot.promo.codes import mask, pack
from bot.promo.findings import Checked, Fate, Finding, Hit, Kind, Known, Part
from bot.promo.guessing import guessable
from bot.promo.shapes import makes_of, shape_of

_FIRST_ROWS = 5
_SAMPLES = 3


def finish(check: Check, hits: Sequence[Hit], list_id: str) -> Checked:
    """The result, once it is known which codes were loaded before, and where."""
    known: dict[tuple[str, str], set[int]] = {}
    for hit in hits:
        known.setdefault((hit.ref, hit.list_id), set()).add(hit.index)
    here = {hit.index for hit in hits if hit.list_id == list_id}
    elsewhere = {hit.index for hit in hits} - here
    codes, rows = check.codes, check.rows
    out: set[int] = set()
    for kind, positions in ((Kind.KNOWN_HERE, sorted(here)), (Kind.KNOWN_ELSEWHERE, sorted(elsewhere))):
        fate = fate_of(kind, check.options)
        check.note(kind, fate, [rows[at] for at in positions])
        if fate is Fate.LEFT_OUT:
            out.update(positions)
            check.left_out += [(rows[at], kind.value, codes[at]) for at in positions]
    if out:
        check.codes = [code for at, code in enumerate(codes) if at not in out]
        check.rows = array("I", [row for at, row in enumerate(rows) if at not in out])
    return _checked(check, tuple(Known(ref, list_id, len(found)) for (ref, list_id), found in sorted(known.items())))


def _checked(check: Check, known: tuple[Known, ...]) -> Checked:
    gone = {row for row, _, _ in check.left_out}
    findings = [
        Finding(kind, fate, len(rows), tuple(sorted(rows)[:_FIRST_ROWS]))
        for (kind, fate), every in check.found.items()
        # A row left out for one reason is not told as uploaded for another.
        if (rows := every if fate is Fate.LEFT_OUT or not gone else [row for row in every if row not in gone])
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
