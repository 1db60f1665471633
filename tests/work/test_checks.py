"""Checks in turn: what waits takes neither files nor disk."""

from __future__ import annotations

import asyncio
import datetime
from types import SimpleNamespace
from typing import Any, cast

from bot.errors import Unreachable
from bot.store.database import Database
from bot.store.uploads import NewUpload
from bot.work.checks import MAX_DOWNLOADED, Checks
from tests.conftest import store_on


class Files:
    """Files whose download does not end; `begun` are the ids of those that were asked for."""

    def __init__(self) -> None:
        self.begun: list[str] = []

    async def info(self, file_id: str) -> str:
        """Stands for what Slack says of a file."""
        return file_id

    async def download(self, file: str) -> Any:
        """Hangs."""
        self.begun.append(file)
        await asyncio.Event().wait()


async def away(_: float) -> Any:
    """PersonaClick does not answer."""
    raise Unreachable


async def test_a_file_is_downloaded_when_its_turn_comes(database: Database) -> None:
    """Of many files dropped at once a few are downloaded, and the others wait without an open file."""
    files = Files()
    catalog = cast(Any, SimpleNamespace(lists=away, known=tuple, shops=("",)))
    checks = Checks(
        store_on(database),
        catalog,
        cast(Any, files),
        cast(Any, None),
        lambda _: None,
        reference=lambda: "r",
        today=lambda: datetime.date(2026, 1, 1),
    )
    for number in range(3 * MAX_DOWNLOADED):
        await checks.take_in(NewUpload(f"u{number}", "C1", "U1", "a.csv", file_id=f"F{number}"))
    async with asyncio.timeout(10):
        while len(files.begun) < MAX_DOWNLOADED:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    assert len(files.begun) == MAX_DOWNLOADED
    await checks.stop(0.01)
