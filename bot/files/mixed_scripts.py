"""Letters of another alphabet that look like Latin ones: ОСЕНЬ is a word, AВC-12 with a Cyrillic В a trap."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Cyrillic and Greek letters that look like Latin ones, among signs and digits.
_IMITATES = re.compile(r"(?:[АВЕЗКМНОРСТУХЅІЈаеорсухѕіјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο]|[\W\d_])+")
_PARTS = re.compile(r"[^\W_]+")
_SCRIPTS = {"LATIN": 1, "CYRILLIC": 2, "GREEK": 4, "ARMENIAN": 8}


def mixes_scripts(text: str) -> bool:
    """Whether letters of several alphabets stand side by side, or a part that looks Latin stands among Latin ones.

    A prefix in a language of its own, such as ЗИМА-AB12, is nothing strange.
    """
    parts = _PARTS.findall(text)
    scripts = [_scripts(part) for part in parts]
    if any(each.bit_count() > 1 for each in scripts):
        return True
    imitates = [
        _IMITATES.fullmatch(part) for part, each in zip(parts, scripts, strict=True) if each > _SCRIPTS["LATIN"]
    ]
    return any(imitates) and _SCRIPTS["LATIN"] in scripts


def _scripts(text: str) -> int:
    scripts = 0
    for one in text:
        if one.isalpha():
            scripts |= _SCRIPTS.get(unicodedata.name(one, "").split(" ")[0], 0)
    return scripts


def imitations_in(codes: Sequence[str]) -> list[int]:
    """Codes in letters that all look like Latin ones, where most others are in Latin letters."""
    if "".join(codes).isascii():
        return []
    latin = sum(code.isascii() and any(map(str.isalpha, code)) for code in codes)
    if not latin:
        return []
    rows = [row for row, code in enumerate(codes) if code and not code.isascii() and _IMITATES.fullmatch(code)]
    rows = [row for row in rows if not mixes_scripts(codes[row])]
    return rows if 0 < len(rows) < 0.1 * latin else []
