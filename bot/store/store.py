"""The database's one face: everything the rest of the bot asks of it or tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.alert_messages import AlertMessages
from bot.store.alerts import Alerts
from bot.store.batches import Batches
from bot.store.bookings import Bookings
from bot.store.cards import Cards
from bot.store.database import Database
from bot.store.deliveries import Deliveries
from bot.store.digests import Digests
from bot.store.dropped import DroppedFiles
from bot.store.fingerprints import Fingerprints
from bot.store.forecasts import Forecasts
from bot.store.history import History
from bot.store.late import LateArrivals
from bot.store.leases import Leases, lease_s
from bot.store.ledger import Ledger
from bot.store.loaded import Loaded
from bot.store.outages import Outages
from bot.store.outlooks import Outlooks
from bot.store.readings import Readings
from bot.store.request_starts import RequestStarts
from bot.store.retention import Retention
from bot.store.shop_names import follow_names
from bot.store.tables import facts
from bot.store.traces import Traces
from bot.store.turns import Turns
from bot.store.uploads import Uploads
from bot.store.vault import Vault
from bot.store.watches import Watches

_FINGERPRINT_KEY = select(facts.c.value).where(facts.c.name == "fingerprint_key")
_ABOUT = "fingerprint key"


class Store:
    """One attribute for each question asked of the database.

    `owner` names this process in leases; `timeout_s` is how long one POST may take; `shop_ids` are the ids of the shops
    by their names, which people may change. A new table gets a class of its own in a module of its own, and an
    attribute here. What watching keeps goes by `clock` (epoch seconds), which is the database's unless another is
    given, and so does what people are told of uploads (`told` translates): the playground's days pass in minutes.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        owner: str,
        timeout_s: float,
        shop_ids: Mapping[str, str],
        clock: Callable[[], float] | None = None,
        told: Callable[[float], float] = float,
    ) -> None:
        self.database = database
        database.told = told
        self.vault = vault
        self._shop_ids = shop_ids
        self.leases = Leases(database, owner, lease_s(timeout_s))
        self.batches = Batches(database, vault, self.leases)
        self.uploads = Uploads(database, vault, self.batches, shop_ids)
        self.ledger = Ledger(database, self.batches, self.leases)
        self.late = LateArrivals(database, self.batches, self.leases)
        self.history = History(database)
        self.cards = Cards(database)
        self.fingerprints = Fingerprints(database, vault, shop_ids)
        self.traces = Traces(database, vault)
        self.retention = Retention(database)
        self.request_starts = RequestStarts(database)
        self.deliveries = Deliveries(database)
        self.dropped = DroppedFiles(database)
        watching = database if clock is None else database.by(clock)
        self.clock = watching.now
        self.turns = Turns(watching, owner)
        self.readings = Readings(watching, shop_ids)
        self.loaded = Loaded(database)
        self.outlooks = Outlooks(watching)
        self.forecasts = Forecasts(watching)
        self.watches = Watches(watching)
        self.alerts = Alerts(watching)
        self.alert_messages = AlertMessages(watching)
        self.outages = Outages(watching)
        self.bookings = Bookings(watching)
        self.digests = Digests(watching)

    async def open(self) -> None:
        """Takes the database into use, also after SECRET_KEY was changed. Raises SettingsError."""
        await self.database.open(self.vault.key_id, self.vault.key_id_before, self._keep_fingerprint_key)
        async with self.database.read() as connection:
            if sealed := await connection.scalar(_FINGERPRINT_KEY):
                self.vault.fingerprint_key = self.vault.open(bytes.fromhex(sealed), _ABOUT)
        await self.uploads.name_shops()
        async with self.database.begin() as connection:
            await follow_names(connection, self._shop_ids)

    async def _keep_fingerprint_key(self, connection: AsyncConnection) -> None:
        """Codes were remembered under this key, and cannot be remembered anew: they are not there any more."""
        kept = await connection.scalar(_FINGERPRINT_KEY)
        key = self.vault.open(bytes.fromhex(kept), _ABOUT) if kept else self.vault.fingerprint_key_before
        await connection.execute(delete(facts).where(facts.c.name == "fingerprint_key"))
        value = self.vault.seal(key, _ABOUT).hex()
        await connection.execute(insert(facts).values(name="fingerprint_key", value=value))

    async def close(self) -> None:
        """Lets go of the database."""
        await self.database.close()
