"""Promo codes: masking for people, packing for storage, and the shape of a list's codes."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence


def mask(code: str) -> str:
    """The code as people may see it in a channel: its ends at most, never more than two fifths of it."""
    head, tail = min(4, len(code) // 4), min(2, len(code) // 6)
    return code[:head] + "•" * min(len(code) - head - tail, 8) + code[len(code) - tail :]


def mask_in(text: str, codes: Sequence[str]) -> str:
    """`text` (an API's own words) with every code of `codes` in it masked."""
    for code in codes:
        if len(code) >= 3 and code in text:
            text = text.replace(code, mask(code))
    return text


def pack(codes: Sequence[str], rows: Sequence[int]) -> bytes:
    """Codes with their row numbers as compact bytes; `unpack` is the way back."""
    return zlib.compress(json.dumps([list(codes), list(rows)], ensure_ascii=False, separators=(",", ":")).encode(), 1)


def unpack(packed: bytes) -> tuple[list[str], list[int]]:
    """The codes and row numbers `pack` was given."""
    codes, rows = json.loads(zlib.decompress(packed))
    return codes, rows
