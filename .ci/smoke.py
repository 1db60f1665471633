"""A smoke test with nothing installed for tests: imports every module, uploads a file through the playground."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))


def import_everything() -> int:
    """Imports every module of the bot but those that run when they are imported; answers how many."""
    import bot

    names = [found.name for found in pkgutil.walk_packages(bot.__path__, "bot.")]
    names = [name for name in names if ".migrations." not in name and name != "bot.files.child"]
    for name in names:
        importlib.import_module(name)
    return len(names)


async def upload() -> str:
    """Drops a file, presses Upload, waits for the result; answers the card's words."""
    from bot.playground.run import start

    codes = [f"SPRING-{number:04d}" for number in range(300)]
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        slack = await start(0, folder, stack)
        parent = await slack.as_("U1").drop("C1", {"spring-sale.csv": "\n".join(codes).encode()})
        card = await slack.until(lambda: slack.thread("C1", parent.ts)[0], timeout=60)
        await slack.until(lambda: "300 codes" in card.text, timeout=60)
        await slack.as_("U1").click(card, "upload_confirm")
        await slack.until(lambda: "300 codes sent" in card.text, timeout=120)
        return card.text


if __name__ == "__main__":
    print(f"imported {import_everything()} modules")
    print(asyncio.run(upload()).splitlines()[0])
