"""Brings a database's tables up to date (Alembic; the steps are in `migrations/versions`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import ProgrammingError

from bot.store.database import no_answer

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
# The newest step; a test holds it equal to the newest file.
HEAD = "0003"
# Any number will do, as long as every promo bot uses the same one.
_ADVISORY_LOCK = 727_501_881


def upgrade(url: str) -> None:
    """Runs the missing steps on the database at `url` (async URL); two at once wait for each other.

    Costs one question when nothing is missing. Raises SettingsError for an address the driver does not understand.
    """
    patience = {} if url.startswith("sqlite") else {"connect_timeout": 5}
    engine = create_engine(url.replace("+aiosqlite", ""), connect_args=patience)
    try:
        try:
            connection = engine.connect()
        except ProgrammingError as error:
            raise no_answer(error) from None
        with connection:
            if _version(connection) == HEAD:
                return
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            _upgrade(connection)
    finally:
        engine.dispose()


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _upgrade(connection: Connection) -> None:
    from alembic import command

    command.upgrade(_config(connection), "head")


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
