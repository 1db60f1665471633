"""Whether codes look more like another list's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.promo.findings import Shape
from bot.promo.shapes import better_list, merge, shape_of

SPRING = [f"SPRING-{n:04d}" for n in range(200)]
WELCOME = [f"WEL{n:09d}X" for n in range(200)]
# Codes that begin in every way.
RANDOM = [f"{n * 7919 * 104_729 % 36**6:06X}QZ" for n in range(100, 300)]
NUMBERS = [f"{n * 7919 * 104_729 * 1_299_709 % 10**12:012d}" for n in range(100, 300)]
PLAIN = [f"{n * 7919 % 99991:05d}ab" for n in range(200)]
TEN = [f"WELCOME10-{n * 7919 % 36**4:06X}" for n in range(200)]
TWENTY = [f"WELCOME20-{n * 7919 % 36**4:06X}" for n in range(200)]


def test_a_shape() -> None:
    """First characters, lengths and alphabets are counted."""
    assert shape_of(["AB-12", "AB-13", "x9"]) == Shape(
        prefixes=(("AB-", 2), ("x9", 1)), lengths=((5, 2), (2, 1)), alphabets=(("-9A", 2), ("9a", 1)), codes=3
    )


@pytest.mark.parametrize(
    ("codes", "chosen", "known", "better"),
    [
        (SPRING, "s", {"s": SPRING, "w": WELCOME}, None),
        (WELCOME, "s", {"s": SPRING, "w": WELCOME}, "w"),
        (WELCOME, "new", {"s": SPRING, "w": WELCOME}, "w"),
        (PLAIN, "new", {"s": SPRING, "p": PLAIN}, None),
        (SPRING, "s", {"s": SPRING}, None),
        (SPRING, "s", {}, None),
        (PLAIN, "s", {"s": SPRING, "w": WELCOME}, None),
        (RANDOM[:100], "n", {"n": NUMBERS, "r": RANDOM[100:]}, "r"),
        (NUMBERS[:100], "n", {"n": NUMBERS[100:], "r": RANDOM}, None),
        (TEN[:100], "twenty", {"ten": TEN[100:], "twenty": TWENTY}, "ten"),
        (TEN[:100], "ten", {"ten": TEN[100:], "twenty": TWENTY}, None),
        (TEN[:1], "ten", {"ten": TEN[100:], "twenty": TWENTY}, None),
        (TEN, "new", {"twenty": TWENTY}, None),
        (TEN[:100] + SPRING, "ten", {"ten": TEN, "twenty": TWENTY}, None),
    ],
)
def test_better_list(codes: list[str], chosen: str, known: dict[str, list[str]], better: str | None) -> None:
    """Another list is named only when these codes look clearly more like its codes."""
    shapes = {list_id: shape_of(loaded) for list_id, loaded in known.items()}
    assert better_list(shape_of(codes), chosen, shapes) == better


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=50))
def test_codes_fit_their_own_list(codes: list[str]) -> None:
    """Whatever a list holds, more of the same is never doubted, and merging keeps every code counted."""
    shape = shape_of(codes)
    assert better_list(shape, "a", {"a": shape, "b": shape}) is None
    assert merge([shape, shape]).codes == 2 * shape.codes


def test_a_shape_keeps_no_code() -> None:
    """Codes that all begin alike are counted by that beginning, and never by so much that a code could be told."""
    assert shape_of(TEN).prefixes == (("WELCOME10-", 200),)
    assert shape_of(["SPRING-0001"] * 9).prefixes == (("SPRING-", 9),)
    assert shape_of(["AB12"] * 9).prefixes == (("AB1", 9),)
    assert shape_of(["SPRING-0001"]).prefixes == (("SPR", 1),)
