"""What a file is that is not read, by its first bytes or the names inside it."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.errors import Foreign

_MAGIC: tuple[tuple[bytes, Foreign], ...] = (
    (b"%PDF", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x28\xb5\x2f\xfd", "archive"),  # Zstandard
    (b"\x04\x22\x4d\x18", "archive"),  # LZ4
    (b"\x1f\x9d", "archive"),  # compress
    (b"MSCF\0", "archive"),  # Cabinet
    (b"!<arch>\n", "archive"),
    (b"SQLite format 3\0", "database"),
    (b"\0\1\0\0Standard ", "database"),  # Access
    (b"PAR1", "database"),  # Parquet
    (b"Obj\1", "database"),  # Avro
    (b"\x89HDF\r\n", "database"),
    (b"$FL2@(#)", "database"),  # SPSS
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"8BPS\0", "picture"),
    (b"\0\0\1\0", "picture"),
    (b"RIFF", "media"),
    (b"OggS", "media"),
    (b"ID3", "media"),
    (b"fLaC\0", "media"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"\0asm", "program"),
)
# Those with which a list may begin, too: codes like MZ7Q2, BM-1001 or PAR1-7.
_LETTERS = (b"RIFF", b"GIF8", b"BM", b"MZ", b"OggS", b"ID3", b"PAR1")
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1f]")
_PGP = re.compile(rb"-----BEGIN PGP (?:MESSAGE|SIGNED)|-----BEGIN AGE ENCRYPTED")
_SHORTCUT = re.compile(rb"\s*(?:\[InternetShortcut\]|\{[^{}]{0,500}\"(?:doc_id|url)\" ?: ?\"[^{}]*docs\.google)")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS: tuple[tuple[str, Foreign], ...] = (
    ("WordDocument", "word"),
    ("PowerPoint Document", "slides"),
    ("__properties_version1.0", "mail"),
)


def foreign(content: bytes, name: str) -> Foreign | None:
    """The kind of a file that is not read; None for one that may be."""
    start, ending = content[:4096], name.casefold().rpartition(".")[2]
    for magic, kind in _MAGIC:
        if start.startswith(magic) and (magic not in _LETTERS or _CONTROL.search(start)):
            return kind
    if start[4:8] == b"ftyp":
        return "picture" if start[8:11] in (b"hei", b"mif", b"avi") else "media"
    if _PGP.search(start) or (ending in ("pgp", "gpg", "age") and _CONTROL.search(start)):
        return "pgp"
    if ending in ("dbf", "sav", "dta", "mdb", "accdb") and _CONTROL.search(start):
        return "database"
    if _SHORTCUT.match(start):
        return "shortcut"
    if content.startswith(_OLE):
        return next((kind for stream, kind in _STREAMS if stream.encode("utf-16-le") in content), None)
    return None


def of_archive(names: Collection[str], kind: str, name: str) -> Foreign | None:
    """The kind of document that a ZIP of these files is; `kind` is its own word for it. None for other archives."""
    ending = name.casefold().rpartition(".")[2]
    if any(inside.startswith("word/") for inside in names):
        return "word"
    if any(inside.startswith("ppt/") for inside in names):
        return "slides"
    if any(inside.endswith((".iwa", "index.apxl")) for inside in names) or "Index.zip" in names:
        return "pages" if ending == "pages" else "keynote" if ending in ("key", "keynote") else "numbers"
    if "opendocument" in kind and "spreadsheet" not in kind:
        return "slides" if "presentation" in kind else "word"
    if "epub" in kind:
        return "word"
    if "META-INF/MANIFEST.MF" in names or "AndroidManifest.xml" in names:
        return "program"
    return "unknown" if "[Content_Types].xml" in names and not any(one.startswith("xl/") for one in names) else None
