"""Codes as people may see them, and as they are stored."""

from __future__ import annotations

import json
import zlib

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


@pytest.mark.parametrize("rows", [[], [5], [5, 6], [5, 6, 7], [0, 1, 2], [1, 1, 3], [2, 3, 5], [9, 8, 7]])
def test_rows_come_back_as_they_were(rows: list[int]) -> None:
    """Rows that follow one another are packed as two numbers, others one by one, as earlier versions packed all."""
    codes = [f"A{row}" for row in rows]
    assert unpack(pack(codes, rows)) == (codes, rows)
    assert unpack(zlib.compress(f"{json.dumps(codes)}\n{json.dumps(rows)}".encode())) == (codes, rows)
