"""Files for one person, with whole codes in them."""

from __future__ import annotations

import codecs
import csv
import io
import json
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from bot.promo.findings import Kind, place
from bot.promo.steps import Batch
from bot.promo.uploads import BatchState, Upload
from bot.slack.blocks.cards.findings import label

# What begins a formula; in Excel of some languages the full-width signs do, too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_PIECE = 1 << 18


def csv_file(head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """A CSV that Excel opens as UTF-8 and in which no cell runs as a formula (OWASP, CSV injection)."""
    out = io.BytesIO()
    _write(out, head, rows)
    return out.getvalue()


def _write(out: BinaryIO, head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> None:
    text = io.TextIOWrapper(out, "utf-8-sig", "replace", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_harmless(cell) if isinstance(cell, str) else cell for cell in row])
    text.flush()
    text.detach()
    out.seek(0)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def left_out_csv(upload: Upload, packed: bytes) -> BinaryIO:
    """Every row that was left out: file, line, why, and what stands there; `packed` is the check's report.

    It is an unnamed temporary file, for the caller to close: a million rows are never in memory together.
    """
    parts = upload.checked.parts if upload.checked else ()
    rows = (
        (*(place(parts, row) if parts else (upload.file_name, row)), label(Kind(kind)), value)
        for row, kind, value in left_out_rows(packed)
    )
    return _kept_outside(("file", "line", "reason", "value"), rows)


def left_out_rows(packed: bytes) -> Iterator[tuple[int, str, str]]:
    """The rows of a check's report, one after the other: position, kind, and what stands there."""
    decoder, buffer, outer = json.JSONDecoder(), "", True
    for text in _inflated(packed):
        buffer += text
        if outer and buffer:
            # The bracket around all rows.
            buffer, outer = buffer[1:], False
        end = 0
        while (start := buffer.find("[", end)) >= 0:
            try:
                row, end = decoder.raw_decode(buffer, start)
            except ValueError:
                # The row goes on in the next piece.
                break
            yield row[0], row[1], row[2]
        buffer = buffer[end:]


def _inflated(packed: bytes) -> Iterator[str]:
    """The text in short pieces, however small it was packed."""
    inflate, decode = zlib.decompressobj(), codecs.getincrementaldecoder("utf-8")()
    rest = packed
    while not inflate.eof:
        piece = inflate.decompress(rest, _PIECE)
        if not piece and not rest:
            return
        rest = inflate.unconsumed_tail
        yield decode.decode(piece)


def codes_csv(upload: Upload, refused: Iterable[tuple[Batch, Sequence[str], Sequence[int]]]) -> BinaryIO:
    """Every code that was refused, or whose batch is in question: file, line, why, and the code itself.

    It is an unnamed temporary file, for the caller to close.
    """
    parts = upload.checked.parts if upload.checked else ()

    def rows() -> Iterator[tuple[str, int, str, str]]:
        for batch, codes, lines in refused:
            why = "loaded meanwhile by another upload" if batch.held_back else batch.message
            if batch.state is not BatchState.REFUSED:
                why = "not known whether it arrived"
            for code, row in zip(codes, lines, strict=True):
                name, line = place(parts, row) if parts else (upload.file_name, row)
                yield name, line, why, code

    return _kept_outside(("file", "line", "reason", "code"), rows())


def _kept_outside(head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> BinaryIO:
    out: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        _write(out, head, rows)
    except BaseException:
        out.close()
        raise
    return out
