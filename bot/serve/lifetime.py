"""How a serving process begins to be steady, how long it bears a dead neighbour, and how it ends."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from bot.errors import Dead

log = logging.getLogger(__name__)

# A process that is cut off so long may be cut off by itself: an address or a password that is no longer right, a socket
# that hangs. Whoever runs it starts it anew, with the settings of then.
STILL_S = 300.0
ASKED_EVERY_S = 15.0
ASKED_WITHIN_S = 10.0
# Python's own is 700 objects.
GARBAGE_AT = 10_000


async def until_dead(
    answers: Mapping[str, Callable[[], Awaitable[bool]]], still_s: float = STILL_S, every_s: float = ASKED_EVERY_S
) -> None:
    """Asks each of `answers` now and then. Raises Dead when one had no answer for `still_s` seconds."""
    answered = dict.fromkeys(answers, time.monotonic())
    while True:
        await asyncio.sleep(every_s)
        for what, ask in answers.items():
            if await _in_time(ask):
                answered[what] = time.monotonic()
            elif time.monotonic() - answered[what] >= still_s:
                raise Dead(f"{what} has not answered for {round(still_s / 60)} minutes")


async def _in_time(ask: Callable[[], Awaitable[bool]]) -> bool:
    try:
        async with asyncio.timeout(ASKED_WITHIN_S):
            return await ask()
    except TimeoutError:
        return False


async def unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Does `work`, and gives it up when `stop` is set; says whether it was done."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (working, stopping):
            task.cancel()
    await asyncio.wait([working, stopping])
    if working.cancelled():
        return False
    working.result()
    return True


def steady() -> None:
    """Ends the start, during which the garbage collector is off: it never walks through what was loaded until now.

    It looks less often than usual: with thousands of answers under way a whole look holds up Slack for 0.1 s and more.
    """
    gc.freeze()
    gc.set_threshold(GARBAGE_AT)
    gc.enable()


def until_signal() -> asyncio.Event:
    """Set by SIGTERM and SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
