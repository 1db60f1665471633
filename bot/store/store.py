"""The database's one face: everything the rest of the bot asks of it or tells it."""

from __future__ import annotations

from bot.store.cards import Cards
from bot.store.database import Database
from bot.store.deliveries import Deliveries
from bot.store.fingerprints import Fingerprints
from bot.store.history import History
from bot.store.leases import Leases, lease_s
from bot.store.ledger import Ledger
from bot.store.retention import Retention
from bot.store.traces import Traces
from bot.store.uploads import Uploads
from bot.store.vault import Vault


class Store:
    """One attribute for each question asked of the database.

    `owner` names this process in leases; `timeout_s` is how long one POST may take. A new table gets a class of its own
    in a module of its own, and an attribute here.
    """

    def __init__(self, database: Database, vault: Vault, *, owner: str, timeout_s: float) -> None:
        self.database = database
        self.vault = vault
        self.uploads = Uploads(database, vault)
        self.history = History(database)
        self.cards = Cards(database)
        self.leases = Leases(database, owner, lease_s(timeout_s))
        self.ledger = Ledger(database, vault, self.leases)
        self.fingerprints = Fingerprints(database, vault)
        self.traces = Traces(database, vault)
        self.retention = Retention(database)
        self.deliveries = Deliveries(database)

    async def open(self) -> None:
        """Takes the database into use. Raises SettingsError."""
        await self.database.open(self.vault.key_id)

    async def close(self) -> None:
        """Lets go of the database."""
        await self.database.close()
