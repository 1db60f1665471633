"""The readings: taken by one process at a time, then forecast and judged in the same turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.errors import PersonaClickError
from bot.personaclick.catalog import Catalog
from bot.promo.lists import PromoList
from bot.promo.outlook import Outlook, outlook
from bot.promo.pace import HOUR_S, Unusual, last_hour, unusual
from bot.promo.pace import UNUSUAL_CODES as UNUSUAL_FROM
from bot.promo.scores import Score, widening
from bot.promo.truth import Pending, truth
from bot.store.bookings import of_list
from bot.store.database import AWAY
from bot.store.loaded import Loads
from bot.store.readings import HISTORY_AT_MOST, HISTORY_S, Listed
from bot.store.store import Store

log = logging.getLogger(__name__)

TURN = "readings"
# A reading waits for the slowest shop; then another process may try.
LEASE_S = 180.0
# What was told of a list before codes were loaded, or taken back, does not stand for longer.
SOON_S = 60.0
# So many forecasts are made anew after a reading, those that are urgent or oldest first: a second or three of work.
FORECASTS_AT_ONCE = 1_000
URGENT_S = 3 * 86_400.0

KEPT_EVERY_S = HOUR_S
# Enough to tell what the last hour took.
_RECENT_S = 2 * HOUR_S
_RECENT_AT_MOST = 30
CLOSE_AT_MOST = 2_500
# Between two looks for somebody who waits for an answer.
LISTS_AT_A_STRETCH = 50

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Now:
    """What a reading told: each list, outlooks, and what drains unusually fast."""

    at: float
    lists: list[Listed]
    outlooks: dict[Key, Outlook]
    unusual: dict[Key, Unusual]
    failures: dict[str, PersonaClickError]


class Readings:
    """Takes readings every `every_s` seconds, beside any number of other processes.

    `judge` is told what each brought.
    """

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        judge: Callable[[Now], Awaitable[None]],
        *,
        every_s: float,
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._judge = judge
        self._every_s = every_s
        self._now = store.clock

    async def take_due(self) -> bool:
        """Takes a reading if it is this process's turn; sooner where an upload has ended since the last one."""
        every_s = self._every_s
        if every_s > SOON_S and await self._store.history.ended_since(await self._store.turns.last(TURN)):
            every_s = SOON_S
        if not await self._store.turns.take(TURN, every_s, LEASE_S):
            return False
        try:
            await self._read()
        finally:
            with suppress(*AWAY):
                await asyncio.shield(self._store.turns.done(TURN))
        return True

    async def _read(self) -> None:
        at = self._now()
        try:
            reading = await self._catalog.read(0.0)
        except PersonaClickError as error:
            await self._judge(Now(at, [], {}, {}, dict.fromkeys(self._catalog.shops, error)))
            return
        for shop in self._catalog.shops:
            if shop not in reading.failures:
                await self._store.readings.add(shop, at, [one for one in reading.lists if one.shop == shop])
        loaded = await self._store.loaded.since(at - HISTORY_S)
        lists, busy = await self._recent({key(one) for one in reading.lists}, at, loaded)
        outlooks, unusuals = await self._look_ahead(at, lists, busy, loaded)
        await self._judge(Now(at, lists, outlooks, unusuals, dict(reading.failures)))
        if await self._store.turns.take("kept", KEPT_EVERY_S, LEASE_S):
            await self.score()
            await self._store.readings.thin()
            await self._store.forecasts.forget_old()
            await self._store.turns.done("kept")

    async def _recent(self, read: set[Key], at: float, loaded: Loads) -> tuple[list[Listed], set[Key]]:
        """The lists just read, with their last two readings, and those whose last hour is worth a closer look."""
        lists: list[Listed] = []
        busy: set[Key] = set()
        async for one in self._store.readings.histories(at - _RECENT_S, read, _RECENT_AT_MOST):
            counts = [each.available for each in one.readings]
            if max(counts) - min(counts) >= UNUSUAL_FROM:
                codes = last_hour(one.readings, at, loaded.get(key(one), ()))
                busy |= {key(one)} if codes >= UNUSUAL_FROM else set()
            lists.append(replace(one, readings=one.readings[-2:]))
            if len(lists) % LISTS_AT_A_STRETCH == 0:
                await asyncio.sleep(0)
        return lists, busy

    async def _look_ahead(
        self, at: float, lists: list[Listed], busy: set[Key], loaded: Loads
    ) -> tuple[dict[Key, Outlook], dict[Key, Unusual]]:
        """Makes the outlooks anew that are urgent or old; answers all of them, and the unusually fast."""
        known = await self._store.outlooks.all()
        wanted = set(due([key(one) for one in lists], known, at)) | busy
        bookings = await self._store.bookings.ending_after(at - HISTORY_S)
        wide = widening(await self._store.forecasts.scores())
        made: dict[Key, Outlook] = {}
        fast: dict[Key, Unusual] = {}
        # What is busy is looked at more closely: its last hour counts.
        for chosen, at_most in ((wanted - busy, HISTORY_AT_MOST), (busy, CLOSE_AT_MOST)):
            async for one in self._store.readings.histories(at - HISTORY_S, chosen, at_most):
                added = loaded.get(key(one), ())
                booked = of_list(bookings, *key(one))
                made[key(one)] = outlook(one.readings, at, added, booked, wide)
                expected = sum(each.codes for each in booked if each.start <= at <= each.end + HOUR_S)
                if key(one) in busy and (found := unusual(one.readings, at, added, expected)):
                    fast[key(one)] = found
                # A forecast takes a millisecond; those who wait for an answer come first.
                await asyncio.sleep(0)
        await self._store.outlooks.keep(made)
        return known | made, fast

    async def score(self) -> None:
        """Holds the forecasts that were shown against what came."""
        waiting = await self._store.forecasts.open()
        lists = {(shop, list_id) for (shop, list_id, _), _ in waiting}
        if not lists:
            return
        since = min(shown.at for _, shown in waiting) - HOUR_S
        seen: dict[Key, Listed] = {}
        async for one in self._store.readings.histories(since, lists, at_most=20_000):
            seen[key(one)] = one
        for (shop, list_id, hour), shown in waiting:
            if (shop, list_id) not in seen:
                continue
            told = truth(shown, seen[shop, list_id].readings)
            if not isinstance(told, Pending):
                await self._store.forecasts.scored((shop, list_id, hour), told if isinstance(told, Score) else None)


def key(listed: Listed | PromoList) -> Key:
    """What a list goes by."""
    promo_list = listed.promo_list if isinstance(listed, Listed) else listed
    return promo_list.shop, promo_list.id


def due(lists: list[Key], known: dict[Key, Outlook], at: float) -> list[Key]:
    """Whose outlook is made anew now: all of a few hundred lists; of many, the urgent and then the oldest."""

    def order(one: Key) -> tuple[bool, float]:
        found = known.get(one)
        return (False, 0.0) if found is None else (found.order - at > URGENT_S, found.at)

    return sorted(lists, key=order)[:FORECASTS_AT_ONCE]
