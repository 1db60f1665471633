"""DIF, the data interchange format: a head, then cells of two lines each."""

from __future__ import annotations

import re

from bot.errors import Unreadable
from bot.files.encodings import decode
from bot.files.table import MAX_COLUMNS, MAX_ROWS, Table, grid
from bot.promo.findings import Options

_BEGIN = re.compile(rb"TABLE\r?\n0,1\r?\n", re.IGNORECASE)


def detect(start: bytes, name: str) -> bool:
    """By its first record."""
    del name
    return _BEGIN.match(start.lstrip(b"\xef\xbb\xbf")) is not None


def read(content: bytes, name: str, options: Options) -> list[Table]:
    """One table. Raises Unreadable."""
    del name
    text, encoding, sure = decode(content, options.encoding)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at = next((number for number, line in enumerate(lines) if line.strip().upper() == "DATA"), len(lines)) + 3
    rows: list[list[str]] = []
    for about, value in zip(lines[at::2], lines[at + 1 :: 2], strict=False):
        kind, _, number = about.partition(",")
        if kind == "-1" and value.strip().upper() == "EOD":
            break
        if kind == "-1":
            rows.append([])
            if len(rows) > MAX_ROWS:
                raise Unreadable("damaged")
        elif rows:
            rows[-1].append(value.strip()[1:-1].replace('""', '"') if kind == "1" else number)
            if len(rows[-1]) > MAX_COLUMNS:
                raise Unreadable("too_wide")
    if not any(rows):
        raise Unreadable("empty")
    return [grid("dif", rows, encoding=encoding, encoding_sure=sure)]
