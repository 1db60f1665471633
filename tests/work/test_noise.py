"""How much people are told: one message for an incident, and none that nobody can act on."""

from __future__ import annotations

from bot.promo.alerts import Ended
from tests.benchmarks.alerts import simulate


def test_ten_simulated_lists_make_few_messages() -> None:
    """Over nine days every incident has one message, most end with a refill, and few messages come a day."""
    tally = simulate(10, 9)
    opened, ended = sum(tally.opened.values()), sum(tally.ended.values())
    assert 0 < len(tally.messages) <= opened
    assert opened - ended <= 10
    assert len(tally.messages) <= 1.5 * 9
    assert tally.again == 0
    assert tally.ended[Ended.REFILLED] >= tally.ended[Ended.SLOWED]
    assert tally.ran_dry <= 1
