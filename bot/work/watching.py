"""Watching as a whole: readings, what they mean, the cards about it, and digests."""

from __future__ import annotations

import asyncio

from bot.personaclick.catalog import Catalog
from bot.slack.posting import Posting
from bot.store.store import Store
from bot.work.alerts import AlertCards
from bot.work.digests import Digests
from bot.work.ending import end
from bot.work.judging import Judging
from bot.work.readings import Readings
from bot.work.rounds import Rounds, Sleep

# Cards follow a reading or a click at once; this is for what another process left.
ALERTS_EVERY_S = 5.0
DIGESTS_EVERY_S = 20.0


class Watching:
    """Everything that goes on without anybody asking. `sleep` waits so many seconds of the database's clock."""

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        posting: Posting,
        *,
        alerts_channel: str,
        contact: str = "",
        every_s: float,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        cards = AlertCards(store, posting, sleep)
        self._alerts = Rounds("alerts", cards.once, ALERTS_EVERY_S, sleep)
        judging = Judging(store, posting, alerts_channel, self._alerts.wake, contact)
        readings = Readings(store, catalog, judging.judge, every_s=every_s)
        self._readings = Rounds("readings", readings.take_due, min(max(every_s / 4, 0.2), 15.0), sleep)
        self._digests = Rounds("digests", Digests(store, posting, sleep).send_due, DIGESTS_EVERY_S, sleep)
        self._tasks: list[asyncio.Task[None]] = []

    def changed(self) -> None:
        """An alert changed: its card follows at once."""
        self._alerts.wake()

    async def run(self) -> None:
        """Works until `stop`."""
        rounds = (self._readings, self._alerts, self._digests)
        self._tasks = [asyncio.create_task(each.run()) for each in rounds]
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stop(self, within_s: float) -> None:
        """Ends each round that is under way, or cuts it off after so long."""
        for each in (self._readings, self._alerts, self._digests):
            each.stop()
        await end(self._tasks, within_s)
