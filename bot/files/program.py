"""Lists of strings as programs write them: Python, JavaScript, PHP, SQL."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"'([^'\n]{1,100})'|\"([^\"\n]{1,100})\"")
_PROGRAM = re.compile(
    r"[\s\[\](){},;=:]|\b(?:insert|into|values|select|from|where|in|codes?|const|var|let|array|new|list|tuple|set|return|null|"
    r"promo_?codes?|coupons?|vouchers?|[a-z_]{1,30}(?=\s*=\s*[\[(]))\b",
    re.IGNORECASE,
)


_INSERT = re.compile(r"\s*(?:--[^\n]*\n\s*)*(?:insert|replace)\s+(?:ignore\s+)?into\b", re.IGNORECASE)
_VALUES = re.compile(r"(?:\(([^()]{1,2000})\)\s*)?\bvalues\b", re.IGNORECASE)
_TUPLE = re.compile(r"\(((?:'(?:[^']|'')*'|[^()'])*)\)")
_CELL = re.compile(r"\s*(?:'((?:[^']|'')*)'|([^,']+?))\s*(?:,|$)")


def listed(text: str) -> list[str] | None:
    """The strings of a list as Python, JavaScript, PHP or SQL write it; None for any other text."""
    start = text[:20_000].strip()
    if not re.match(
        r"[\[({]|[\w.\s]{1,60}=\s*[\[({]|\$\w+\s*=|(?:insert|select|const|let|var)\b|\(?['\"][^'\"]+['\"],",
        start,
        re.IGNORECASE,
    ):
        return None
    found = _QUOTED.findall(start)
    around = _PROGRAM.sub("", _QUOTED.sub("", start))
    if len(found) < 2 or len(around) > 0.1 * len(start) or not re.match(r"[\[({]|\w+[^'\"]*[\[({=]", start):
        return None
    return [left or right for left, right in _QUOTED.findall(text)]


def tuples(text: str) -> list[list[str]] | None:
    """The rows of an INSERT statement of SQL, with its columns as a header where it names them; None for others."""
    if not _INSERT.match(text):
        return None
    start = _VALUES.search(text)
    rows = [_cells(found[1]) for found in _TUPLE.finditer(text, start.end() if start else 0)]
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return None
    named = [part.strip(' `"[]\n') for part in start[1].split(",")] if start and start[1] else []
    return [named, *rows] if named else rows


def _cells(inside: str) -> list[str]:
    return [found[1].replace("''", "'") if found[1] is not None else found[2] for found in _CELL.finditer(inside)]
