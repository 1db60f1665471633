"""Codes that can be guessed are named with the odds; vendor-made random codes never are."""

from __future__ import annotations

import random
import string

import pytest

from bot.promo.guessing import Guessable, guessable

ALNUM = string.ascii_uppercase + string.digits


def made(count: int, alphabet: str, length: int, start: str = "", end: str = "") -> list[str]:
    """Random codes, each once."""
    chance = random.Random(f"{count} {alphabet} {length} {start}")
    found: dict[str, None] = {}
    while len(found) < count:
        found[start + "".join(chance.choices(alphabet, k=length)) + end] = None
    return list(found)


@pytest.mark.parametrize(
    ("codes", "length", "alphabet", "whole", "one_in"),
    [
        (made(10_000, string.digits, 6), 6, 10, True, 100),
        (made(500, string.digits, 4, "SUMMER-"), 4, 10, False, 20),
        (made(500, string.digits, 4, "SUMMER-", "-X"), 4, 10, False, 20),
        (made(2_000, string.ascii_uppercase, 4), 4, 26, True, 228),
        (made(2_000, ALNUM, 4), 4, 36, True, 839),
        (made(30_000, string.digits, 5), 5, 10, True, 3),
        ([f"{code[:2]}-{code[2:]}" for code in made(1_000, string.digits, 4)], 4, 10, True, 10),
    ],
)
def test_short_codes_are_told_with_the_odds(
    codes: list[str], length: int, alphabet: int, whole: bool, one_in: int
) -> None:
    """Of how many guesses one hits is the number of possible codes over the number of live ones."""
    found = guessable(codes)
    assert found == Guessable(len(codes), length, alphabet, whole)
    assert found.one_in == one_in


@pytest.mark.parametrize(
    ("codes", "step"),
    [
        ([f"SPRING-{n:04d}" for n in range(1, 200)], 1),
        ([f"CODE{n}" for n in range(95, 130)], 1),
        ([str(40_000_000 + n * 104_729) for n in range(20)], 104_729),
        ([f"{n:012d}" for n in range(400_000_000_000, 400_000_000_050)], 1),
        ([f"AB{n:08X}" for n in range(1_000, 1_400)], 1),
        (random.Random(1).sample([f"GIFT{n:06d}" for n in range(500)], 500), 1),
        (random.Random(1).sample([f"GIFT{n:08d}" for n in range(500)], 300), 1),
    ],
)
def test_codes_that_count_up_are_told(codes: list[str], step: int) -> None:
    """Whoever has one of them knows the next, however long they are, in whatever order, with or without gaps."""
    found = guessable(codes)
    assert found is not None
    assert found.step == step


@pytest.mark.parametrize("count", [5, 100, 20_000])
@pytest.mark.parametrize(
    ("alphabet", "length", "start"),
    [
        (ALNUM, 8, ""),
        ("ABCDEFGHJKMNPQRSTUVWXYZ23456789", 8, "SPRING-"),
        (string.ascii_letters + string.digits, 8, ""),
        (string.hexdigits[:16], 8, ""),
        (string.digits, 9, ""),
        (string.ascii_uppercase, 8, ""),
        (ALNUM, 10, "X"),
        (ALNUM, 16, ""),
    ],
)
def test_random_codes_of_eight_characters_are_never_told(alphabet: str, length: int, start: str, count: int) -> None:
    """No false alarm on what vendors make, in lists of any length."""
    assert guessable(made(count, alphabet, length, start)) is None


@pytest.mark.parametrize(
    "codes", [[], ["WELCOME"], ["A1", "A2", "A3"], ["SAME"] * 20, ["WELCOME", "SUMMER", "BLACK", "X", "YES"]]
)
def test_few_or_strange_codes_are_not_judged(codes: list[str]) -> None:
    """A handful of words is no pattern."""
    assert guessable(codes) is None


def test_a_million_codes_are_judged_by_a_sample() -> None:
    """The odds count all codes, whatever was looked at."""
    codes = [f"{n * 7919 % 10_000_000:07d}" for n in range(1_000_000)]
    assert guessable(codes) == Guessable(1_000_000, 7, 10, whole=True)
