"""Process groups of bots that are killed during checks and uploads: every card tells the truth in the end."""

from __future__ import annotations

from tests.faults.cards import rounds


async def test_cards_of_killed_bots() -> None:
    """In two rounds of fixed seeds a bot's whole process group is killed, and no card is left behind, no code lost."""
    total = await rounds(2, seed=44, at_once=2, module="tests.faults.hurried", within_s=90)
    assert (total.untrue, total.codes.wrong) == ((), 0)
    assert total.kills == 2
