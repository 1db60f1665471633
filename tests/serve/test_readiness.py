"""/readyz: what it tells of PersonaClick, and what that costs the shop."""

from __future__ import annotations

from pathlib import Path

from bot.personaclick.catalog import Catalog
from bot.personaclick.client import PersonaClick
from bot.personaclick.exchange import http_client
from bot.personaclick.rate import RateLimit
from bot.promo.lists import Shop
from bot.serve.readiness import Readiness
from bot.slack.client import open_session, web_client
from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.stand_ins.slack import StandInSlack
from bot.store.database import Database


async def test_polling_costs_nothing_and_sees_who_is_gone(tmp_path: Path) -> None:
    """Once PersonaClick was asked, polling asks it nothing more; when it takes no connection any more, that is told."""
    shop, slack = StandInPersonaClick(), StandInSlack()
    await shop.start()
    await slack.start()
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/promo.db")
    rate = RateLimit(2)
    http = http_client(shop.base_url)
    client = PersonaClick(
        Shop("", shop.shop_id, shop.shop_secret), http=http, base_url=shop.base_url, timeout_s=1, rate=rate
    )
    web = web_client(slack.bot_token, slack.base_url)
    async with open_session(web):
        readiness = Readiness(database, web, Catalog({"": client}))
        found = [await readiness.ask() for _ in range(5)]
        await shop.stop()
        gone = await readiness.ask()
    await slack.stop()
    await http.aclose()
    await database.close()
    assert found == [{"database": "ok", "slack": "ok", "personaclick": "ok"}] * 5
    # The two requests of the first one are the limit: a third would have waited a minute.
    assert gone == {"database": "ok", "slack": "ok", "personaclick": "does not answer"}
