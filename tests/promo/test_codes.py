"""Codes as people may see them, and as they are stored."""

from __future__ import annotations

import pytest

from bot.promo.codes import mask_in, pack, unpack

CODES = ("SPRING-0042", "SPRING-0042-X", "ab", "Summer7")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Some codes are invalid", "Some codes are invalid"),
        ("SPRING-0042 is invalid", "SP••••••••2 is invalid"),
        ("SPRING-0042-X, SPRING-0042", "SPR••••••••-X, SP••••••••2"),
        ("spring-0042 is not unique", "sp••••••••2 is not unique"),
        ("SUMMER7 and ab", "S•••••7 and ab"),
        ("Not unique: Summer7, SPRING-00…", "Not unique: S•••••7, SP••••••0…"),
        ("Not unique: SPRING-00", "Not unique: SPRING-00"),
        ("Something else…", "Something else…"),
    ],
)
def test_mask_in(said: str, shown: str) -> None:
    """No code is readable in an API's words: not in other letters, not inside a longer one, not cut off at the end."""
    assert mask_in(said, CODES) == shown


def test_what_is_packed_is_unpacked() -> None:
    """Codes and rows come back as they were, whatever is in a code."""
    codes = ["A1", "with space", 'quo"te', "back\\slash", "line\nbreak", "Ж♥", "\U0001f600"]
    assert unpack(pack(codes, range(7))) == (codes, list(range(7)))
