"""The whole playground with time running fast."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp

from bot.playground.run import start


async def test_the_bot_reads_and_reckons_by_the_playgrounds_time(tmp_path: Path) -> None:
    """Within seconds a list has a pace, from readings of the hours that passed meanwhile."""
    async with AsyncExitStack() as stack:
        slack = await start(0, tmp_path, stack)
        page = await stack.enter_async_context(aiohttp.ClientSession(slack.root))
        for path, order in (("clock", {"speed": 1440}), ("personaclick/shoppers", {"per_minute": 12_000})):
            async with page.post(f"/api/{path}", json=order) as answer:
                assert (await answer.json())["ok"]
        told = ""
        async with asyncio.timeout(60):
            while "Pace: " not in told:
                await slack.as_("U1").command("C1", "/promo list newsletter")
                told = await slack.until(lambda: slack.visible_text(slack.ephemerals("U1")[-1]), timeout=20)
                print(told[-300:])
                await asyncio.sleep(3)
