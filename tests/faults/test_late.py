"""Servers that lose answers, store late and count late, in virtual time."""

from __future__ import annotations

import pytest

from tests.faults.late import rounds


@pytest.mark.parametrize("seed", [102, 106, 130])
def test_nothing_goes_twice_without_a_word(seed: int) -> None:
    """What a shop stored late and twice is told on a card, whatever ran meanwhile, and nothing is lost."""
    found = rounds(1, seed)
    assert (found.lost, found.silent) == (0, 0)
    assert found.told > 0
