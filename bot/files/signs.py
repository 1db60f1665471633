"""Signs that programs put in the place of others: dashes for hyphens, &amp; for &, letters of another form."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.promo.findings import Kind

# What office programs make of a hyphen: a non-breaking one, en and em dashes, a minus.
_DASHES = re.compile("[\u02d7\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d]")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#x[0-9a-f]{1,5});", re.IGNORECASE)
_ALNUM = re.compile("[A-Za-z0-9]")
# So many other codes of the same build prove how a spoiled one was written.
_PROOF = 3


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A code with signs of another form: how it reads in ordinary ones, what they are, and whether the file proves
    it."""

    ordinary: str
    kind: Kind
    proven: bool


def spoiled(codes: Sequence[str]) -> dict[int, Spoiled]:
    """By row the codes whose signs are of another form; proven where most other codes are built like the mended one.

    "SPRING–001" among "SPRING-002" and "SPRING-003" is proven; a list in which every code has a dash is not.
    """
    joined = "\n".join(codes)
    if joined.isascii() and "&" not in joined:
        return {}
    # A list in another alphabet has few sorts of characters; where none of them is of another form, none is looked at.
    signs = {
        sign for sign in set(joined) if sign == "&" or (sign > "\xff" and (_plain(sign) != sign or _is_dash(sign)))
    }
    if not signs:
        return {}
    has_one = re.compile(f"[{re.escape(''.join(signs))}]").search
    found = {row: mended for row, code in enumerate(codes) if has_one(code) and (mended := _ordinary(code)) is not None}
    if not found:
        return {}
    builds = Counter(_build(code) for row, code in enumerate(codes) if code and row not in found)
    needed = {kind: max(_PROOF, count) for kind, count in Counter(kind for _, kind in found.values()).items()}
    return {
        row: Spoiled(ordinary, kind, builds[_build(ordinary)] >= needed[kind])
        for row, (ordinary, kind) in found.items()
    }


def _ordinary(code: str) -> tuple[str, Kind] | None:
    """The code in ordinary signs, when it has others."""
    if "&" in code and _ENTITY.search(code):
        # A whole page may have been escaped twice.
        return html.unescape(html.unescape(code)).strip(), Kind.ENTITIES
    if code.isascii():
        return None
    plain = "".join(map(_plain, code))
    if plain != code:
        return _DASHES.sub("-", plain), Kind.OTHER_FORM
    hyphens = _DASHES.sub("-", code)
    return (hyphens, Kind.DASHES) if hyphens != code else None


def _plain(sign: str) -> str:
    """An ordinary letter, digit or sign for a full-width one, and for a digit of any script."""
    if sign <= "\xff":
        return sign
    if (digit := unicodedata.decimal(sign, None)) is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", sign)
    return plain if len(plain) == 1 and plain.isascii() and not _is_dash(sign) else sign


def _is_dash(sign: str) -> bool:
    return _DASHES.match(sign) is not None


def _build(code: str) -> str:
    return _ALNUM.sub("x", code)
