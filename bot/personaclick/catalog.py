"""The lists of every shop, as PersonaClick counts them, with as few calls as people can tell."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.errors import PersonaClickError
from bot.personaclick.client import PersonaClick
from bot.promo.lists import PromoList, told_apart

# A person who asks gets counts of this moment; those who ask together share one answer.
THIS_MOMENT_S = 2.0
# Somebody who types a list's name gets each keystroke answered from one reading.
CHOOSING_S = 10.0
# A type-ahead select or a form must be answered within 3 seconds; https://docs.slack.dev/surfaces/modals
SOON_S = 1.5


@dataclass(frozen=True, slots=True)
class Reading:
    """The lists of every shop that answered, and why the others did not; `at` is the catalog's clock.

    `ages` are the shops that did not answer and whose last known lists are here all the same: how old, in seconds.
    """

    at: float
    lists: tuple[PromoList, ...]
    failures: Mapping[str, PersonaClickError]
    ages: Mapping[str, float] = field(default_factory=dict)


class Catalog:
    """Reads the lists of all shops; `clients` are by the shop's name."""

    def __init__(self, clients: Mapping[str, PersonaClick], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clients = clients
        self._clock = clock
        self._reading: Reading | None = None
        self._known: dict[str, tuple[PromoList, ...]] = {}
        self._known_at: dict[str, float] = {}
        self._asking = asyncio.Lock()

    def client(self, shop: str) -> PersonaClick:
        """The client of one shop."""
        return self._clients[shop]

    def client_of(self, shop_id: str) -> PersonaClick | None:
        """The client of the shop with this id, whatever its name is now; None when the settings do not name it."""
        return next((client for client in self._clients.values() if client.shop.shop_id == shop_id), None)

    @property
    def shops(self) -> tuple[str, ...]:
        """The names of the shops."""
        return tuple(self._clients)

    async def reachable(self) -> bool:
        """Whether PersonaClick takes connections; nothing is asked of it."""
        return await next(iter(self._clients.values())).reachable()

    async def read(self, max_age_s: float = THIS_MOMENT_S) -> Reading:
        """What every shop says of its lists, at most `max_age_s` seconds old.

        Raises PersonaClickError when no shop answers.
        """
        if (reading := self._young(max_age_s)) is not None:
            return reading
        async with self._asking:
            if (reading := self._young(max_age_s)) is not None:
                return reading
            at = self._clock()
            answers = await asyncio.gather(*map(_lists, self._clients.values()))
            told = dict(zip(self._clients, answers, strict=True))
            failures = {shop: answer for shop, answer in told.items() if isinstance(answer, PersonaClickError)}
            found = {shop: answer for shop, answer in told.items() if not isinstance(answer, PersonaClickError)}
            if failures and not found:
                raise next(iter(failures.values()))
            self._known |= found
            self._known_at |= dict.fromkeys(found, at)
            self._reading = Reading(at, tuple(one for lists in found.values() for one in lists), failures)
            return self._reading

    async def read_or_known(self) -> Reading:
        """As `read`, with the last known lists of shops that do not answer.

        Raises PersonaClickError when no shop answers and nothing is known of any.
        """
        try:
            reading = await self.read()
        except PersonaClickError as error:
            if not self._known:
                raise
            reading = Reading(self._clock(), (), dict.fromkeys(self._clients, error))
        known = {shop: self._known[shop] for shop in reading.failures if shop in self._known}
        lists = reading.lists + tuple(promo_list for lists in known.values() for promo_list in lists)
        return replace(reading, lists=lists, ages={shop: self._clock() - self._known_at[shop] for shop in known})

    def recall(self, lists: Sequence[PromoList], age_s: float) -> None:
        """What was read `age_s` ago, before this process began, for as long as a shop has not answered here."""
        for shop in self._clients.keys() - self._known.keys():
            if found := tuple(one for one in lists if one.shop == shop):
                self._known[shop] = found
                self._known_at[shop] = self._clock() - age_s

    async def lists(self, max_age_s: float = THIS_MOMENT_S) -> tuple[PromoList, ...]:
        """Every list of the shops that answer, at most `max_age_s` seconds old. Raises PersonaClickError."""
        return (await self.read(max_age_s)).lists

    async def soon(self) -> tuple[PromoList, ...]:
        """The lists for somebody who is choosing one: seconds old, or the last known when time is short."""
        try:
            async with asyncio.timeout(SOON_S):
                return await self.lists(CHOOSING_S)
        except (PersonaClickError, TimeoutError):
            return self.known()

    def invalidate(self) -> None:
        """The counts have changed: the next question is answered by a fresh reading."""
        if self._reading is not None:
            self._reading = replace(self._reading, at=float("-inf"))

    def known(self) -> tuple[PromoList, ...]:
        """The last lists that were read, however old; empty when none were."""
        return tuple(one for lists in self._known.values() for one in lists)

    async def find(self, shop: str, list_id: str, max_age_s: float) -> PromoList | None:
        """One list by its id. Raises PersonaClickError."""
        reading = await self.read(max_age_s)
        if shop in reading.failures:
            raise reading.failures[shop]
        return next((one for one in reading.lists if (one.shop, one.id) == (shop, list_id)), None)

    async def find_soon(self, shop: str, list_id: str) -> PromoList | None:
        """One list by its id, as `soon` knows it."""
        return next((one for one in await self.soon() if (one.shop, one.id) == (shop, list_id)), None)

    def _young(self, max_age_s: float) -> Reading | None:
        reading = self._reading
        return reading if reading and self._clock() - reading.at <= max_age_s else None


async def _lists(client: PersonaClick) -> tuple[PromoList, ...] | PersonaClickError:
    try:
        return told_apart(await client.lists())
    except PersonaClickError as error:
        return error
