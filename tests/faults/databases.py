"""Databases of one use: SQLite and Postgres in turn."""

from __future__ import annotations

import uuid

from sqlalchemy import create_engine, text

from bot.store.migrate import upgrade
from tests.postgres import address


class Databases:
    """A database of its own for every round: SQLite and Postgres in turn."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._names: list[str] = []
        self._server = address()
        self._admin = create_engine(f"{self._server}postgres", isolation_level="AUTOCOMMIT")
        self._template = self._create("")
        upgrade(f"{self._server}{self._template}")

    def make(self, number: int) -> str:
        """The address of a fresh database."""
        if number % 2:
            url = f"sqlite+aiosqlite:///{self._folder}/{number}.db"
            upgrade(url)
            return url
        return f"{self._server}{self._create(f' TEMPLATE {self._template}')}"

    def _create(self, template: str) -> str:
        name = f"promo_kill_{uuid.uuid4().hex[:10]}"
        self._names.append(name)
        with self._admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}{template}"))
        return name

    def drop(self) -> None:
        """Drops every Postgres database made here."""
        with self._admin.connect() as connection:
            for name in reversed(self._names):
                connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        self._admin.dispose()
