"""Towns on SQLite and on Postgres, and a Postgres server that can be stopped."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.store.migrate import upgrade
from tests.faults.harness import Town, town
from tests.postgres import Cluster


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Town]:
    """A town on SQLite and on Postgres."""
    async with town(database_url) as made:
        yield made


@pytest.fixture
async def postgres_place(empty_postgres: str) -> AsyncIterator[Town]:
    """A town on Postgres."""
    async with town(empty_postgres) as made:
        yield made


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A private Postgres server."""
    with tempfile.TemporaryDirectory(prefix="promo-pg-") as folder:
        made = Cluster(folder)
        made.create()
        try:
            upgrade(made.url)
            yield made
        finally:
            made.stop()
