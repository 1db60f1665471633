"""The cards of alerts: posted once, edited in place, and a reply only for somebody who has to act."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.dates.quiet import is_quiet
from bot.promo.alerts import Alert, Held, held, snoozed, usual_refill_s
from bot.promo.lists import PromoList
from bot.promo.scores import ReportCard, report_card
from bot.slack.blocks.alerts import AlertContext, alert_message, ask_once_more, snooze_over
from bot.slack.blocks.kit import Message
from bot.slack.posting import MessageGoneError, Posting
from bot.slack.retry import error_code
from bot.store.alert_messages import POSTING_S, AlertMessage
from bot.store.store import Store
from bot.store.watches import QuietHours
from bot.work.rounds import Sleep, renewing

log = logging.getLogger(__name__)

# Lists that turn within so long of each other share a message, as far as it has room.
TOGETHER_S = 600.0
TOGETHER_AT_MOST = 15


class AlertCards:
    """Posts and edits the messages about alerts, beside any number of other processes."""

    def __init__(self, store: Store, posting: Posting, sleep: Sleep = asyncio.sleep) -> None:
        self._store = store
        self._posting = posting
        self._sleep = sleep
        self._now: Callable[[], float] = store.clock

    async def once(self) -> None:
        """Posts, edits and replies whatever is due now."""
        quiet = await self._store.watches.quiet()
        outages = {shop for shop, outage in (await self._store.outages.all()).items() if outage.told_at}
        await self._post_new(quiet, outages)
        for message in await self._store.alert_messages.behind():
            await self._bring_up_to_date(message)
        await self._speak_up(quiet, outages)

    async def _post_new(self, quiet: Mapping[str, QuietHours], outages: set[str]) -> None:
        by_channel: dict[str, list[Alert]] = defaultdict(list)
        for alert in await self._store.alert_messages.without():
            if self._held(alert, quiet, outages) is None:
                by_channel[alert.channel].append(alert)
        for channel, alerts in by_channel.items():
            since = self._now() - TOGETHER_S
            there = await self._store.alert_messages.young(channel, since, TOGETHER_AT_MOST - len(alerts) + 1)
            # An edit tells nobody, and whoever is named has to hear of it.
            if there is not None and not any(alert.owner for alert in alerts):
                await self._store.alert_messages.join(there, alerts)
                continue
            message = await self._store.alert_messages.begin(channel, alerts)
            if message is not None:
                await self._post(message)

    def _held(self, alert: Alert, quiet: Mapping[str, QuietHours], outages: set[str]) -> Held | None:
        hours = quiet.get(alert.channel)
        now = self._now()
        return held(alert, now, outage=alert.shop in outages, quiet=hours is not None and is_quiet(hours, now))

    async def _bring_up_to_date(self, message: AlertMessage) -> None:
        if message.ts:
            await self._edit(message)
        elif await self._store.alert_messages.claim(message):
            await self._post(message)

    async def _post(self, message: AlertMessage) -> None:
        _, alerts = await self._store.alert_messages.of(message.id)
        try:
            shown = alert_message(alerts, await self._context(alerts))
            renew = partial(self._store.alert_messages.renew, message)
            async with renewing(renew, POSTING_S / 3, self._sleep):
                channel, ts = await self._posting.post(message.channel, shown)
        except (SlackApiError, aiohttp.ClientError, OSError) as error:
            log.warning("an alert did not reach its channel: %s", _words(error))
            # It stays claimed for a minute, and is tried again then.
            return
        await self._store.alert_messages.posted(message, channel, ts)
        await self._told(alerts)
        await self._store.alert_messages.shown(message)

    async def _told(self, alerts: Sequence[Alert]) -> None:
        """The forecasts on a card count as shown."""
        for one in alerts:
            if one.closed_at:
                continue
            if outlook := await self._store.outlooks.of(one.shop, one.list_id):
                promo_list = PromoList(one.list_id, one.list_name, one.available, one.shop)
                await self._store.forecasts.shown([promo_list], {(one.shop, one.list_id): outlook})

    async def _edit(self, message: AlertMessage) -> None:
        current, alerts = await self._store.alert_messages.of(message.id)
        if current is None or not alerts:
            return
        try:
            await self._posting.edit(current.channel, current.ts, alert_message(alerts, await self._context(alerts)))
        except MessageGoneError:
            log.info("the message about an alert is gone")
        except (SlackApiError, aiohttp.ClientError, OSError) as error:
            log.warning("the message about an alert could not be edited: %s", _words(error))
            return
        await self._told(alerts)
        await self._store.alert_messages.shown(current)

    async def _context(self, alerts: Sequence[Alert] = ()) -> AlertContext:
        refill_s = usual_refill_s(await self._store.alerts.refills())
        card: ReportCard = report_card(await self._store.forecasts.scores())
        young = [one.id for one in alerts if not one.closed_at and await self._young(one)]
        return AlertContext(now=self._now(), refill_s=refill_s, card=card, young=frozenset(young))

    async def _young(self, alert: Alert) -> bool:
        found = await self._store.outlooks.of(alert.shop, alert.list_id)
        return found is not None and found.young

    async def _speak_up(self, quiet: Mapping[str, QuietHours], outages: set[str]) -> None:
        """Asks whoever took an alert once more, and says that a snooze is over."""
        now = self._now()
        for alert in await self._store.alerts.all_open():
            if alert.snoozed_by and not snoozed(alert, now):
                await self._wake_up(alert, quiet, outages)
            elif (
                alert.taken_by
                and not alert.asked_at
                and alert.ask_at <= now
                and self._held(alert, quiet, outages) is None
                and await self._store.alerts.ask(alert)
            ):
                await self._reply(alert, ask_once_more)

    async def _wake_up(self, alert: Alert, quiet: Mapping[str, QuietHours], outages: set[str]) -> None:
        hours = quiet.get(alert.channel)
        if alert.shop in outages or (hours is not None and is_quiet(hours, self._now())):
            return
        if await self._store.alerts.wake(alert):
            await self._reply(alert, snooze_over)

    async def _reply(self, alert: Alert, words: Callable[[Alert, AlertContext], Message]) -> None:
        message, _ = await self._store.alert_messages.of(alert.message_id)
        if message is None or not message.ts:
            return
        try:
            await self._posting.post(message.channel, words(alert, await self._context()), message.ts)
        except (SlackApiError, aiohttp.ClientError, OSError) as error:
            log.warning("a reminder of an alert did not reach its channel: %s", _words(error))


def _words(error: Exception) -> str:
    return error_code(error) if isinstance(error, SlackApiError) else type(error).__name__
