"""How work that goes on as tasks ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

# What is cut off may still write down where it stood.
_CUT_OFF_S = 3.0


async def end(tasks: Iterable[asyncio.Task[Any]], within_s: float) -> None:
    """Waits for the tasks, and cuts off those that take longer than `within_s`."""
    waited_for = list(tasks)
    if not waited_for:
        return
    _, late = await asyncio.wait(waited_for, timeout=within_s)
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=_CUT_OFF_S)
