"""What was read of a file: how its codes look, what they were taken out of, and what the file says of them."""

from __future__ import annotations

import datetime

from bot.promo.findings import Checked, Fate, Kind
from bot.slack.blocks.cards.findings import MARKED
from bot.slack.blocks.kit import Bold, Code, Line, names, number

# Of fewer codes everybody sees how they are made.
_TELLING = 4
_TITLE = 60


def looks(result: Checked) -> list[Line]:
    """The first, middle and last code, masked, how all are made, and what stood around them."""
    lines: list[Line] = []
    if result.samples:
        samples: list[str | Code] = []
        for sample in result.samples[:3]:
            samples += [" ", Code(sample)]
        lines.append(["It looks like" if result.codes == 1 else "They look like", *samples, *_makes(result)])
    if result.layout.taken:
        before, after = result.layout.taken
        lines.append(["The codes are taken out of longer lines: of ", Code(before), " only ", Code(after)])
    return lines


def _makes(result: Checked) -> Line:
    """(all 30 are like AAA-9999), or (28 of 30 are like AAA-9999, others like AA-99)"""
    if not result.makes or result.shape.codes < _TELLING:
        return []
    (make, count), *others = result.makes
    if count == result.shape.codes:
        many = f"all {number(result.codes)}" if result.codes == result.shape.codes else "all"
    elif 2 * count < result.shape.codes:
        # Where no make is usual, none is told.
        return []
    else:
        many = f"{number(count)} of {number(result.shape.codes)}"
    if set(make) == {"X"}:
        line: list[str | Code] = [f" ({many} have {len(make)} letters and digits"]
    else:
        line = [f" ({many} are like ", Code(make)]
    if others:
        line += [", others like ", Code(others[0][0])]
    return [*line, ")"]


def marks(result: Checked) -> list[Line]:
    """What the file says of its codes: used, inactive, expired, and when the first of them expires."""
    lines: list[Line] = []
    for mark in result.marked:
        every = mark.count == mark.of
        kept = every or any(one.kind is mark.kind and one.fate is Fate.KEPT for one in result.findings)
        count = f"All {number(mark.of)} codes" if every else f"{number(mark.count)} of {number(mark.of)} codes"
        verb = MARKED[mark.kind].removeprefix("are ") if not every and mark.count == 1 else MARKED[mark.kind]
        if not every and mark.count == 1:
            verb = {Kind.EXPIRED: "has expired"}.get(mark.kind, f"is {verb}")
        then = "uploaded all the same" if kept else "left out"
        lines.append([Bold(f"{count} {verb}"), f" (column “{mark.column[:_TITLE]}”): {then}."])
    if result.nearest_expiry:
        day = datetime.date.fromisoformat(result.nearest_expiry)
        lines.append([f"The earliest expiry date is {day.day} {day:%B %Y}."])
    if result.layout.passed:
        them = "its name says that its codes are" if len(result.layout.passed) == 1 else "their names say that they are"
        lines.append([Bold(f"Not read: {names(result.layout.passed)}"), f", as {them} used or old."])
    return lines


def marked_button(result: Checked) -> str:
    """The words on the button that loads marked codes all the same, or leaves them out again; empty without any."""
    found = [one for one in result.findings if one.kind in MARKED]
    if not found:
        return ""
    if all(one.fate is Fate.KEPT for one in found):
        return "Leave them out again"
    out = [one for one in found if one.fate is Fate.LEFT_OUT]
    kind = out[0].kind.value if len(out) == 1 else "marked"
    count = sum(one.count for one in out)
    return f"Load the {number(count)} {kind} {'code' if count == 1 else 'codes'}, too"
