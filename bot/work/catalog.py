"""The lists of every shop, as PersonaClick counts them, with as few calls as people can tell."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.errors import PersonaClickError
from bot.personaclick.client import PersonaClick
from bot.promo.lists import PromoList

# A person who asks gets counts of this moment; those who ask together share one answer.
THIS_MOMENT_S = 2.0
# Somebody who types a list's name gets each keystroke answered from one reading.
CHOOSING_S = 10.0
# A type-ahead select or a form must be answered within 3 seconds; https://docs.slack.dev/surfaces/modals
SOON_S = 1.5


@dataclass(frozen=True, slots=True)
class _Reading:
    at: float
    lists: tuple[PromoList, ...]


class Catalog:
    """Reads the lists of all shops; `clients` are by the shop's name."""

    def __init__(self, clients: Mapping[str, PersonaClick], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clients = clients
        self._clock = clock
        self._reading: _Reading | None = None
        self._asking = asyncio.Lock()

    def client(self, shop: str) -> PersonaClick:
        """The client of one shop."""
        return self._clients[shop]

    @property
    def shops(self) -> tuple[str, ...]:
        """The names of the shops."""
        return tuple(self._clients)

    async def lists(self, max_age_s: float = THIS_MOMENT_S) -> tuple[PromoList, ...]:
        """Every list of every shop, at most `max_age_s` seconds old. Raises PersonaClickError."""
        if (known := self._young(max_age_s)) is not None:
            return known
        async with self._asking:
            if (known := self._young(max_age_s)) is not None:
                return known
            at = self._clock()
            found = await asyncio.gather(*(client.lists() for client in self._clients.values()))
            self._reading = _Reading(at, tuple(one for lists in found for one in lists))
            return self._reading.lists

    async def soon(self) -> tuple[PromoList, ...]:
        """The lists for somebody who is choosing one: seconds old, or the last known when time is short."""
        try:
            async with asyncio.timeout(SOON_S):
                return await self.lists(CHOOSING_S)
        except (PersonaClickError, TimeoutError):
            return self.known()

    def outdate(self) -> None:
        """The counts have changed: the next question is answered by a fresh reading."""
        if self._reading is not None:
            self._reading = _Reading(float("-inf"), self._reading.lists)

    def known(self) -> tuple[PromoList, ...]:
        """The last lists that were read, however old; empty when none were."""
        return self._reading.lists if self._reading else ()

    async def find(self, shop: str, list_id: str, max_age_s: float) -> PromoList | None:
        """One list by its id. Raises PersonaClickError."""
        lists = await self.lists(max_age_s)
        return next((one for one in lists if (one.shop, one.id) == (shop, list_id)), None)

    async def find_soon(self, shop: str, list_id: str) -> PromoList | None:
        """One list by its id, as `soon` knows it."""
        return next((one for one in await self.soon() if (one.shop, one.id) == (shop, list_id)), None)

    def _young(self, max_age_s: float) -> tuple[PromoList, ...] | None:
        reading = self._reading
        return reading.lists if reading and self._clock() - reading.at <= max_age_s else None
