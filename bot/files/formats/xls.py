"""XLS: an OLE file ([MS-CFB]) that holds a stream of records ([MS-XLS] 2.1.4).

What python-calamine does not say of its cells is read from the records: numbers and their formats, formulas, errors,
what is hidden and what is struck out.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.errors import Encrypted
from bot.files.formats.cells import BUILT_IN, Display, Facts, display
from bot.files.formats.workbook import tables
from bot.files.table import MAX_COLUMNS, Table
from bot.promo.findings import Options

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A workbook of the newer kind that a password protects is an OLE file around it.
_SECRET = "EncryptedPackage".encode("utf-16-le")
_END = 0xFFFFFFFA
_BOF, _EOF, _FORMAT, _FONT, _XF, _BOUNDSHEET = 0x0809, 0x000A, 0x041E, 0x0031, 0x00E0, 0x0085
_NUMBER, _RK, _MULRK, _FORMULA, _BOOLERR = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205
_LABELSST, _LABEL, _RSTRING = 0x00FD, 0x0204, 0x00D6
_ROW, _COLINFO = 0x0208, 0x007D
_TEXTS = (_LABELSST, _LABEL, _RSTRING)
_NUMBERS = (_NUMBER, _RK, _FORMULA, _BOOLERR)


@dataclass(slots=True)
class _Styles:
    """What each cell style shows of a number, which ones strike out, and where the sheets begin."""

    displays: dict[int, Display] = field(default_factory=dict)
    struck: set[int] = field(default_factory=set)
    sheets: list[int] = field(default_factory=list)


def detect(start: bytes, name: str) -> bool:
    """By its first bytes."""
    del name
    return start.startswith(_OLE)


def read(content: bytes, name: str, options: Options) -> list[Table]:
    """One table per sheet that holds anything. Raises Encrypted, Unreadable and NotCodes."""
    if _SECRET in content:
        raise Encrypted
    return tables(content, name, "xls", options, facts)


def facts(content: bytes, sheet: int) -> Facts:
    """What one sheet, counted from 0, says of its cells. Raises struct.error, IndexError, ValueError."""
    stream = _stream(content)
    styles, found = _globals(stream), Facts()
    if sheet >= len(styles.sheets):
        return found
    depth = 0
    for kind, body in _records(stream, styles.sheets[sheet]):
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 0:
            break
        if depth == 1:
            _record(kind, body, styles, found)
    return found


def _record(kind: int, body: bytes, styles: _Styles, found: Facts) -> None:
    if kind == _ROW and len(body) >= 14:
        # fDyZero: the row has no height.
        if struct.unpack_from("<H", body, 12)[0] & 0x20:
            found.hidden_rows.add(struct.unpack_from("<H", body)[0])
    elif kind == _COLINFO and len(body) >= 10:
        first, last = struct.unpack_from("<HH", body)
        if struct.unpack_from("<H", body, 8)[0] & 1:
            found.hidden_columns.update(range(first, min(last, MAX_COLUMNS) + 1))
    elif kind == _MULRK:
        row, column = struct.unpack_from("<HH", body)
        for at, place in enumerate(range(4, len(body) - 2, 6)):
            _styled(row, column + at, struct.unpack_from("<H", body, place)[0], styles, found)
    elif kind in _NUMBERS or kind in _TEXTS:
        row, column, style = struct.unpack_from("<HHH", body)
        _styled(row, column, style, styles, found)
        if kind == _FORMULA:
            found.formulas.add((row, column))
        elif kind == _BOOLERR and body[7]:
            found.errors.add((row, column))


def _styled(row: int, column: int, style: int, styles: _Styles, found: Facts) -> None:
    if style in styles.displays:
        found.displays[row, column] = styles.displays[style]
    if style in styles.struck:
        found.struck_rows.add(row)


def _globals(stream: bytes) -> _Styles:
    formats, struck, cells, found = dict(BUILT_IN), set(), [], _Styles()
    fonts = 0
    for kind, body in _records(stream, 0):
        if kind == _EOF:
            break
        if kind == _BOF and struct.unpack_from("<H", body)[0] != 0x0600:
            raise ValueError("older than Excel 97")
        if kind == _FORMAT:
            number, length, wide = struct.unpack_from("<HHB", body)
            text = body[5:].decode("utf-16-le" if wide & 1 else "latin-1", "replace")[:length]
            if shown := display(text):
                formats[number] = shown
        elif kind == _FONT:
            # There is no font 4 ([MS-XLS] 2.5.129).
            fonts += 1 + (fonts == 4)
            if struct.unpack_from("<H", body, 2)[0] & 0x08:
                struck.add(fonts - 1)
        elif kind == _XF:
            cells.append(struct.unpack_from("<HH", body))
        elif kind == _BOUNDSHEET:
            found.sheets.append(struct.unpack_from("<I", body)[0])
    found.displays = {index: formats[number] for index, (_, number) in enumerate(cells) if number in formats}
    found.struck = {index for index, (font, _) in enumerate(cells) if font in struck}
    return found


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _stream(content: bytes) -> bytes:
    """The stream of the workbook's records."""
    size, small = (1 << power for power in struct.unpack_from("<HH", content, 30))
    first, cutoff, small_first = struct.unpack_from("<I", content, 48)[0], *struct.unpack_from("<II", content, 56)
    table = [one for one in struct.unpack_from("<109I", content, 76) if one < _END]
    at, left = struct.unpack_from("<II", content, 68)
    left = min(left, len(content) // size)
    while at < _END and left:
        further = struct.unpack_from(f"<{size // 4}I", content, (at + 1) * size)
        table, at, left = [*table, *(one for one in further[:-1] if one < _END)], further[-1], left - 1
    links = [link for one in table for link in struct.unpack_from(f"<{size // 4}I", content, (one + 1) * size)]
    entries = _chain(content[size:], first, links, size)
    root, workbook = entries[:128], b""
    for entry in range(0, len(entries), 128):
        name = entries[entry : entry + 64].decode("utf-16-le", "replace").split("\0")[0]
        if name == "Workbook":
            workbook = entries[entry : entry + 128]
    start, length = struct.unpack_from("<II", workbook, 116)
    if length >= cutoff:
        return _chain(content[size:], start, links, size)[:length]
    packed = _chain(content[size:], small_first, links, size)
    small_links = list(struct.unpack(f"<{len(packed) // 4}I", packed))
    inner = _chain(content[size:], struct.unpack_from("<I", root, 116)[0], links, size)
    return _chain(inner, start, small_links, small)[:length]


def _chain(sectors: bytes, at: int, links: list[int], size: int) -> bytes:
    """The sectors that follow each other from `at`; one that comes twice ends it."""
    found: list[bytes] = []
    while at < len(links) and len(found) <= len(links):
        found.append(sectors[at * size : (at + 1) * size])
        at = links[at]
    return b"".join(found)
