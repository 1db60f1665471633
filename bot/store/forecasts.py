"""Forecasts that were shown, and how they came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select, update

from bot.promo.forecast import RunOut
from bot.promo.lists import PromoList
from bot.promo.outlook import Outlook
from bot.promo.scores import Score, Shown
from bot.store.database import Database
from bot.store.watching import forecasts

# One an hour: who looks twice sees the same forecast.
_HOUR_S = 3600.0
KEEP_S = 366 * 86_400.0
# So many of the last scores say how much to widen.
SCORES = 200
Key = tuple[str, str, int]


class Forecasts:
    """The report card's paper."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def shown(self, lists: Sequence[PromoList], outlooks: Mapping[tuple[str, str], Outlook]) -> None:
        """These lists' forecasts were shown to somebody; kept once an hour for each list."""
        now = self._database.now()
        rows = [
            {
                "shop": one.shop,
                "list_id": one.id,
                "hour": int(now // _HOUR_S),
                "at": now,
                "available": one.available,
                "early": told.early or 0.0,
                "likely": told.likely or 0.0,
                "late": told.late or 0.0,
                "widening": found.widening,
            }
            for one in lists
            if (found := outlooks.get((one.shop, one.id))) is not None and (told := _telling(found, one)) is not None
        ]
        if rows:
            async with self._database.begin() as connection:
                await connection.execute(self._database.insert(forecasts).on_conflict_do_nothing(), rows)

    async def open(self) -> list[tuple[Key, Shown]]:
        """The forecasts whose truth is not known yet, oldest first."""
        query = select(forecasts).where(forecasts.c.ended == "").order_by(forecasts.c.at)
        async with self._database.read() as connection:
            return [((row.shop, row.list_id, row.hour), _shown(row)) for row in await connection.execute(query)]

    async def scored(self, key: Key, score: Score | None) -> None:
        """The truth about a forecast is known, or never will be (None); told once, of those shown first first.

        Of all forecasts of one run-out the first is the one that counts: the others were shown before that was scored.
        """
        shop, list_id, hour = key
        of_list = (forecasts.c.shop == shop) & (forecasts.c.list_id == list_id)
        here = of_list & (forecasts.c.hour == hour)
        async with self._database.begin() as connection:
            values: dict[str, Any] = {"ended": "void"}
            if score is not None:
                shown_at = select(forecasts.c.at).where(here).scalar_subquery()
                earlier = of_list & (forecasts.c.ended == "scored") & (forecasts.c.scored_at > shown_at)
                counted = await connection.scalar(select(forecasts.c.at).where(earlier).limit(1)) is None
                values = {"inside": score.inside, "too_soon": score.too_soon, "off": score.off}
                values |= {"ended": "scored" if counted else "also"}
            await connection.execute(
                update(forecasts).where(here, forecasts.c.ended == "").values(scored_at=self._database.now(), **values)
            )

    async def scores(self) -> list[Score]:
        """The scores of the last run-outs of all lists, oldest first."""
        query = (
            select(forecasts)
            .where(forecasts.c.ended == "scored")
            .order_by(forecasts.c.scored_at.desc(), forecasts.c.at.desc())
            .limit(SCORES)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [Score(row.inside, row.too_soon, row.off) for row in reversed(rows)]

    async def forget_old(self) -> None:
        """Drops what is older than a year."""
        async with self._database.begin() as connection:
            await connection.execute(delete(forecasts).where(forecasts.c.at < self._database.now() - KEEP_S))


def _telling(outlook: Outlook, promo_list: PromoList) -> RunOut | None:
    """A forecast that can turn out right or wrong."""
    told = outlook.range
    return told if told is not None and told.likely is not None and promo_list.available > 0 else None


def _shown(row: Any) -> Shown:
    return Shown(row.at, row.early or None, row.likely or None, row.late or None, row.widening)
