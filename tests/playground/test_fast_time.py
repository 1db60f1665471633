"""The whole playground with time running fast."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp

from bot.playground.run import start
from bot.stand_ins.slack import StandInSlack


async def course_of(slack: StandInSlack) -> list[int]:
    """The counts that the chart of one list shows now."""
    before = len(slack.ephemerals("U1"))
    await slack.as_("U1").command("C1", "/promo list newsletter")
    message = await slack.until(lambda: slack.ephemerals("U1")[before], timeout=30)
    charts = [block["chart"] for block in message.blocks if block["type"] == "data_visualization"]
    return [point["value"] for chart in charts for point in chart["series"][0]["data"]]


async def test_the_bot_reads_by_the_playgrounds_time(tmp_path: Path) -> None:
    """Within seconds a list has a course of hours in which shoppers took codes."""
    async with asyncio.timeout(120), AsyncExitStack() as stack:
        slack = await start(0, tmp_path, stack)
        page = await stack.enter_async_context(aiohttp.ClientSession(slack.root))
        for path, order in (("clock", {"speed": 1440}), ("personaclick/shoppers", {"per_minute": 12_000})):
            async with page.post(f"/api/{path}", json=order) as answer:
                assert (await answer.json())["ok"]
        course = await course_of(slack)
        while len(course) < 3:
            course = await course_of(slack)
        assert course == sorted(course, reverse=True)
        assert course[0] > course[-1]
