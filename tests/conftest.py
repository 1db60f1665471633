"""What many tests need: a database of each kind, and data in short."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.logs import quiet_libraries
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.store import Store
from bot.store.vault import Vault
from bot.store.watching import metadata
from tests.postgres import address


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/scenarios --processes 2`: every scenario on that many real processes that share one Postgres."""
    parser.addoption("--processes", type=int, default=0, metavar="N", help="run the scenarios on N processes")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their place in the list: an archive holds the second it was made in, so its text is not
    the same in two processes that share the tests."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session", autouse=True)
def discreet_libraries() -> None:
    """Libraries log as little as they do in the running bot."""
    quiet_libraries()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A fresh Postgres database for this test run, migrated, and dropped afterwards."""
    name = f"promo_test_{uuid.uuid4().hex[:12]}"
    server = address()
    admin = create_engine(f"{server}postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        # No test here crashes the server: waiting for the disk would only be slow.
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    upgrade(f"{server}{name}")
    yield f"{server}{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def empty_postgres(postgres_url: str) -> str:
    """That database without a row in it."""
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        # TRUNCATE takes 100 ms for so many tables.
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        connection.execute(text("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"))
    engine.dispose()
    return postgres_url


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the tables in it, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "playground.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, migrated: Path) -> str:
    """An empty database of each kind."""
    if request.param == "postgres":
        return str(request.getfixturevalue("empty_postgres"))
    shutil.copy(migrated, tmp_path / "promo.db")
    return f"sqlite+aiosqlite:///{tmp_path}/promo.db"


def store_on(database: Database, *, owner: str = "me", timeout_s: float = 40.0) -> Store:
    """The store on a database, as one process has it; shops are their own ids."""
    return Store(database, Vault("k" * 32), owner=owner, timeout_s=timeout_s, shop_ids={})


class Clock:
    """A clock that tests move."""

    def __init__(self, at: float = 1_800_000_000.0) -> None:
        self.at = at

    def __call__(self) -> float:
        """The time now."""
        return self.at


@pytest.fixture
def clock() -> Clock:
    """The clock of the database under test."""
    return Clock()


@pytest.fixture
async def database(database_url: str, clock: Clock) -> AsyncIterator[Database]:
    """An open, empty database of each kind, on a clock that tests move."""
    database = Database(database_url, now=clock)
    await database.open("mark")
    yield database
    await database.close()
