"""JSON: an array of strings, or of objects with a field that holds the code; or such objects line by line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from bot.errors import NotCodes, Unreadable
from bot.files.encodings import decode
from bot.files.table import Table, grid, single
from bot.promo.findings import Options

# Answers of web services wrap their arrays: {"data": {"coupons": [...]}}.
_DEEPEST = 4
_FIELDS_AT_MOST = 500
# [core] begins a settings file, and {ABCD} may be a code.
_BEGIN = re.compile(rb"\{\s*[\"}]|\[\s*[\"{\[\]\d]")
_LONE = re.compile("[\ud800-\udfff]")


def detect(start: bytes, name: str) -> bool:
    """By how it begins; its name is no proof."""
    begin = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf \t\r\n\xff\xfe")
    return begin.startswith((b"[", b"{")) and (name.endswith(".json") or _BEGIN.match(begin) is not None)


def read(content: bytes, name: str, options: Options) -> list[Table]:
    """One table; an item's place in the array is its line. Raises Unreadable and NotCodes."""
    text, encoding, sure = decode(content, options.encoding)
    try:
        items = _items(_parsed(text))
    except (ValueError, RecursionError):
        raise Unreadable("damaged") if name.casefold().endswith(".json") else NotCodes from None
    about = {"encoding": encoding, "encoding_sure": sure}
    if sum(isinstance(one, dict) for one in items) * 2 < len(items):
        return [single("json", [_text(one) for one in items], **about)]
    fields = list(dict.fromkeys(key for one in items[:1000] if isinstance(one, dict) for key in one))
    if len(fields) > _FIELDS_AT_MOST:
        raise Unreadable("too_wide")
    rows = [[_text(one.get(field)) if isinstance(one, dict) else "" for field in fields] for one in items]
    # The names of the fields stand in line 0, as a header does.
    return [grid("json", [fields, *rows], lines=range(len(rows) + 1), **about)]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        # JSON Lines (https://jsonlines.org): one value in each line.
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or lines[0].strip() in ("[", "{"):
            raise
        return [json.loads(line) for line in lines]


def _items(found: Any) -> list[Any]:
    """The longest array: the value itself, or one inside its objects. Raises NotCodes."""
    longest = max(_arrays(found, _DEEPEST), key=len, default=None)
    if not longest:
        raise NotCodes
    return longest


def _arrays(found: Any, deeper: int) -> Iterator[list[Any]]:
    if isinstance(found, list):
        yield found
    elif isinstance(found, dict) and deeper:
        for value in found.values():
            yield from _arrays(value, deeper - 1)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        # Half of a pair of UTF-16 (RFC 8259, 8.2) is no character.
        return _LONE.sub("\ufffd", value)
    return str(value) if isinstance(value, int) else ""
