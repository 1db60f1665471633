"""Migrations make exactly the tables the code knows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from bot.errors import SettingsError
from bot.store.migrate import HEAD, MIGRATIONS, upgrade
from bot.store.watching import metadata


def test_migrated_tables_are_those_of_the_code(database_url: str) -> None:
    """After all steps nothing is missing and nothing is too much, on SQLite and on Postgres."""
    engine = create_engine(database_url.replace("+aiosqlite", ""))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_database_that_is_not_whole_is_said(tmp_path: Path) -> None:
    """Where a table is missing, as after half a restore, the start ends in a sentence."""
    url = f"sqlite+aiosqlite:///{tmp_path}/half.db"
    upgrade(url)
    with closing(sqlite3.connect(tmp_path / "half.db")) as connection, connection:
        connection.execute("DROP TABLE batches")
    with pytest.raises(SettingsError) as caught:
        upgrade(url)
    assert (caught.value.name, caught.value.problem) == (
        "DATABASE_URL",
        "holds a database that is not whole: it lacks batches",
    )


def test_the_newest_step_is_known() -> None:
    """The quick look at a database's version knows the newest step."""
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_a_second_upgrade_changes_nothing(database_url: str) -> None:
    """Upgrading an up-to-date database is harmless."""
    upgrade(database_url)
