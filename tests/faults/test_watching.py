"""Two bots that watch lists on one Postgres, killed in turn."""

from __future__ import annotations

from tests.faults.watching import rounds


async def test_nothing_is_read_or_said_twice() -> None:
    """In twenty minutes of fast time, whoever is killed: no reading twice, no alert twice, each digest once."""
    total = await rounds(1, seed=5, minutes=20, speed=120)
    assert total.wrong == ()
    assert total.kills >= 2
    assert total.readings >= 4
    assert total.alerts >= 1
