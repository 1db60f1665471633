"""SYLK, the symbolic link format that Excel still writes and takes any text for that begins with "ID;"."""

from __future__ import annotations

import re

from bot.errors import Unreadable
from bot.files.encodings import decode
from bot.files.table import MAX_COLUMNS, MAX_ROWS, Table, grid
from bot.promo.findings import Options

_BEGIN = re.compile(rb"ID;P[\w ]*")
_RECORD = re.compile(rb"\n[BCF];", re.IGNORECASE)
_FIELD = re.compile(r";([A-Z])((?:[^;]|;;)*)")


def detect(start: bytes, name: str) -> bool:
    """By its first record, and one of a cell."""
    del name
    return _BEGIN.match(start) is not None and _RECORD.search(start) is not None


def read(content: bytes, name: str, options: Options) -> list[Table]:
    """One table. Raises Unreadable."""
    del name
    text, encoding, sure = decode(content, options.encoding)
    cells: dict[tuple[int, int], str] = {}
    row = column = 0
    for line in re.split(r"\r\n|\r|\n", text):
        if line[:2] not in ("C;", "F;"):
            continue
        # A field's text holds ";" doubled.
        fields = {key: value.replace(";;", ";") for key, value in _FIELD.findall(line[1:])}
        row, column = _number(fields.get("Y"), row), _number(fields.get("X"), column)
        if line[0] == "C" and "K" in fields and row and column:
            cells[row, column] = _value(fields["K"])
    if not cells:
        raise Unreadable("empty")
    height, width = max(row for row, _ in cells), max(column for _, column in cells)
    if width > MAX_COLUMNS:
        raise Unreadable("too_wide")
    if height > MAX_ROWS:
        raise Unreadable("damaged")
    rows: list[list[str]] = [[] for _ in range(height)]
    for (row, column), value in sorted(cells.items()):
        rows[row - 1] += [""] * (column - 1 - len(rows[row - 1])) + [value]
    return [grid("sylk", rows, encoding=encoding, encoding_sure=sure)]


def _value(text: str) -> str:
    return text[1:-1].replace('""', '"') if len(text) > 1 and text[0] == text[-1] == '"' else text


def _number(value: str | None, otherwise: int) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 9 else otherwise
