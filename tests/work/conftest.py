"""A worker with everything around it, against the stand-in PersonaClick over real sockets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.personaclick.client import PersonaClick
from bot.personaclick.exchange import http_client
from bot.personaclick.rate import RateLimit
from bot.promo.codes import pack
from bot.promo.findings import Checked, Layout, Shape
from bot.promo.lifecycle import Event
from bot.promo.lists import Shop
from bot.promo.steps import Pauses
from bot.promo.uploads import State, Upload
from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.store.database import Database
from bot.store.store import Store
from bot.store.uploads import NewUpload
from bot.work.run import Timing
from bot.work.worker import Worker
from tests.conftest import store_on

CHECKED = Checked(
    codes=6,
    rows=6,
    parts=(),
    findings=(),
    samples=(),
    layout=Layout("csv"),
    shape=Shape((), (), (), 6),
    digest="d",
)
LIST = "100500"


@dataclass
class Works:
    """A worker with everything around it."""

    store: Store
    shop: StandInPersonaClick
    client: PersonaClick
    timing: Timing

    def __post_init__(self) -> None:
        self.uploads, self.fingerprints, self.ledger = self.store.uploads, self.store.fingerprints, self.store.ledger
        self.start()

    def start(self) -> None:
        """A process begins to work."""
        self.worker = Worker(self.store, lambda _: self.client, self.timing, lambda _: None)
        self._running = asyncio.create_task(self.worker.run())

    async def stop(self) -> None:
        """The process ends, with the upload at a safe point."""
        await self.worker.stop(5)
        await self._running

    async def queue(self, *batches: list[str], ref: str = "u1", list_id: str = LIST, asks: bool = False) -> Upload:
        """An upload of these batches, confirmed, or waiting for approval."""

        async def packed() -> AsyncIterator[tuple[int, bytes]]:
            for start, codes in enumerate(batches):
                yield len(codes), pack(codes, range(start * 100 + 1, start * 100 + len(codes) + 1))

        await self.uploads.create(NewUpload(ref, "C1", "U1", "a.csv", list_id=list_id, list_name="Spring"))
        ready = await self.uploads.save_checked(ref, CHECKED, b"", packed())
        event = Event.ASK_APPROVAL if asks else Event.CONFIRM
        return await self.uploads.apply(ref, event, "U1", ready.version)

    async def until(self, *states: State, ref: str = "u1") -> Upload:
        """The upload, once it is in one of these states."""
        self.worker.wake()
        async with asyncio.timeout(60):
            while (upload := await self.uploads.get(ref)).state not in states:
                await asyncio.sleep(0.02)
        return upload


@pytest.fixture
async def shop() -> AsyncIterator[StandInPersonaClick]:
    """A PersonaClick that takes every code it is sent, repeats too."""
    shop = StandInPersonaClick(unique=False)
    await shop.start()
    yield shop
    await shop.stop()


@pytest.fixture
async def works(database: Database, shop: StandInPersonaClick) -> AsyncIterator[Works]:
    """A worker on the database, with a POST time-out of 0.6 s, on the real clock."""
    database.now = time.time
    http = http_client(shop.base_url)
    client = PersonaClick(
        Shop("", shop.shop_id, shop.shop_secret), http=http, base_url=shop.base_url, timeout_s=0.6, rate=RateLimit(0)
    )
    pauses = Pauses(first_s=0.3)
    timing = Timing(time.time, asyncio.sleep, 0.6, 3600.0, settle_s=1.2, pauses=pauses)
    made = Works(store_on(database, timeout_s=0.6), shop, client, timing)
    yield made
    await made.stop()
    await http.aclose()
