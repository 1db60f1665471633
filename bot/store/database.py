"""One database, SQLite or Postgres: connections, transactions, and what makes each safe."""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from copy import copy
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, delete, event, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import SettingsError
from bot.store.tables import dropped, facts, leases

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

log = logging.getLogger(__name__)

# The database is away or hung up on us: worth another try. Anything else is a fault of ours.
AWAY = (OperationalError, InterfaceError, PoolTimeout, ConnectionError)
_SERVER_TIME = "SELECT CAST(extract(epoch FROM clock_timestamp()) AS double precision)"
REFUSES = "refuses its credentials"
# Also "on" on a standby.
READ_ONLY = "SHOW transaction_read_only"
_FIRST_MARK = "INSERT INTO facts (name, value) VALUES ('secret_key', :mark) ON CONFLICT DO NOTHING"


class Database:
    """Transactions on the database at `url` (an SQLAlchemy async URL).

    `now` tells the time in epoch seconds: the server's, on whatever machine, unless another clock is given. `told` says
    when a moment that is kept was by the clock that people see.
    """

    def __init__(self, url: str, *, now: Callable[[], float] | None = None) -> None:
        self.url = make_url(url)
        self.now = now or self._server_time
        self.told: Callable[[float], float] = float
        self._ahead_s = 0.0
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _engine(url, sqlite=self.sqlite)
        self._lock: int | None = None

    def by(self, clock: Callable[[], float]) -> Database:
        """The same database for what goes by another clock (epoch seconds)."""
        other = copy(self)
        other.now = clock
        return other

    async def open(
        self, mark: str, before: str = "", on_change: Callable[[AsyncConnection], Awaitable[None]] | None = None
    ) -> None:
        """Takes the database into use; `mark` tells one SECRET_KEY from another, and `before` is an earlier one's.

        Where the database is still of that one it becomes of the new one, together with what `on_change` does.

        Raises SettingsError when another process has the SQLite file, or when the codes in the database were
        sealed with another SECRET_KEY.
        """
        if self.sqlite:
            self._take_file()
        await self.set_clock()
        async with self.begin() as connection:
            if self.sqlite:
                # Nobody else can be at work.
                await connection.execute(delete(leases))
                await connection.execute(update(dropped).values(at=0.0))
            # Two processes may start on a fresh database at once: the first to write decides.
            await connection.execute(text(_FIRST_MARK), {"mark": mark})
            known = await connection.scalar(select(facts.c.value).where(facts.c.name == "secret_key"))
            if before and known == before:
                await connection.execute(update(facts).where(facts.c.name == "secret_key").values(value=mark))
                if on_change is not None:
                    await on_change(connection)
            elif known != mark:
                raise SettingsError(
                    "SECRET_KEY",
                    "is not the one this database was made with",
                    "Put it back, or set the earlier one as SECRET_KEY_BEFORE.",
                )

    async def set_clock(self) -> None:
        """Sets `now` by the server: leases and waits of several machines are compared with one another."""
        if self.sqlite:
            return
        async with self.read() as connection:
            asked = time.time()
            told: float = (await connection.execute(text(_SERVER_TIME))).scalar_one()
            self._ahead_s = (asked + time.time()) / 2 - told

    def _server_time(self) -> float:
        return time.time() - self._ahead_s

    def _take_file(self) -> None:
        if not (path := self.url.database) or path == ":memory:":
            return
        self._lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            self._lock = None
            raise SettingsError(
                "DATABASE_URL",
                "points to an SQLite file that another promo bot is using",
                "Stop the other one, or use Postgres, which several processes can share.",
            ) from None

    async def close(self) -> None:
        """Lets go of every connection and of the SQLite file."""
        await self.engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that may write; committed at the end, rolled back on an exception."""
        async with self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that only reads."""
        async with self.engine.connect() as connection:
            connection = await connection.execution_options(only_reads=True)
            yield connection

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """INSERT, with what both databases know of ON CONFLICT."""
        if self.sqlite:
            from sqlalchemy.dialects.sqlite import insert as insert_in_sqlite

            return insert_in_sqlite(table)
        from sqlalchemy.dialects.postgresql import insert as insert_in_postgres

        return insert_in_postgres(table)

    async def trouble(self) -> str:
        """What keeps the database from taking anything now, in a few words; empty when nothing does."""
        try:
            async with self.read() as connection:
                answer = await connection.scalar(text("SELECT 'off'" if self.sqlite else READ_ONLY))
        except AWAY as error:
            return REFUSES if refuses_credentials(error) else "does not answer"
        return "" if answer == "off" else "can only be read"


def no_answer(error: BaseException) -> SettingsError:
    """Why the bot does not start without its database. Drivers never tell the password."""
    said = " ".join(str(getattr(error, "orig", error)).split())[:300].rstrip(".?")
    problem, fix = "names a database that does not answer", "Start it, or correct the address."
    if "not support SSL" in said:
        fix = "For a server without TLS write ?sslmode=disable at the end of the address."
    elif "no encryption" in said and not refuses_credentials(error):
        fix = "It wants TLS: write ?sslmode=require at the end of the address."
    elif "permission denied" in said or "read-only" in said:
        problem, fix = "names a database that cannot be written to", "Use an address whose user may make tables there."
    elif refuses_credentials(error) or "does not exist" in said:
        problem, fix = "names a database that refuses the bot", "Copy the whole address your database came with anew."
    return SettingsError("DATABASE_URL", problem, f"The driver says: {said}. {fix}")


def refuses_credentials(error: BaseException) -> bool:
    """Whether the server answered, and refused the user or the password."""
    said = str(getattr(error, "orig", error))
    return "authentication failed" in said or "no password supplied" in said


def _engine(url: str, *, sqlite: bool) -> AsyncEngine:
    if not sqlite:
        return create_async_engine(
            url,
            pool_size=4,
            max_overflow=0,
            pool_timeout=20,
            pool_pre_ping=True,
            pool_recycle=1800,
            hide_parameters=True,
            connect_args={
                "connect_timeout": 5,
                "options": "-c statement_timeout=60s -c lock_timeout=15s -c idle_in_transaction_session_timeout=60s",
                "keepalives_idle": 30,
                "prepare_threshold": None,
            },
        )
    engine = create_async_engine(url, pool_size=4, max_overflow=0, hide_parameters=True, connect_args={"timeout": 30})
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling starts them late; https://docs.sqlalchemy.org/en/20/dialects/sqlite.html
    connection.isolation_level = None
    cursor = connection.cursor()
    # FULL: a `sending` that is committed is on the disk before its POST leaves. Secure: what is wiped is overwritten,
    # because the key that opens it lies beside the file.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "foreign_keys=ON",
        "busy_timeout=30000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    only_reads = connection.get_execution_options().get("only_reads", False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")
