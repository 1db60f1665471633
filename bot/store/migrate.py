"""Brings a database's tables up to date (Alembic; the steps are in `migrations/versions`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import DatabaseError, ProgrammingError

from bot.errors import SettingsError
from bot.store.database import AWAY, READ_ONLY, no_answer
from bot.store.watching import metadata

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
# The newest step; a test holds it equal to the newest file.
HEAD = "0007"
# Any number will do, as long as every promo bot uses the same one.
_ADVISORY_LOCK = 727_501_881


def upgrade(url: str) -> str | None:
    """Runs the missing steps on the database at `url` (async URL); two at once wait for each other.

    Answers the step the database was at before, None for an empty one. Costs one question when nothing is missing.
    Raises SettingsError for an address the driver does not understand, and for a database that is damaged or newer.
    """
    sqlite = url.startswith("sqlite")
    engine = create_engine(
        url.replace("+aiosqlite", ""), hide_parameters=True, connect_args={} if sqlite else {"connect_timeout": 5}
    )
    try:
        return _upgrade_if_needed(engine)
    except AWAY:
        raise
    except DatabaseError as error:
        raise damaged(error) if sqlite else no_answer(error) from None
    finally:
        engine.dispose()


def look(url: str) -> tuple[str | None, str | None, bool]:
    """The step the database is at and the id of the SECRET_KEY it was made with, None where there is none, and whether
    it can be written to; only reads.

    Raises SettingsError, or one of AWAY.
    """
    sqlite = url.startswith("sqlite")
    address = url.replace("+aiosqlite:///", ":///file:") if sqlite else url
    if sqlite:
        address = f"{address}{'&' if '?' in address else '?'}mode=ro&uri=true"
    engine = create_engine(address, hide_parameters=True, connect_args={} if sqlite else {"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            writable = sqlite or connection.scalar(text(READ_ONLY)) == "off"
            if (version := _version(connection)) is None:
                return None, None, writable
            mark: str | None = connection.scalar(text("SELECT value FROM facts WHERE name = 'secret_key'"))
            return version, mark, writable
    except ProgrammingError as error:
        raise no_answer(error) from None
    finally:
        engine.dispose()


def _upgrade_if_needed(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite" and (found := connection.scalar(text("PRAGMA quick_check(1)"))) != "ok":
            raise damaged(found)
        if (before := _version(connection)) == HEAD:
            _check_whole(connection)
            return before
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        _upgrade(connection)
    return before


def _check_whole(connection: Connection) -> None:
    """A backup that was put back only in part has the version and not the tables."""
    if lacking := sorted(set(metadata.tables) - set(inspect(connection).get_table_names())):
        raise SettingsError(
            "DATABASE_URL",
            f"holds a database that is not whole: it lacks {', '.join(lacking[:5])}",
            "Put back the whole backup, or begin with an empty database.",
        )


def damaged(found: object) -> SettingsError:
    """An SQLite file that is no database, or not whole; `found` is what the driver says."""
    said = " ".join(str(getattr(found, "orig", found)).split())[:200]
    return SettingsError(
        "DATABASE_URL",
        f"names a file that is damaged, or no database ({said})",
        "Put back a backup, or move the file away to begin with an empty one.",
    )


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(_config(connection), "head")
    except CommandError:
        raise SettingsError(
            "DATABASE_URL",
            "holds a database of a newer promo bot",
            "Run the newer version, or put back the backup made before it.",
        ) from None


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
