"""What is watched of a shop stays its own when the shop gets another name in the settings."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import facts
from bot.store.watching import alerts, bookings, forecasts, listed, outages, outlooks, readings, watches

_TABLES = (listed, readings, outlooks, watches, alerts, bookings, outages, forecasts)
_KNOWN = "shops"
# Under such a name is kept what another shop with the same name must not inherit.
_ASIDE = "formerly shop "


async def follow_names(connection: AsyncConnection, shop_ids: Mapping[str, str]) -> None:
    """Renames whatever is kept of shops that have another name in the settings now; `shop_ids` are ids by names."""
    lite = connection.dialect.name == "sqlite"
    here = facts.c.name == _KNOWN
    made = (sqlite.insert if lite else postgresql.insert)(facts).values(name=_KNOWN, value="{}")
    await connection.execute(made.on_conflict_do_nothing())
    known: dict[str, str] = json.loads(
        (await connection.execute(select(facts.c.value).where(here).with_for_update())).scalar_one()
    )
    names = {shop_id: name for name, shop_id in shop_ids.items()}
    for shop_id, name in known.items():
        names.setdefault(shop_id, _ASIDE + shop_id if name in shop_ids else name)
    moves = [(name, names[shop_id]) for shop_id, name in known.items() if names[shop_id] != name]
    # Names may be exchanged: each is free before it is taken again.
    passing = [(f"{_ASIDE}number {number}", new) for number, (_, new) in enumerate(moves)]
    for old, new in [*((old, between) for (old, _), (between, _) in zip(moves, passing, strict=True)), *passing]:
        for table in _TABLES:
            # What a process with the settings of before wrote there meanwhile is of no shop that is known.
            await connection.execute(delete(table).where(table.c.shop == new))
            await connection.execute(update(table).where(table.c.shop == old).values(shop=new))
    await connection.execute(update(facts).where(here).values(value=json.dumps(names)))
