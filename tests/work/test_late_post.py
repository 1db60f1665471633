"""A POST that would leave too long after its `sending` was committed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.personaclick.client import PersonaClick
from bot.personaclick.exchange import http_client
from bot.personaclick.rate import RateLimit
from bot.promo.codes import pack
from bot.promo.lifecycle import Event
from bot.promo.lists import Shop
from bot.promo.uploads import State
from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.store.database import Database
from bot.store.uploads import NewUpload
from bot.work.run import Timing
from bot.work.worker import Worker
from tests.conftest import store_on
from tests.faults.harness import CHECKED

TIMEOUT_S = 0.4
CODES = [f"A{n}" for n in range(50)]


@pytest.mark.parametrize("before_the_answer", [True, False])
async def test_a_post_does_not_leave_late(
    database: Database, monkeypatch: pytest.MonkeyPatch, before_the_answer: bool
) -> None:
    """After a standstill between the commit of `sending` and the POST, the batch is settled first, then sent once.

    The commit counts from when it was made, however late the database answers.
    """
    jumps: list[float] = []
    touches = 0

    def now() -> float:
        return time.time() + len(jumps) * 10 * TIMEOUT_S

    async def commit(*about: Any, **values: Any) -> Any:
        # The upload begins, its list is read, its batch is `sending`.
        nonlocal touches
        touches += 1
        answer = await committed(*about, **values)
        if touches == 3 and before_the_answer:
            jumps.append(time.time())
        return answer

    def touched(_: str) -> None:
        if touches == 3 and not before_the_answer and not jumps:
            jumps.append(time.time())

    shop = StandInPersonaClick()
    await shop.start()
    database.now = now
    http = http_client(shop.base_url)
    known = Shop("", shop.shop_id, shop.shop_secret)
    client = PersonaClick(known, http=http, base_url=shop.base_url, timeout_s=TIMEOUT_S, rate=RateLimit(0))
    store = store_on(database)
    uploads = store.uploads
    committed = store.ledger.save
    monkeypatch.setattr(store.ledger, "save", commit)

    async def packed() -> AsyncIterator[tuple[int, bytes]]:
        yield len(CODES), pack(CODES, range(len(CODES)))

    await uploads.create(NewUpload("u1", "C1", "U1", "a.csv", list_id="100500", list_name="Spring"))
    ready = await uploads.save_checked("u1", CHECKED, b"", packed())
    await uploads.apply("u1", Event.CONFIRM, "U1", ready.version)
    timing = Timing(now, asyncio.sleep, TIMEOUT_S, 3600.0, settle_s=2 * TIMEOUT_S)
    worker = Worker(store, lambda _: client, timing, touched)
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(10):
        while (await uploads.get("u1")).state is not State.DONE:
            await asyncio.sleep(0.02)
    await worker.stop(5)
    await running
    await http.aclose()
    await shop.stop()
    assert shop.codes("100500") == CODES
    settled_s = shop.record.posts[0].at - jumps[0]
    assert settled_s > timing.settle_s / 4
