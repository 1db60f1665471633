"""Codes are found in whatever somebody pastes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.promo.tracing import spellings, traced

KNOWN = frozenset({"SPRING-1", "spring-2", "see attached", "WELCOME", "A&B1", "END!", "hello"})


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("SPRING-1", ["SPRING-1"]),
        ("spring-1", ["SPRING-1"]),
        ("SPRING-2", ["spring-2"]),
        ("“SPRING-1”.", ["SPRING-1"]),
        ("• SPRING-1\n• OTHER-7", ["SPRING-1", "OTHER-7"]),
        ("SPRING-1, SPRING-1;OTHER-7 | X9", ["SPRING-1", "OTHER-7", "X9"]),
        ("A customer asks: is SPRING-1 or K7 still valid?", ["SPRING-1", "K7"]),
        ("is welcome ours", ["WELCOME"]),
        ("is nothing ours", ["is", "nothing", "ours"]),
        ("see attached", ["see attached"]),
        ("see attached\nSPRING-1", ["see attached", "SPRING-1"]),
        ("A&amp;B1", ["A&B1"]),
        ("END!", ["END!"]),
        ("OTHER-7!", ["OTHER-7"]),
        ("hello SPRING-1", ["hello", "SPRING-1"]),
        ("", []),
        (" \n,; ", []),
    ],
)
def test_codes_are_told_from_the_words_around_them(text: str, codes: list[str]) -> None:
    """Every known spelling is found, each code once, in order; words of a sentence are not counted."""
    assert [one.code for one in traced(text, KNOWN)] == codes


@given(st.text())
def test_whatever_is_traced_was_looked_up_before(text: str) -> None:
    """No code is called unknown that was not looked up."""
    assert {one.code for one in traced(text, frozenset())} <= set(spellings(text))
