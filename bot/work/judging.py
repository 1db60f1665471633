"""What a reading means for people: which alerts open, change and close, and which shop is out."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.promo.alerts import (
    Alert,
    Close,
    Ended,
    Go,
    Level,
    Open,
    Standing,
    Verdict,
    Watch,
    judge,
    order_by,
    usual_refill_s,
)
from bot.promo.bookings import Booking, need
from bot.promo.outlook import Outlook
from bot.promo.pace import DAY_S
from bot.slack.blocks.alerts import outage_began, outage_over
from bot.slack.blocks.kit import Message
from bot.slack.posting import Posting
from bot.store.bookings import of_list
from bot.store.readings import Listed
from bot.store.store import Store
from bot.work.readings import LISTS_AT_A_STRETCH, Key, Now, key

log = logging.getLogger(__name__)

# A shop is out when so many readings in a row failed.
OUT_AFTER = 2
# A booking that begins so soon, or sooner than a refill takes, is looked at.
BOOKED_AHEAD_S = 3 * DAY_S
# A list that is missing for a reading or two may have slipped through the pages of an answer.
_GONE_AFTER_S = 1800.0
# What changes little is shown so often.
_SHOWN_EVERY_S = 1800.0


@dataclass(frozen=True, slots=True)
class _Known:
    """What is the same for every list of one reading."""

    now: Now
    open: dict[tuple[str, str, str], Alert]
    bookings: Sequence[Booking]
    refill_s: float
    last_paces: dict[tuple[str, str, str], float]


class Judging:
    """Judges each reading. `alerts_channel` hears of every list; `changed` is told that cards may be behind; `contact`
    is named where somebody has to act."""

    def __init__(
        self, store: Store, posting: Posting, alerts_channel: str, changed: Callable[[], None], contact: str = ""
    ) -> None:
        self._contact = contact
        self._store = store
        self._posting = posting
        self._alerts_channel = alerts_channel
        self._changed = changed

    async def judge(self, now: Now) -> None:
        """Opens, changes and closes alerts after a reading, and tells of outages."""
        await self._outages(now)
        watched: dict[Key, list[Watch]] = defaultdict(list)
        for watch, _ in await self._store.watches.all():
            watched[watch.shop, watch.list_id].append(watch)
        known = _Known(
            now=now,
            open={(one.shop, one.list_id, one.channel): one for one in await self._store.alerts.all_open()},
            bookings=await self._store.bookings.ending_after(now.at),
            refill_s=usual_refill_s(await self._store.alerts.refills()),
            last_paces=await self._store.alerts.last_paces(),
        )
        seen: set[tuple[str, str, str]] = set()
        for number, one in enumerate(now.lists):
            for watch in watches_of(key(one), watched.get(key(one), ()), self._alerts_channel):
                seen.add((watch.shop, watch.list_id, watch.channel))
                await self._list(one, watch, known)
            if number % LISTS_AT_A_STRETCH == 0:
                await asyncio.sleep(0)
        await self._end_others(known, seen)
        self._changed()

    async def _list(self, one: Listed, watch: Watch, known: _Known) -> None:
        alert = known.open.get((watch.shop, watch.list_id, watch.channel))
        standing = standing_of(one, known.now, known.bookings, known.refill_s)
        last_pace = known.last_paces.get((watch.shop, watch.list_id, watch.channel), 0.0)
        verdict = judge(watch, standing, alert, refill_s=known.refill_s, last_pace=last_pace)
        await self._carry_out(verdict, one, watch, standing, alert, known.refill_s)

    async def _carry_out(
        self, verdict: Verdict, one: Listed, watch: Watch, standing: Standing, alert: Alert | None, refill_s: float
    ) -> None:
        match verdict:
            case Open(level, threshold):
                made = _new(one, watch, level, threshold, standing.at)
                await self._store.alerts.open(_told(made, standing, refill_s))
            case Go(level, threshold, calm_since) if alert is not None:
                same = replace(alert, level=level, threshold=threshold, calm_since=calm_since)
                now = _told(same, standing, refill_s)
                if worth_showing(alert, now):
                    await self._store.alerts.changed(now)
            case Close(why) if alert is not None:
                await self._store.alerts.close(alert, why, standing.available)

    async def _end_others(self, known: _Known, seen: set[tuple[str, str, str]]) -> None:
        """Closes the alerts of lists that are gone for good, or watched no longer."""
        there = {key(one) for one in known.now.lists}
        for place, alert in known.open.items():
            if place in seen or alert.shop in known.now.failures or not known.now.lists:
                continue
            why = Ended.UNWATCHED if (alert.shop, alert.list_id) in there else Ended.GONE
            since = known.now.at - _GONE_AFTER_S
            if why is Ended.GONE and await self._store.readings.of(alert.shop, alert.list_id, since):
                continue
            await self._store.alerts.close(alert, why, alert.available)

    async def _outages(self, now: Now) -> None:
        known = await self._store.outages.all()
        for shop, error in now.failures.items():
            await self._store.outages.failed(shop, type(error).__name__)
            failures = known[shop].failures + 1 if shop in known else 1
            since = known[shop].since if shop in known else now.at
            if failures >= OUT_AFTER and await self._store.outages.tell(shop):
                await self._tell(shop, outage_began(shop, error, since, self._contact))
        for shop in known:
            if shop not in now.failures and (outage := await self._store.outages.over(shop)) and outage.told_at:
                await self._tell(shop, outage_over(shop, outage.since, now.at))

    async def _tell(self, shop: str, message: Message) -> None:
        for channel in await self._channels(shop):
            try:
                await self._posting.post(channel, message)
            except (SlackApiError, aiohttp.ClientError, OSError) as error:
                log.warning("word of an outage did not reach a channel: %s", type(error).__name__)

    async def _channels(self, shop: str) -> list[str]:
        """Where somebody waits for news of a shop's lists."""
        watched = [
            watch.channel for watch, _ in await self._store.watches.all() if watch.shop == shop and not watch.off
        ]
        return sorted({*watched, *([self._alerts_channel] if self._alerts_channel else [])})


