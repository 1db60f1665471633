"""The address of the database, as people write it and as SQLAlchemy wants it."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.errors import SettingsError
from bot.settings.words import THEN


def async_url(given: str) -> str:
    """DATABASE_URL as SQLAlchemy wants it. Raises SettingsError."""
    scheme, found, rest = given.partition("://")
    drivers = {"sqlite": "sqlite+aiosqlite", "postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
    if not found or scheme not in {*drivers, *drivers.values()} or not port_is_right(given):
        raise SettingsError("DATABASE_URL", "is not an address of SQLite or Postgres", THEN["DATABASE_URL"])
    if rest.partition("/")[0].count("@") > 1:
        # A driver would take the end of the password for the host, and tell it in its words.
        raise SettingsError("DATABASE_URL", "has an @ in its password", "Write %40 for it.")
    if scheme.startswith("sqlite") and rest.partition("?")[0].lstrip("/") in ("", ":memory:"):
        raise SettingsError("DATABASE_URL", "names no file", THEN["DATABASE_URL"])
    address = f"{drivers.get(scheme, scheme)}://{rest}"
    return address if scheme.startswith("sqlite") else _with_tls(address)


def port_is_right(address: str) -> bool:
    """Whether the port of an address is a number, or not there."""
    try:
        urlsplit(address).port  # noqa: B018 - raises when it is no number
    except ValueError:
        return False
    return True


def _with_tls(address: str) -> str:
    """The same address; TLS is required off this machine, unless the address itself says what it wants.

    Heroku's certificates are its own, so `require` and not `verify-full`;
    https://devcenter.heroku.com/articles/connecting-heroku-postgres
    """
    parts = urlsplit(address)
    local = parts.hostname in (None, "localhost", "127.0.0.1", "::1") or "%2F" in parts.netloc.upper()
    if local or "sslmode=" in parts.query or "host=" in parts.query:
        return address
    return f"{address}{'&' if parts.query else '?'}sslmode=require"
