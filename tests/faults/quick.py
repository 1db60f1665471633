"""`python -m tests.faults.quick http`: the bot on a clock that runs `SPEED` times as fast, also in other processes."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from functools import partial

from bot import app
from bot.__main__ import main
from bot.work.rounds import Clock


def quick(speed: float, since: float) -> Clock:
    """A clock that shows real time at `since` (epoch seconds) and runs so fast from then on."""

    def told(real: float) -> float:
        return since + (real - since) * speed

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / speed)

    return Clock(lambda: told(time.time()), sleep, told)


if __name__ == "__main__":
    app.build = partial(app.build, clock=quick(float(os.environ["SPEED"]), float(os.environ["SINCE"])))
    sys.exit(main())
