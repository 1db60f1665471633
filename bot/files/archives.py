"""ZIP, TAR, GZ, BZ2 and XZ: the files inside, within limits. A bomb is refused by what it unpacks to, not by what it
claims."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Literal, Protocol

from bot.errors import Encrypted, FileError, Foreign, NotCodes, OtherFormat, Unreadable
from bot.files.formats import tables_of
from bot.files.formats.foreign import of_archive
from bot.files.formats.workbook import DAMAGED_ZIP
from bot.files.table import Source, Table
from bot.promo.file_types import calls_for_words, is_list
from bot.promo.findings import Options

_ZIP, _GZ, _BZ2, _XZ = b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0"
_EMPTY_ZIP = b"PK\x05\x06"
_MAX_FILES = 100
_CHUNK = 1 << 20
# XZ may ask for 4 GB to unpack anything.
_MAX_DICTIONARY = 128 * 1024 * 1024
# An encrypted file, in a ZIP's general purpose flags (APPNOTE.TXT 4.4.4).
_PASSWORD = 0x1
_PACKED = re.compile(r"\.(?:gz|bz2|xz)$", re.IGNORECASE)
_PACKED_TAR = re.compile(r"\.(?:tgz|tbz2?|txz)$", re.IGNORECASE)

Members = Iterator[tuple[str, bytes]]


@dataclass(slots=True)
class _Room:
    """How many bytes may still be unpacked."""

    left: int

    def take(self, chunk: bytes) -> bytes:
        self.left -= len(chunk)
        if self.left < 0:
            raise Unreadable("too_big_inside")
        return chunk


class _Decompressor(Protocol):
    """What `bz2` and `lzma` have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def sources(content: bytes, name: str, options: Options, unpacked_at_most: int) -> list[Source]:
    """The file, or the files inside it. Raises FileError; files without codes inside an archive are passed over."""
    room = _Room(unpacked_at_most)
    if content.startswith((_ZIP, _EMPTY_ZIP)):
        archive = _open(content, name)
        kind = _document(archive, name)
        if kind is None:
            return _inside(_members(archive, room), options)
        if kind:
            raise OtherFormat(kind)
        if sum(about.file_size for about in archive.infolist()) > unpacked_at_most:
            raise Unreadable("too_big_inside")
    elif (unpacked := _unpacked(content, room)) is not None:
        inner = _PACKED_TAR.sub(".tar", _PACKED.sub("", _last(name)))
        if _is_tar(unpacked):
            return _inside(_tar_members(unpacked, _Room(unpacked_at_most)), options)
        return _inside(iter([(inner, unpacked)]), options)
    elif _is_tar(content):
        return _inside(_tar_members(content, room), options)
    return [Source(name, tables_of(content, name, options))]


def _document(archive: zipfile.ZipFile, name: str) -> Foreign | Literal[""] | None:
    """Which document of an office program a ZIP is: one that is not read, or empty for a workbook; None for others."""
    names = archive.namelist()
    try:
        kind = archive.read("mimetype")[:100].decode("latin-1") if "mimetype" in names else ""
    except DAMAGED_ZIP:
        raise Unreadable("damaged") from None
    if (foreign := of_archive(names, kind, name)) is not None:
        return foreign
    return "" if "[Content_Types].xml" in names or "content.xml" in names else None


def _inside(members: Members, options: Options) -> list[Source]:
    """The files that can be read, and without tables those that a person would be told about."""
    found: list[Source] = []
    problem: FileError = NotCodes()
    for name, content in members:
        if content.startswith((_GZ, _BZ2, _XZ)) or _is_archive(content, name) or _is_tar(content):
            raise Unreadable("nested_archive")
        try:
            tables = _tables(content, name, options)
        except FileError as error:
            if not (is_list(name) or calls_for_words(error, name)):
                continue
            tables, problem = [], problem if isinstance(error, NotCodes) else error
        found.append(Source(name, tables))
    if not any(source.tables for source in found):
        raise problem
    return found


def _is_archive(content: bytes, name: str) -> bool:
    return content.startswith(_ZIP) and _document(_open(content, name), name) is None


def _tables(content: bytes, name: str, options: Options) -> list[Table]:
    if content.startswith(_ZIP) and (kind := _document(_open(content, name), name)):
        raise OtherFormat(kind)
    return tables_of(content, name, options)


def _open(content: bytes, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable("damaged" if is_list(name) else "truncated") from None


def _members(archive: zipfile.ZipFile, room: _Room) -> Members:
    infos = [about for about in archive.infolist() if not about.is_dir() and not _is_litter(about.filename)]
    if len(infos) > _MAX_FILES:
        raise Unreadable("too_many_files")
    names = Counter(_last(about.filename) for about in infos)
    for info in infos:
        if info.flag_bits & _PASSWORD:
            raise Encrypted
        try:
            with archive.open(info) as stream:
                name = _last(info.filename)
                yield name if names[name] == 1 else info.filename, _read(stream, room)
        except NotImplementedError:
            # Deflate64, PPMd and the like.
            raise OtherFormat("archive") from None
        except (zipfile.BadZipFile, RuntimeError, OSError):
            raise Unreadable("truncated") from None


def _is_tar(content: bytes) -> bool:
    return content[257:262] == b"ustar"


def _tar_members(content: bytes, room: _Room) -> Members:
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            count = 0
            for about in archive:
                if not about.isreg() or _is_litter(about.name):
                    continue
                count += 1
                if count > _MAX_FILES:
                    raise Unreadable("too_many_files")
                stream = archive.extractfile(about)
                if stream is not None:
                    yield _last(about.name), _read(stream, room)
    except (tarfile.TarError, OSError, EOFError, ValueError, OverflowError):
        raise Unreadable("truncated") from None


def _last(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _is_litter(path: str) -> bool:
    return path.startswith("__MACOSX/") or _last(path).startswith(".") or path.endswith("Thumbs.db")


def _unpacked(content: bytes, room: _Room) -> bytes | None:
    """What a GZ, BZ2 or XZ holds; None for anything else."""
    if content.startswith(_GZ):
        return _read(gzip.GzipFile(fileobj=io.BytesIO(content)), room)
    if content.startswith(_BZ2) and content[4:10] in (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"):
        return _decompressed(content, bz2.BZ2Decompressor, room)
    if content.startswith(_XZ):
        return _decompressed(content, lambda: lzma.LZMADecompressor(memlimit=_MAX_DICTIONARY), room)
    return None


def _decompressed(content: bytes, decompressor: Callable[[], _Decompressor], room: _Room) -> bytes:
    """All streams of a file, one after another."""
    chunks: list[bytes] = []
    rest = content
    try:
        while rest.strip(b"\0"):
            stream = decompressor()
            while not stream.eof:
                chunk = stream.decompress(rest, _CHUNK)
                if not chunk and not rest and not stream.eof:
                    raise Unreadable("truncated")
                chunks.append(room.take(chunk))
                rest = b""
            rest = stream.unused_data
    except (OSError, EOFError, ValueError, lzma.LZMAError):
        raise Unreadable("truncated") from None
    return b"".join(chunks)


def _read(stream: IO[bytes] | gzip.GzipFile, room: _Room) -> bytes:
    chunks: list[bytes] = []
    try:
        while chunk := stream.read(_CHUNK):
            chunks.append(room.take(chunk))
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile):
        raise Unreadable("truncated") from None
    return b"".join(chunks)
