"""ZIP and GZ: the files inside, within limits. A bomb is refused by what it unpacks to, not by what it claims."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from bot.errors import Encrypted, FileError, NotCodes, Unreadable
from bot.files.formats import claims_codes, tables_of
from bot.files.formats.xlsx import is_document, is_workbook
from bot.files.table import Source
from bot.promo.findings import Options

_ZIP, _GZ = b"PK\x03\x04", b"\x1f\x8b"
_EMPTY_ZIP = b"PK\x05\x06"
_FILES_AT_MOST = 100
_CHUNK = 1 << 20
# An encrypted file, in a ZIP's general purpose flags (APPNOTE.TXT 4.4.4).
_PASSWORD = 0x1


@dataclass(slots=True)
class _Room:
    """How many bytes may still be unpacked."""

    left: int

    def take(self, chunk: bytes) -> bytes:
        self.left -= len(chunk)
        if self.left < 0:
            raise Unreadable("too_big_inside")
        return chunk


def sources(content: bytes, name: str, options: Options, unpacked_at_most: int) -> list[Source]:
    """The file, or the files inside it. Raises FileError; files without codes inside an archive are passed over."""
    if content.startswith((_ZIP, _EMPTY_ZIP)):
        archive = _open(content, name)
        if not is_document(archive):
            return _inside(_members(archive, _Room(unpacked_at_most)), options)
        if not is_workbook(archive):
            raise Unreadable("unknown_format") if claims_codes(name) else NotCodes
        if sum(one.file_size for one in archive.infolist()) > unpacked_at_most:
            raise Unreadable("too_big_inside")
    elif content.startswith(_GZ):
        inner = _name(name).removesuffix(".gz")
        return _inside(
            iter([(inner, _unpack(gzip.GzipFile(fileobj=io.BytesIO(content)), _Room(unpacked_at_most)))]), options
        )
    return [Source(name, tables_of(content, name, options))]


def _inside(members: Iterator[tuple[str, bytes]], options: Options) -> list[Source]:
    """The files that can be read, and without tables those whose names promised codes."""
    found: list[Source] = []
    problem: FileError = NotCodes()
    for name, content in members:
        if content.startswith(_GZ) or (content.startswith(_ZIP) and not is_document(_open(content, name))):
            raise Unreadable("nested_archive")
        try:
            tables = tables_of(content, name, options)
        except FileError as error:
            if not claims_codes(name):
                continue
            tables, problem = [], problem if isinstance(error, NotCodes) else error
        found.append(Source(name, tables))
    if not any(one.tables for one in found):
        raise problem
    return found


def _open(content: bytes, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable("damaged" if claims_codes(name) else "truncated") from None


def _members(archive: zipfile.ZipFile, room: _Room) -> Iterator[tuple[str, bytes]]:
    infos = [one for one in archive.infolist() if not one.is_dir() and not _is_litter(one.filename)]
    if len(infos) > _FILES_AT_MOST:
        raise Unreadable("too_many_files")
    names = Counter(_name(one.filename) for one in infos)
    for info in infos:
        if info.flag_bits & _PASSWORD:
            raise Encrypted
        try:
            with archive.open(info) as stream:
                name = _name(info.filename)
                yield name if names[name] == 1 else info.filename, _unpack(stream, room)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
            raise Unreadable("truncated") from None


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _is_litter(path: str) -> bool:
    return path.startswith("__MACOSX/") or _name(path).startswith(".") or path.endswith("Thumbs.db")


def _unpack(stream: IO[bytes] | gzip.GzipFile, room: _Room) -> bytes:
    chunks: list[bytes] = []
    try:
        while chunk := stream.read(_CHUNK):
            chunks.append(room.take(chunk))
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile):
        raise Unreadable("truncated") from None
    return b"".join(chunks)
