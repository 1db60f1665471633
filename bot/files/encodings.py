"""Bytes to text: which encoding a file is in, decided by its bytes."""

from __future__ import annotations

import codecs
import re

from bot.errors import Unreadable

# What a person may choose when the bytes do not tell.
CHOICES = ("utf-8", "utf-16", "cp1251", "cp1252", "cp1254")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 1 << 16


def decode(content: bytes, chosen: str | None, said: str = "") -> tuple[str, str, bool]:
    """The text, its encoding, and whether that is sure; `said` is what the file itself says of its encoding.

    Raises Unreadable for bytes that are no text.
    """
    if chosen is not None:
        return content.decode(chosen if chosen in CHOICES else "utf-8", "replace").lstrip("\ufeff"), chosen, True
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content.decode(name, "replace"), name.removesuffix("-sig"), True
    if b"\0" in content[:_LOOKED_AT]:
        return _without_mark(content)
    try:
        return content.decode("utf-8"), "utf-8", True
    except UnicodeDecodeError:
        return _of_windows(content)


def _without_mark(content: bytes) -> tuple[str, str, bool]:
    """UTF-16 without a byte order mark: the zero bytes of ASCII letters all stand on one side."""
    sample = content[:_LOOKED_AT]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    for ours, other, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if ours > 0.4 * len(sample) / 2 and other * 20 <= ours:
            return content.decode(name, "replace"), "utf-16", True
    raise Unreadable("binary")


def _alphabet(around: bytes) -> str:
    """Cyrillic words are of bytes above 0xBF alone; Turkish ones hold a few among ASCII letters. Empty for others."""
    words = re.findall(rb"[\xa8\xb8\xc0-\xff]+", around)
    mixed = len(re.findall(rb"[A-Za-z][\xc0-\xff]|[\xc0-\xff][A-Za-z]", around))
    if words and max(map(len, words)) >= 3 and mixed * 5 <= sum(map(len, words)):
        return "cp1251"
    return "cp1254" if mixed and re.search(rb"[\xd0\xdd\xde\xf0\xfd\xfe]", around) else ""


def _of_windows(content: bytes) -> tuple[str, str, bool]:
    from charset_normalizer import from_bytes

    at = next(position for position, byte in enumerate(content) if byte > 127)
    around = content[max(0, at - _LOOKED_AT // 2) : at + _LOOKED_AT // 2]
    controls = sum(byte < 32 and byte not in (9, 10, 13) for byte in around)
    if controls * 20 > len(around):
        raise Unreadable("binary")
    name = _alphabet(around)
    if not name:
        found = from_bytes(around, cp_isolation=["cp1251", "cp1252", "cp1254"]).best()
        name = found.encoding if found else "cp1252"
    return content.decode(name, "replace"), name, False
