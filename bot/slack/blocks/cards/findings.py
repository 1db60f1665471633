"""What a check found, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.promo.file_types import WORKBOOKS
from bot.promo.findings import Checked, Fate, Finding, Kind, Part, place
from bot.slack.blocks.kit import BULLET, Bold, Line, names, number

# What each kind is, after "12 rows: ".
_KINDS = {
    Kind.SPACES: "spaces around the code, removed",
    Kind.INVISIBLE: "invisible characters, removed",
    Kind.QUOTES: "quotes around the code, removed",
    Kind.EMPTY: "empty",
    Kind.REPEATED: "a repeat of a code above, which is sent once",
    Kind.LINE_BREAK: "a line break inside the code",
    Kind.TOO_LONG: "longer than a code can be",
    Kind.SCIENTIFIC: "turned into a number like 2.19E+26 by a spreadsheet",
    Kind.DECIMAL: "a number with decimals, as 1.1, whose digits may not all be there",
    Kind.ROUNDED: "rounded by a spreadsheet after 15 digits",
    Kind.DATE: "turned into a date by a spreadsheet",
    Kind.BOOLEAN: "TRUE or FALSE instead of a code",
    Kind.CELL_ERROR: "a spreadsheet error such as #N/A",
    Kind.FORMATTED: "the cell shows SALE-0012, say, but holds only the number 12",
    Kind.FORMULA: "a formula instead of a code",
    Kind.UNREADABLE_TEXT: "characters that cannot be read in this encoding",
    Kind.NOT_A_CODE: "not a code",
    Kind.NOTHING: "NULL, N/A or a dash instead of a code",
    Kind.WORDS: "words rather than a code",
    Kind.USED: "marked as used or sent",
    Kind.INACTIVE: "marked as inactive",
    Kind.EXPIRED: "expired",
    Kind.HIDDEN: "in rows that are hidden, by a filter or by hand",
    Kind.STRUCK: "struck out",
    Kind.KNOWN_HERE: "loaded to this list before",
    Kind.KNOWN_ELSEWHERE: "loaded to another list before",
    Kind.CASE_REPEATED: "differs from another code only in upper or lower case",
    Kind.CONTROL: "control characters inside",
    Kind.INNER_SPACE: "a space inside the code",
    Kind.LOOKALIKE: "letters of two alphabets that look alike",
    Kind.LENGTH: "much longer or shorter than the others",
    Kind.DASHES: "a dash where codes have a hyphen, as office programs write it",
    Kind.ENTITIES: "written for a web page, as &amp; for &",
    Kind.OTHER_FORM: "full-width letters or digits of another script, which only look like the usual ones",
    Kind.MENDED: "dashes, web signs or full-width letters, written as in the other codes",
    Kind.ZEROS_PROVEN: "zeros in front lost, and the cell format shows how many",
    Kind.ZEROS_LIKELY: "zeros in front probably lost",
}
# What a file says of its codes beside them.
MARKED = {
    Kind.USED: "are marked as used",
    Kind.INACTIVE: "are marked as inactive",
    Kind.EXPIRED: "have expired",
    Kind.HIDDEN: "stand in hidden rows",
    Kind.STRUCK: "are struck out",
}
_FATES = {Fate.REPAIRED: "put back", Fate.KEPT: "kept"}
# Kinds that a better export cures.
DAMAGE = frozenset(
    {
        Kind.SCIENTIFIC,
        Kind.DECIMAL,
        Kind.ROUNDED,
        Kind.DATE,
        Kind.BOOLEAN,
        Kind.CELL_ERROR,
        Kind.FORMULA,
        Kind.FORMATTED,
        Kind.ZEROS_PROVEN,
        Kind.ZEROS_LIKELY,
    }
)
# The worse a kind is, the earlier it is told.
_WORST = (
    Kind.SCIENTIFIC,
    Kind.DECIMAL,
    Kind.ROUNDED,
    Kind.ZEROS_PROVEN,
    Kind.ZEROS_LIKELY,
    Kind.FORMATTED,
    Kind.DATE,
    Kind.KNOWN_HERE,
    Kind.KNOWN_ELSEWHERE,
    Kind.LOOKALIKE,
    Kind.UNREADABLE_TEXT,
    Kind.CASE_REPEATED,
    Kind.REPEATED,
)
ADVICE = "Take damaged codes from the program that made them. In Excel, format the column as Text before codes go in."


def label(kind: Kind) -> str:
    """The kind as a choice in a form."""
    return _KINDS[kind][:1].upper() + _KINDS[kind][1:]


def worst(findings: Sequence[Finding], fates: Sequence[Fate], at_most: int) -> list[Finding]:
    """The findings to tell first."""
    chosen = [one for one in findings if one.fate in fates]
    rank = {kind: position for position, kind in enumerate(_WORST)}
    return sorted(chosen, key=lambda one: (rank.get(one.kind, len(rank)), -one.count))[:at_most]


def unit_of(checked: Checked | None) -> str:
    """What people call a line of this file: a row, in a workbook."""
    return "row" if checked and checked.layout.format in WORKBOOKS else "line"


def told(finding: Finding, parts: Sequence[Part], *, chosen: bool = True, unit: str = "line") -> Line:
    """One finding as a line: how many, what, where; `chosen` says that the codes have a list."""
    if finding.kind is Kind.REPEATED and finding.fate is Fate.LEFT_OUT:
        repeats = "repeat" if finding.count == 1 else "repeats"
        return [BULLET, Bold(f"{number(finding.count)} {repeats}"), f": sent once ({where(finding, parts, unit)})"]
    fate = _FATES.get(finding.fate)
    kept = f", {fate}" if fate else ""
    rows = "row" if finding.count == 1 else "rows"
    what = _KINDS[finding.kind] if chosen or finding.kind is not Kind.KNOWN_ELSEWHERE else "loaded before"
    return [BULLET, Bold(f"{number(finding.count)} {rows}"), f": {what}{kept} ({where(finding, parts, unit)})"]


def where(finding: Finding, parts: Sequence[Part], unit: str = "line") -> str:
    """lines 3, 17 and 40 more; `unit` is line or row"""
    places = [place(parts, row) for row in finding.rows] if parts else [("", row) for row in finding.rows]
    several = len(parts) > 1
    shown = [f"{name} {unit} {number(line)}" if several else number(line) for name, line in places[:3]]
    more = finding.count - len(shown)
    if more > 0:
        shown.append(f"{number(more)} more")
    word = "" if several else f"{unit} " if finding.count == 1 else f"{unit}s "
    return word + names(shown, len(shown)) if shown else ""
