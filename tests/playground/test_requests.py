"""Whose requests the page shows."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp

from bot.playground.run import start


async def test_a_shoppers_request_is_shown_as_a_shoppers(tmp_path: Path) -> None:
    """Codes are handed out to shop pages; the bot's own requests are its own, and no code typed is shown."""
    async with AsyncExitStack() as stack:
        slack = await start(0, tmp_path, stack)
        page = await stack.enter_async_context(aiohttp.ClientSession(slack.root))
        async with page.get("/shop/loader.js") as answer:
            found = re.search(r'API = "([^"]+)", SHOP_ID = "([^"]+)"', await answer.text())
        assert found is not None
        asked = {"shop_id": found[2], "id": "100500", "did": "device"}
        async with page.get(f"{found[1]}/promo_codes/fetch", params=asked) as answer:
            code = (await answer.json())["code"]
        await slack.as_("U1").command("C1", f"/promo trace {code}")
        await slack.until(lambda: slack.ephemerals("U1"), timeout=20)
        await slack.as_("U1").command("C1", "/promo lists")
        await slack.until(lambda: len(slack.ephemerals("U1")) > 1, timeout=20)
        entries = list(slack.log.entries)
        senders = {one.what: one.sender for one in entries if one.to == "personaclick"}
        assert senders == {"GET /promo_codes/fetch": "shopper", "GET /promo_codes": "bot"}
        assert not any(code in one.detail for one in entries)
