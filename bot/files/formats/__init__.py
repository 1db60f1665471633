"""One module per format. Each has `claims(start, name)` and `read(content, name, options) -> list[Table]`.

To add one: write its module, name it in `ORDER`, and put a sample into `tests/data/files`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import Encrypted, NotCodes, Unreadable
from bot.files.formats import delimited, json_text, xlsx
from bot.files.table import Table
from bot.promo.findings import Options

_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_TABULAR = (".csv", ".tsv", ".txt", ".json", *_WORKBOOKS)
# Pictures, sound, films, documents and programs, by their first bytes.
_NEVER = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"\x7fELF",
    b"MZ",
    b"OggS",
    b"ID3",
    b"\0\0\0\x18ftyp",
    b"\0\0\0\x1cftyp",
    b"\0\0\0\x20ftyp",
    b"{\\rtf",
)
# Those of them with which a list may begin, too: codes like MZ7Q2 or BM-1001.
_LETTERS = (b"RIFF", b"GIF8", b"BM", b"MZ", b"OggS", b"ID3")
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Format:
    """A format: whether it claims a file by its first bytes and name, and how it is read."""

    claims: Callable[[bytes, str], bool]
    read: Callable[[bytes, str, Options], list[Table]]


ORDER = (
    Format(xlsx.claims, xlsx.read),
    Format(json_text.claims, json_text.read),
    Format(delimited.claims, delimited.read),
)


def tables_of(content: bytes, name: str, options: Options) -> list[Table]:
    """The tables of one file that is no archive. Raises FileError."""
    start = content[:4096]
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("empty")
    if start.startswith(_NEVER) and (not start.startswith(_LETTERS) or _CONTROL.search(start)):
        raise Unreadable("unknown_format") if claims_codes(name) else NotCodes
    if _is_web_page(start):
        if not claims_codes(name):
            raise NotCodes
        raise Unreadable("not_a_workbook" if _is_table_in_disguise(content, name) else "web_page")
    for one in ORDER:
        if one.claims(start, name.casefold()):
            try:
                return one.read(content, name, options)
            except (Unreadable, Encrypted):
                if claims_codes(name):
                    raise
                raise NotCodes from None
    raise NotCodes


def claims_codes(name: str) -> bool:
    """Whether a file's name promises a table or a list."""
    return name.casefold().endswith(_TABULAR)


def _is_table_in_disguise(content: bytes, name: str) -> bool:
    """What many shop systems export as .xls is an HTML table, or the XML of Excel 2003."""
    start = content[:65536].lower()
    return name.casefold().endswith(_WORKBOOKS) and (b"<table" in start or b"office:spreadsheet" in start)


def _is_web_page(start: bytes) -> bool:
    begin = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return begin.startswith((b"<!doctype", b"<html", b"<?xml", b"<svg", b"<head", b"<body", b"<meta", b"<table"))