def watches_of(one: Key, watched: Iterable[Watch], alerts_channel: str) -> list[Watch]:
    """How a list is watched: as people asked (`watched`), and by default in the channel for alerts on every list."""
    chosen = list(watched)
    if alerts_channel and all(watch.channel != alerts_channel for watch in chosen):
        chosen.append(Watch(*one, alerts_channel))
    return chosen


def standing_of(one: Listed, now: Now, bookings: Sequence[Booking], refill_s: float) -> Standing:
    """What is known of a list after a reading."""
    found: Outlook | None = now.outlooks.get(key(one))
    per_day = found.per_day if found else None
    return Standing(
        available=one.promo_list.available,
        at=now.at,
        known_s=now.at - one.first_at,
        per_day=per_day,
        run_out=found.range if found else None,
        unusual=now.unusual.get(key(one)),
        before=one.readings[0].available if len(one.readings) > 1 else None,
        short_by=_short_by(one, now.at, per_day, of_list(bookings, *key(one)), refill_s),
    )


def _short_by(one: Listed, at: float, per_day: float | None, bookings: Sequence[Booking], refill_s: float) -> int:
    """How many codes are missing for the bookings that begin soon."""
    ahead = max(BOOKED_AHEAD_S, refill_s)
    return max(
        (
            need(0, one.promo_list.available, at, each.end, per_day=per_day, bookings=bookings).short_by
            for each in bookings
            if each.start - at <= ahead
        ),
        default=0,
    )


def _new(one: Listed, watch: Watch, level: Level, threshold: int, at: float) -> Alert:
    return Alert(
        id=0,
        shop=watch.shop,
        list_id=watch.list_id,
        list_name=one.promo_list.called,
        channel=watch.channel,
        level=level,
        threshold=threshold,
        opened_at=at,
        available=one.promo_list.available,
        at=at,
        owner=watch.owner,
    )


def _told(alert: Alert, now: Standing, refill_s: float) -> Alert:
    """The alert with what the newest reading says."""
    told = now.run_out
    return replace(
        alert,
        available=now.available,
        at=now.at,
        order_by=order_by(told, refill_s) if refill_s else 0.0,
        early=(told.early if told else None) or 0.0,
        likely=(told.likely if told else None) or 0.0,
        late=(told.late if told else None) or 0.0,
        per_day=-1.0 if now.per_day is None else now.per_day,
        unusual_taken=now.unusual.taken if now.unusual else alert.unusual_taken,
        short_by=now.short_by,
    )


def worth_showing(before: Alert, after: Alert) -> bool:
    """Whether a card has something new to say; a few codes less are not, for each edit is a call to Slack."""
    if (before.level, before.calm_since, before.threshold) != (after.level, after.calm_since, after.threshold):
        return True
    if after.available > before.available or (before.short_by > 0) != (after.short_by > 0):
        return True
    fallen = before.available - after.available
    return fallen > max(1.0, 0.02 * before.available) or (fallen > 0 and after.at - before.at >= _SHOWN_EVERY_S)
