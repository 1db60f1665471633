"""`python -m bot wipe`: drops what the bot stores, of one list or of all."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SettingsError
from bot.promo.lifecycle import RUNNING
from bot.settings import Settings
from bot.store.database import AWAY, Database, no_answer
from bot.store.migrate import upgrade
from bot.store.store import Store
from bot.store.tables import batches, changes, facts, fingerprints, metadata, taken_back, uploads
from bot.store.vault import Vault

# Who the database belongs to stays, and how the packed readings name the lists.
_STAYS = ("facts", "listed")


@dataclass(frozen=True, slots=True)
class Target:
    """One list by its shop and id, or everything."""

    everything: bool
    shop: str = ""
    list_id: str = ""
    name: str = ""

    def __str__(self) -> str:
        return "everything" if self.everything else f"{self.name} ({self.list_id})"


def run(wanted: str | None, *, everything: bool, yes: bool, ask: Callable[[str], str] = input) -> int:
    """Says what there is, asks, and drops it; answers 1 when it was not confirmed. Raises SettingsError."""
    settings = Settings.read("wipe")
    try:
        upgrade(settings.async_database_url)
        return asyncio.run(_run(settings, wanted, everything, yes, ask))
    except AWAY as error:
        raise no_answer(error) from None


async def _run(settings: Settings, wanted: str | None, everything: bool, yes: bool, ask: Callable[[str], str]) -> int:
    database = Database(settings.async_database_url)
    vault = Vault(settings.secret_key(), settings.secret_key_before.get_secret_value())
    await Store(database, vault, owner="wipe", timeout_s=1, shop_ids={}).open()
    try:
        async with database.read() as connection:
            target = Target(True) if everything else await find(connection, wanted or "")
            counted = await connection.run_sync(_counted, target)
        print(f"This drops {target}: {counted}. It cannot be undone, and nothing in PersonaClick changes.")
        if not yes and ask("Type yes to drop it: ").strip().lower() != "yes":
            print("Nothing was dropped.")
            return 1
        async with database.begin() as connection:
            await connection.run_sync(drop, target)
        if database.sqlite:
            await asyncio.to_thread(_shrink, str(database.url.database))
    finally:
        await database.close()
    print("Dropped. If the bot runs, start it again." if everything else "Dropped.")
    return 0


def _shrink(path: str) -> None:
    """Gives the space back, so that nothing of what was dropped is left in the file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def find(connection: AsyncConnection, wanted: str) -> Target:
    """The list that is meant, by its id or name, as shop/name when several have it. Raises SettingsError."""
    rows = await connection.execute(select(uploads.c.shop, uploads.c.list_id, uploads.c.list_name).distinct())
    found = {(row.shop, row.list_id): row.list_name for row in rows if row.list_id}
    asked = wanted.strip().casefold()
    fits = {
        where: name
        for where, name in found.items()
        if asked in {spoken.casefold() for spoken in (where[1], name, f"{where[0]}/{name}", f"{where[0]}/{where[1]}")}
    }
    if not fits:
        raise SettingsError("--list", "names no list of which anything is stored", "Write its id, or its whole name.")
    if len(fits) > 1:
        ids = ", ".join(f"{shop}/{list_id}".lstrip("/") for shop, list_id in sorted(fits))
        raise SettingsError("--list", "names several lists", f"Write one of: {ids}")
    (shop, list_id), name = next(iter(fits.items()))
    return Target(False, shop, list_id, name)


def _of(target: Target) -> Select[tuple[int]]:
    """The ids of the uploads that are meant."""
    chosen = select(uploads.c.id)
    return chosen if target.everything else chosen.where(_here(uploads, target))


def _here(table: Table, target: Target) -> ColumnElement[bool]:
    return (table.c.shop == target.shop) & (table.c.list_id == target.list_id)


def _counted(connection: Connection, target: Target) -> str:
    ids = _of(target)
    some = connection.scalar(select(func.count()).select_from(ids.subquery()))
    known = connection.scalar(select(func.count()).where(fingerprints.c.upload_id.in_(ids)))
    return f"{some or 0:,} uploads, {known or 0:,} codes that are recognised"


def drop(connection: Connection, target: Target) -> None:
    """Drops it. Raises SettingsError while an upload of it is under way: codes would be lost between two places."""
    running = select(func.count()).where(uploads.c.state.in_(RUNNING), uploads.c.id.in_(_of(target)))
    if connection.scalar(running):
        raise SettingsError("wipe", "found an upload under way", "Press Stop on its card, or wait until it has ended.")
    for table in (batches, changes, fingerprints, taken_back):
        connection.execute(delete(table).where(table.c.upload_id.in_(_of(target))))
    for table in reversed(metadata.sorted_tables):
        if table.name in _STAYS:
            continue
        if target.everything:
            connection.execute(delete(table))
        elif {"shop", "list_id"} <= set(table.c.keys()):
            connection.execute(delete(table).where(_here(table, target)))
    if target.everything:
        # The key of fingerprints is made anew: without any fingerprint nothing needs the one that was.
        connection.execute(delete(facts).where(facts.c.name != "secret_key"))
