"""Files for one person, with whole codes in them."""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Iterable, Sequence

from bot.promo.findings import Kind, place
from bot.promo.uploads import LOADED_MEANWHILE, Upload
from bot.slack.blocks.cards.findings import label

# What begins a formula; in Excel of some languages the full-width signs do, too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv_file(head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """A CSV that Excel opens as UTF-8 and in which no cell runs as a formula (OWASP, CSV injection)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def left_out_csv(upload: Upload, packed: bytes) -> bytes:
    """Every row that was left out: file, line, why, and what stands there. `packed` is the check's report."""
    parts = upload.checked.parts if upload.checked else ()
    rows: list[tuple[str, int, str, str]] = []
    for row, kind, value in json.loads(zlib.decompress(packed)):
        name, line = place(parts, row)
        rows.append((name, line, label(Kind(kind)), value))
    return csv_file(("file", "line", "reason", "value"), rows)


def refused_csv(upload: Upload, refused: Iterable[tuple[str, Sequence[str], Sequence[int]]]) -> bytes:
    """Every code that was refused: file, line, why, and the code itself."""
    parts = upload.checked.parts if upload.checked else ()
    rows: list[tuple[str, int, str, str]] = []
    for message, codes, lines in refused:
        why = "loaded meanwhile by another upload" if message == LOADED_MEANWHILE else message
        for code, row in zip(codes, lines, strict=True):
            name, line = place(parts, row) if parts else (upload.file_name, row)
            rows.append((name, line, why, code))
    return csv_file(("file", "line", "reason", "code"), rows)
