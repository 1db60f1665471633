"""Digests: each sent when it is due, by one process, late and once where nobody was there."""

from __future__ import annotations

import asyncio
import logging
from functools import partial

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.dates.recurrence import Schedule, next_after
from bot.promo.alerts import Alert
from bot.promo.pace import DAY_S
from bot.promo.scores import report_card
from bot.promo.uploads import State
from bot.slack.blocks.digest import News, digest
from bot.slack.posting import Posting
from bot.slack.retry import error_code
from bot.store.digests import POSTING_S, Digest
from bot.store.store import Store
from bot.work.rounds import Sleep, renewing

log = logging.getLogger(__name__)

# A booking that begins later is told of another time.
BOOKED_S = 7 * DAY_S
_GONE = ("channel_not_found", "not_in_channel", "is_archived")
_LOADED = (State.DONE, State.PARTLY_DONE, State.UNDONE)


class Digests:
    """Sends the digests that are due, beside any number of other processes."""

    def __init__(self, store: Store, posting: Posting, sleep: Sleep = asyncio.sleep) -> None:
        self._store = store
        self._posting = posting
        self._sleep = sleep
        self._now = store.clock

    async def send_due(self) -> None:
        """Sends each digest that is due and that no other process is sending."""
        for due in await self._store.digests.due():
            if not await self._store.digests.claim(due):
                continue
            news = await self.news(due)
            try:
                async with renewing(partial(self._store.digests.renew, due), POSTING_S / 3, self._sleep):
                    await self._posting.post(due.channel, digest(news))
            except SlackApiError as error:
                log.warning("a digest did not reach its channel: Slack says %s", error_code(error))
                if error_code(error) in _GONE:
                    await self._sent(due)
                continue
            except (aiohttp.ClientError, OSError):
                log.warning("a digest did not reach its channel: Slack cannot be reached")
                continue
            await self._sent(due)
            await self._store.forecasts.shown(news.lists, news.soon)

    async def _sent(self, due: Digest) -> None:
        await self._store.digests.sent(due, next_after(schedule_of(due), self._now()))

    async def news(self, due: Digest) -> News:
        """What there is to tell since the channel's last digest."""
        store, now = self._store, self._now()
        read_at, lists = await store.readings.newest()
        uploads = await store.history.latest(limit=50)
        bookings = await store.bookings.ending_after(now)
        outages = await store.outages.all()
        return News(
            now=now,
            since=due.last_at,
            read_at=read_at,
            lists=lists,
            outlooks=await store.outlooks.all(),
            open=once_a_list(await store.alerts.all_open()),
            closed=once_a_list(await store.alerts.closed_since(due.last_at)),
            uploads=[one for one in uploads if one.state in _LOADED and one.finished_at > due.last_at],
            bookings=[one for one in bookings if one.start - now <= BOOKED_S],
            silent_shops={shop: outage.since for shop, outage in outages.items() if outage.told_at},
            card=report_card(await store.forecasts.scores()),
            schedule=schedule_of(due).words,
        )


def once_a_list(alerts: list[Alert]) -> list[Alert]:
    """The alerts, one for each list: the same list may be watched in several channels."""
    return list({(one.shop, one.list_id): one for one in alerts}.values())


def schedule_of(due: Digest) -> Schedule:
    """When a digest comes."""
    return Schedule(due.days, due.hour, due.minute, due.tz)
