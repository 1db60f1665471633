"""What an XLS file says about its cells and python-calamine does not: number formats, formulas and errors.

An OLE file ([MS-CFB]) holds a stream of records ([MS-XLS] 2.1.4); only those of numbers and their formats are read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bot.files.formats.cells import BUILT_IN, Sheet, shown_digits

_END = 0xFFFFFFFA
_BOF, _EOF, _FORMAT, _XF, _BOUNDSHEET = 0x0809, 0x000A, 0x041E, 0x00E0, 0x0085
_NUMBER, _RK, _MULRK, _FORMULA, _BOOLERR = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205


def binary_cells(content: bytes, sheet: int) -> Sheet:
    """What one sheet, counted from 0, says of its cells. Raises struct.error, IndexError, ValueError."""
    stream = _stream(content)
    digits, sheets = _globals(stream)
    found = Sheet({}, set(), set())
    if sheet >= len(sheets):
        return found
    depth = 0
    for kind, body in _records(stream, sheets[sheet]):
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 0:
            break
        if depth == 1:
            _cell(kind, body, digits, found)
    return found


def _cell(kind: int, body: bytes, digits: dict[int, int], found: Sheet) -> None:
    if kind not in (_NUMBER, _RK, _MULRK, _FORMULA, _BOOLERR):
        return
    row, column, style = struct.unpack_from("<HHH", body)
    if kind == _MULRK:
        styles = [struct.unpack_from("<H", body, at)[0] for at in range(4, len(body) - 2, 6)]
        found.widths.update({(row, column + at): digits[one] for at, one in enumerate(styles) if one in digits})
        return
    if style in digits:
        found.widths[row, column] = digits[style]
    if kind == _FORMULA:
        found.formulas.add((row, column))
    elif kind == _BOOLERR and body[7]:
        found.errors.add((row, column))


def _globals(stream: bytes) -> tuple[dict[int, int], list[int]]:
    """How many digits each cell style shows, where its format proves it; and where the sheets begin."""
    formats, styles, sheets = dict(BUILT_IN), [], []
    for kind, body in _records(stream, 0):
        if kind == _EOF:
            break
        if kind == _BOF and struct.unpack_from("<H", body)[0] != 0x0600:
            raise ValueError("older than Excel 97")
        if kind == _FORMAT:
            number, length, wide = struct.unpack_from("<HHB", body)
            text = body[5:].decode("utf-16-le" if wide & 1 else "latin-1", "replace")[:length]
            if shown := shown_digits(text):
                formats[number] = shown
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _BOUNDSHEET:
            sheets.append(struct.unpack_from("<I", body)[0])
    return {index: formats[number] for index, number in enumerate(styles) if number in formats}, sheets


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
