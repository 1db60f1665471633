"""Promo codes: masking for people, packing for storage, and the shape of a list's codes."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence

# What stands at the end of a text that was cut off.
CUT_OFF = "…"
# Fewer characters of a code tell nobody anything.
_TELLING = 3


def mask(code: str) -> str:
    """The code as people may see it in a channel: its ends at most, never more than two fifths of it."""
    head, tail = min(4, len(code) // 4), min(2, len(code) // 6)
    return code[:head] + "•" * min(len(code) - head - tail, 8) + code[len(code) - tail :]


def mask_in(text: str, codes: Sequence[str]) -> str:
    """`text` (an API's own words) with every code of `codes` in it masked, in capitals or not.

    So is the beginning of a code at the end of a text that was cut off.
    """
    lowered = text.lower()
    found = [code for code in codes if len(code) >= _TELLING and code.lower() in lowered]
    for code in sorted(found, key=len, reverse=True):
        text = re.sub(re.escape(code), lambda hit: mask(hit[0]), text, flags=re.IGNORECASE)
    rest = text.removesuffix(CUT_OFF)
    begun = max((_begun(rest, code) for code in codes), default=0) if rest != text else 0
    return text if not begun else rest[:-begun] + mask(rest[-begun:]) + CUT_OFF


def _begun(text: str, code: str) -> int:
    """How many characters of the code the text ends with, when that many tell something."""
    lowered, code = text[-len(code) :].lower(), code.lower()
    return next((length for length in range(len(code), _TELLING - 1, -1) if lowered.endswith(code[:length])), 0)


def pack(codes: Sequence[str], rows: Sequence[int]) -> bytes:
    """Codes with their row numbers as compact bytes; `unpack` is the way back."""
    lines = (json.dumps(part, separators=(",", ":")) for part in (list(codes), _short(list(rows))))
    return zlib.compress("\n".join(lines).encode(), 1)


def _short(rows: list[int]) -> list[int]:
    """The rows; those that follow one another as the first and, negative, the last."""
    return [rows[0], -rows[-1]] if len(rows) > 2 and rows == [*range(rows[0], rows[0] + len(rows))] else rows


def unpack(packed: bytes) -> tuple[list[str], list[int]]:
    """The codes and row numbers `pack` was given."""
    codes, rows = map(json.loads, zlib.decompress(packed).split(b"\n"))
    return codes, [*range(rows[0], 1 - rows[1])] if rows[1:] and rows[1] < 0 else rows


def codes_json(packed: bytes) -> bytes:
    """The packed codes as a JSON array, without reading any of them."""
    return zlib.decompress(packed).partition(b"\n")[0]
