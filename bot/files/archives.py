"""ZIP and GZ: the files inside, within limits. A bomb is refused by what it unpacks to, not by what it claims."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from bot.errors import Encrypted, FileError, NotCodes, Unreadable
from bot.files.formats import claims_codes, tables_of
from bot.files.formats.workbook import is_workbook
from bot.files.table import Source
from bot.promo.checking import Options

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
        archive = _open(content)
        if not is_workbook(archive):
            return _inside(_members(archive, _Room(unpacked_at_most)), options)
        if sum(one.file_size for one in archive.infolist()) > unpacked_at_most:
            raise Unreadable("too_big_inside")
    elif content.startswith(_GZ):
        inner = name.rsplit("/", 1)[-1].removesuffix(".gz")
        return _inside(
            iter([(inner, _unpack(gzip.GzipFile(fileobj=io.BytesIO(content)), _Room(unpacked_at_most)))]), options
        )
    return [Source(name, tables_of(content, name, options))]


def _inside(members: Iterator[tuple[str, bytes]], options: Options) -> list[Source]:
    found: list[Source] = []
    problem: FileError = NotCodes()
    for name, content in members:
        if content.startswith((_ZIP, _GZ)) and not (content.startswith(_ZIP) and is_workbook(_open(content))):
            raise Unreadable("nested_archive")
        try:
            found.append(Source(name, tables_of(content, name, options)))
        except NotCodes:
            continue
        except FileError as error:
            if claims_codes(name):
                problem = error
    if not found:
        raise problem
    return found


def _open(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable("truncated") from None


def _members(archive: zipfile.ZipFile, room: _Room) -> Iterator[tuple[str, bytes]]:
    infos = [one for one in archive.infolist() if not one.is_dir() and not _is_litter(one.filename)]
    if len(infos) > _FILES_AT_MOST:
        raise Unreadable("too_big_inside")
    for info in infos:
        if info.flag_bits & _PASSWORD:
            raise Encrypted
        try:
            with archive.open(info) as stream:
                yield info.filename.rsplit("/", 1)[-1], _unpack(stream, room)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
            raise Unreadable("truncated") from None


def _is_litter(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].startswith(".") or name.endswith("Thumbs.db")


def _unpack(stream: IO[bytes] | gzip.GzipFile, room: _Room) -> bytes:
    chunks: list[bytes] = []
    try:
        while chunk := stream.read(_CHUNK):
            chunks.append(room.take(chunk))
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile):
        raise Unreadable("truncated") from None
    return b"".join(chunks)
