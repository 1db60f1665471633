"""What `check` asks of PersonaClick and the database: reads only, nothing is made, changed or used up."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from bot.errors import CredentialsRefused, PersonaClickError, RateLimited, SettingsError, Unreachable
from bot.operating.lines import Line, of, ok, stops, wrong
from bot.personaclick.client import PersonaClick
from bot.personaclick.exchange import http_client, quiet_http_logs
from bot.personaclick.rate import RateLimit
from bot.promo.lists import Shop
from bot.settings import Settings
from bot.settings.words import THEN
from bot.store.database import AWAY, no_answer
from bot.store.migrate import HEAD, damaged, look
from bot.store.vault import Vault

WITHIN_S = 10.0
BACK = "Put back the earlier one, or set it as SECRET_KEY_BEFORE."
READ_ONLY = "Wait until its maintenance is over, make room on its plan, or use an address that may write."


async def shops(settings: Settings) -> AsyncIterator[Line]:
    """A line for each shop: its lists are read once."""
    try:
        named = settings.shops()
    except SettingsError:
        return
    quiet_http_logs()
    async with http_client(settings.personaclick_api_url) as http:
        for shop in named:
            client = PersonaClick(
                shop, http=http, base_url=settings.personaclick_api_url, timeout_s=WITHIN_S, rate=RateLimit(0)
            )
            yield await _shop(client, shop, settings.personaclick_api_url)


async def _shop(client: PersonaClick, shop: Shop, address: str) -> Line:
    about = f"shop {shop.name}" if shop.name else "shop"
    try:
        lists = await client.lists(tries=1)
    except CredentialsRefused:
        return wrong(about, "PersonaClick refuses its id or secret", THEN["PERSONACLICK_SHOP_SECRET"])
    except RateLimited:
        return wrong(about, "PersonaClick had too many requests just now (429)", "Run this again in a minute.")
    except Unreachable:
        return wrong(about, f"{address} cannot be reached", _address(address))
    except PersonaClickError as error:
        said = f" ({error.status})" if error.status else ""
        return wrong(about, f"{address} gives no answer of PersonaClick's{said}", _address(address))
    return ok(about, f"{len(lists):,} lists, {sum(found.available for found in lists):,} codes available")


def _address(given: str) -> str:
    usual: str = Settings.model_fields["personaclick_api_url"].default
    return "Run this again later." if given == usual else THEN["PERSONACLICK_API_URL"]


def database(settings: Settings) -> Iterator[Line]:
    """Whether the database can be used, is up to date and of this SECRET_KEY; nothing is written, no file is made."""
    try:
        url = settings.async_database_url
    except SettingsError:
        return
    if url.startswith("sqlite"):
        path = Path(url.partition(":///")[2].partition("?")[0])
        if problem := _file(path):
            yield stops("database", *problem)
            return
        if not path.exists():
            yield ok("database", f"{path.name} is not there yet; the start makes it")
            return
    try:
        version, mark, writable = look(url)
    except SettingsError as error:
        yield of(error)
    except AWAY as error:
        yield of(no_answer(error))
    except DatabaseError as error:
        yield of(damaged(error))
    else:
        yield _migrated(version) if writable else stops("database", "can only be read", READ_ONLY)
        yield from _key(settings, mark)


def _file(path: Path) -> tuple[str, str] | None:
    """What is wrong with the place of an SQLite file, and the fix."""
    if not path.parent.is_dir():
        return f"the folder of {path.name} is not there", THEN["DATABASE_URL"]
    if path.is_dir():
        return f"{path.name} is a folder", THEN["DATABASE_URL"]
    for place, name in ((path.parent, f"the folder of {path.name}"), (path, path.name)):
        if place.exists() and not os.access(place, os.W_OK):
            return f"this user may not write to {name}", "Give it to the user that runs the bot."
    return None


def _migrated(version: str | None) -> Line:
    if version == HEAD:
        return ok("database", f"up to date (version {HEAD})")
    if version is None or version < HEAD:
        held = f"version {version}" if version else "empty"
        return ok("database", f"{held}; the start, or python -m bot migrate, brings it to version {HEAD}")
    return stops("database", f"is of a newer promo bot (version {version})", "Run the newer version.")


def _key(settings: Settings, mark: str | None) -> Iterator[Line]:
    given = [settings.kept_key(), settings.secret_key_before.get_secret_value()]
    if mark is None:
        return
    if not given[0]:
        yield stops("SECRET_KEY", "is missing, and this database was made with one", BACK)
    elif Vault(given[0]).key_id == mark:
        yield ok("SECRET_KEY", "is the one of this database")
    elif given[1] and Vault(given[1]).key_id == mark:
        yield ok("SECRET_KEY", "is new; the start takes it over from SECRET_KEY_BEFORE")
    else:
        yield stops("SECRET_KEY", "is not the one this database was made with", BACK)
