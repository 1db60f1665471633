"""One module per format, named for it. To add one: write its module, name it in `FORMATS`, put a sample into
`tests/data/files` and its ending into `bot/promo/file_types.py`."""

from __future__ import annotations

from typing import Protocol

from bot.errors import OtherFormat, Unreadable
from bot.files.formats import delimited, dif, excel_2003, html_table, json_text, mail, ods, records, sylk, xls, xlsx
from bot.files.formats.foreign import foreign
from bot.files.table import Table
from bot.promo.findings import Options


class Format(Protocol):
    """A format: whether a file is of it, and how its tables are read."""

    def detect(self, start: bytes, name: str) -> bool:
        """Whether a file is of this format, by its first 4,096 bytes and its name in small letters."""

    def read(self, content: bytes, name: str, options: Options) -> list[Table]:
        """The tables of a file of this format. Raises FileError."""


# The first that detects a file reads it; the last takes whatever is text.
FORMATS: tuple[Format, ...] = (
    ods,
    xlsx,
    xls,
    excel_2003,
    mail,
    html_table,
    records,
    json_text,
    sylk,
    dif,
    delimited,
)


def tables_of(content: bytes, name: str, options: Options) -> list[Table]:
    """The tables of one file that is no archive. Raises FileError."""
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("empty")
    if (kind := foreign(content, name)) is not None:
        raise OtherFormat(kind)
    start = content[:4096]
    found = next(known for known in FORMATS if known.detect(start, name.casefold()))
    return found.read(content, name, options)
