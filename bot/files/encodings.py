"""Bytes to text: which encoding a file is in, decided by its bytes."""

from __future__ import annotations

import codecs
import re

from bot.errors import Unreadable
from bot.files.alphabets import ENCODINGS, likely_encoding

# What a person may choose when the bytes do not tell.
CHOICES = ("utf-8", "utf-16", *ENCODINGS)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1 << 16
# A byte order mark that a program took for text and saved again: in Windows, in MS-DOS, on a Mac.
_BOMS_AS_TEXT = ("ï»¿", "п»ї", "∩╗┐", "´╗┐", "Ôªø", "\ufeff")
_WIDE = re.compile("[^\0-\x7f]+")


def decode(content: bytes, chosen: str | None, said: str = "") -> tuple[str, str, bool]:
    """The text, its encoding, and whether that is sure; `said` is what the file itself says of its encoding.

    Raises Unreadable for bytes that are no text.
    """
    text, encoding, sure = _decoded(content, chosen, said)
    for mark in _BOMS_AS_TEXT:
        text = text.removeprefix(mark)
    # The end of a text in MS-DOS.
    text = text.removesuffix("\x1a")
    if chosen is None and encoding == "utf-8" and (repaired := _taken_twice(text)) is not None:
        return repaired.removeprefix("\ufeff"), encoding, False
    return text, encoding, sure


def _decoded(content: bytes, chosen: str | None, said: str) -> tuple[str, str, bool]:
    if chosen is not None:
        return content.decode(chosen if chosen in CHOICES else "utf-8", "replace"), chosen, True
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content.decode(name, "replace"), name.removesuffix("-sig"), True
    if content.endswith(b"\0") and b"\0" not in (unpadded := content.rstrip(b"\0")):
        content = unpadded
    if b"\0" in content[:_SAMPLE]:
        return _without_mark(content)
    try:
        return content.decode("utf-8"), "utf-8", True
    except UnicodeDecodeError:
        return _of_one_byte(content, said)


def _without_mark(content: bytes) -> tuple[str, str, bool]:
    """UTF-16 without a byte order mark: the zero bytes of ASCII letters all stand on one side."""
    sample = content[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    for ours, other, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if ours > 0.4 * len(sample) / 2 and other * 20 <= ours:
            return content.decode(name, "replace"), "utf-16", True
    raise Unreadable("binary")


def _of_one_byte(content: bytes, said: str) -> tuple[str, str, bool]:
    """Windows, MS-DOS, Mac and their like."""
    at = next(position for position, byte in enumerate(content) if byte > 127)
    around = content[max(0, at - _SAMPLE // 2) : at + _SAMPLE // 2]
    controls = sum(byte < 32 and byte not in (9, 10, 13) for byte in around)
    if controls * 20 > len(around):
        raise Unreadable("binary")
    if _is_said(content, said):
        return content.decode(said), said, True
    # Whole lines with bytes above 127, as others tell nothing.
    lines = [line for line in around.split(b"\n") if not line.isascii()]
    if len(lines) > 2 and len(around) < len(content):
        lines = lines[1:-1]
    encoding = likely_encoding(b"\n".join(lines[:500]))
    return content.decode(encoding, "replace"), encoding, False


def _is_said(content: bytes, said: str) -> bool:
    """Whether the file's own word for its encoding holds."""
    try:
        content.decode(said or "ascii")
    except (UnicodeDecodeError, LookupError, ValueError):
        return False
    return True


def _taken_twice(text: str) -> str | None:
    """The text before a program took its UTF-8 for Windows-1252 and saved it again; None where that did not happen.

    Bytes that are valid UTF-8 by chance are practically unheard of in a text with several letters beyond ASCII.
    """
    runs = [] if text.isascii() else _WIDE.findall(text[:_SAMPLE])
    if not runs or any(sign > "\u2122" for run in runs for sign in run):
        return None
    try:
        raw = b"".join(_byte(sign) for sign in text)
        repaired = raw.decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return None
    wide = len("".join(_WIDE.findall(repaired[:_SAMPLE])))
    return repaired if wide >= 2 else None


def _byte(sign: str) -> bytes:
    if sign < "\x80" or "\xa0" <= sign <= "\xff" or "\x81" <= sign <= "\x9f":
        return sign.encode("latin-1")
    return sign.encode("cp1252")
