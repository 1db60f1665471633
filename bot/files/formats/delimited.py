"""CSV, TSV and plain text: one code in a line, columns, or codes side by side."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import islice

from bot.errors import NotCodes, Unreadable
from bot.files.encodings import decode
from bot.files.table import Table, grid, single
from bot.promo.checking import Options

_DELIMITERS = (",", ";", "\t", "|")
_LINE_AT_MOST = 100_000
_COLUMNS_AT_MOST = 500
_LOOKED_AT = 200
_TOKEN = re.compile(r"[^\s,;|]+")
_CODE_LIKE = re.compile(r"[\w-]{4,64}")


def claims(start: bytes, name: str) -> bool:
    """Whatever nobody else claims may be text."""
    del start, name
    return True


def read(content: bytes, name: str, options: Options) -> list[Table]:
    """One table. Raises Unreadable and NotCodes."""
    text, encoding, sure = decode(content, options.encoding)
    if "\0" in text:
        raise Unreadable("binary")
    about = {"encoding": encoding, "encoding_sure": sure}
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    sample = [line for line in islice(text.splitlines(), _LOOKED_AT * 2) if line.strip()][:_LOOKED_AT]
    delimiter = _delimiter(sample)
    kind = "tsv" if delimiter == "\t" else "csv" if delimiter or name.casefold().endswith(".csv") else "txt"
    if delimiter is None:
        if _side_by_side(sample):
            return [single("txt", _TOKEN.findall(text), lines=_token_lines(text), **about)]
        return [single(kind, _lines(text), **about)]
    if '"' not in text and text.count(delimiter) == 0:
        return [single(kind, _lines(text), **about)]
    if _ragged(sample, delimiter):
        return [single("txt", _TOKEN.findall(text), lines=_token_lines(text), **about)]
    return [_columns(text, delimiter, kind, about)]


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    if max(map(len, lines), default=0) > _LINE_AT_MOST:
        raise Unreadable("line_too_long")
    if '"' in text:
        lines = [
            line[1:-1].replace('""', '"') if len(line) > 1 and line[0] == line[-1] == '"' else line for line in lines
        ]
    return lines


def _delimiter(sample: list[str]) -> str | None:
    """The delimiter that cuts most lines into the same number of columns, at least two."""
    best: tuple[float, int, str] | None = None
    for one in _DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(sample, delimiter=one) if row)
        except csv.Error:
            raise Unreadable("line_too_long") from None
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        share = count / sum(widths.values())
        if width > 1 and share >= 0.6 and (best is None or (share, width) > best[:2]):
            best = (share, width, one)
    if best is None:
        return next((one for one in _DELIMITERS if one in "".join(sample) and _ragged(sample, one)), None)
    return best[2]


def _code_like(token: str) -> bool:
    return bool(_CODE_LIKE.fullmatch(token)) and (any(one.isdigit() for one in token) or token.isupper())


def _side_by_side(sample: list[str]) -> bool:
    """Codes with spaces between them: many to a line, or a few in differing numbers."""
    tokens = [line.split() for line in sample]
    counts = {len(line) for line in tokens}
    flat = [token for line in tokens for token in line]
    like = sum(map(_code_like, flat)) >= 0.9 * len(flat) if flat else False
    return like and max(counts, default=0) > 1 and (len(sample) == 1 or len(counts) > 1 or min(counts) >= 4)


def _ragged(sample: list[str], delimiter: str) -> bool:
    """Codes separated by a delimiter rather than a table: one line, or lines of differing widths, all code-like."""
    rows = [[cell.strip().strip('"') for cell in line.split(delimiter)] for line in sample]
    cells = [cell for row in rows for cell in row if cell]
    widths = Counter(len([cell for cell in row if cell]) for row in rows)
    like = sum(map(_code_like, cells)) >= 0.9 * max(len(cells), 1)
    uneven = len(rows) == 1 or (len(widths) > 1 and widths.most_common(1)[0][1] < 0.9 * len(rows))
    same = (
        len(rows) > 1
        and len(set(cells)) == len(cells)
        and len(widths) <= 2
        and rows[-1] != rows[0]
        and _all_alike(rows)
    )
    return like and (uneven or same)


def _all_alike(rows: list[list[str]]) -> bool:
    """Whether every column looks like every other: the same lengths throughout."""
    lengths = Counter(len(cell) for row in rows for cell in row if cell)
    return len(rows[0]) >= 3 and lengths.most_common(1)[0][1] >= 0.95 * sum(lengths.values())


def _token_lines(text: str) -> list[int]:
    lines: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        lines += [number] * len(_TOKEN.findall(line))
    return lines


def _columns(text: str, delimiter: str, kind: str, about: dict[str, object]) -> Table:
    try:
        if '"' not in text:
            rows = [line.split(delimiter) for line in _lines(text)]
            lines: list[int] = []
        else:
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            rows, lines = [], []
            for row in reader:
                lines.append(reader.line_num - sum(cell.count("\n") for cell in row))
                rows.append(row)
    except csv.Error:
        raise Unreadable("line_too_long") from None
    if max((len(row) for row in rows[:1000]), default=0) > _COLUMNS_AT_MOST:
        raise Unreadable("too_wide")
    if not rows:
        raise NotCodes
    return grid(kind, rows, lines=lines, **about)
