"""Keyed 64-bit fingerprints: they recognise a code that was loaded before, and say nothing else about it."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b


def fingerprints(key: bytes, codes: Iterable[str]) -> bytes:
    """The fingerprints of `codes` in their order, 8 bytes each, little-endian."""
    keyed, prints = blake2b(key=key, digest_size=8), bytearray()
    for code in codes:
        one = keyed.copy()
        one.update(code.encode())
        prints += one.digest()
    return bytes(prints)
