"""When a process gives up what does not come back."""

from __future__ import annotations

import asyncio
import gc

import pytest

from bot.errors import Dead
from bot.serve.lifetime import steady, until_dead


async def test_what_is_dead_for_good_ends_the_process() -> None:
    """After so long without an answer the process ends and says of whom; a late answer counts, a hang does not."""
    asked: list[str] = []

    async def well() -> bool:
        asked.append("well")
        return True

    async def dead() -> bool:
        asked.append("dead")
        return len(asked) < 6

    with pytest.raises(Dead) as caught:
        await asyncio.wait_for(until_dead({"one": well, "the socket": dead}, still_s=0.05, every_s=0.01), 5)
    assert caught.value.what.startswith("the socket has not answered for ")
    assert asked.count("well") > 5


async def test_a_neighbour_that_comes_back_is_waited_for() -> None:
    """Trouble that ends in time ends nothing."""
    answers = iter([False, False, True] * 20)

    async def now_and_then() -> bool:
        return next(answers, True)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(until_dead({"it": now_and_then}, still_s=0.2, every_s=0.01), 0.7)


def test_garbage_is_collected_once_the_start_is_over() -> None:
    """The collector is off while the bot starts; then it is on, and what was loaded costs it nothing."""
    before = gc.get_threshold()
    gc.disable()
    try:
        steady()
        assert (gc.isenabled(), gc.get_freeze_count() > 0) == (True, True)
    finally:
        gc.enable()
        gc.unfreeze()
        gc.set_threshold(*before)
