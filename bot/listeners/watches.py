"""`/promo watch`, `watches`, `unwatch` and `quiet`: what is watched in a channel."""

from __future__ import annotations

import re

from bot.dates.quiet import clock, is_quiet, minutes
from bot.errors import NotUnderstood
from bot.listeners.answers import Answers
from bot.listeners.requests import Request
from bot.listeners.watching_words import QuietHoursTyped, Unwatch, Watches, WatchList
from bot.promo.alerts import DEFAULT_DAYS, Watch, held
from bot.promo.lists import LOW, by_need
from bot.slack.blocks import watching as blocks
from bot.slack.blocks.choices import choose_list
from bot.slack.directory import Directory
from bot.store.store import Store
from bot.store.watches import QuietHours


async def watch(
    typed: WatchList,
    request: Request,
    *,
    answers: Answers,
    store: Store,
    directory: Directory,
) -> None:
    """`/promo watch <list> below 500 | 3 days [@person]`."""
    if not typed.words:
        needy = [one.choice for one in by_need((await answers.read(request, old=True)).lists)]
        await request.reply(choose_list("Which list?", needy, "watch ", "watch <list> below 500"))
        return
    if not await directory.joined(request.channel):
        await request.reply(blocks.not_in_channel())
        return
    owner = await _owner(typed.owner, directory)
    after = typed.typed[typed.typed.find(typed.words) + len(typed.words) :] if typed.words in typed.typed else ""
    promo_list = await answers.resolve(typed.words, request, before="watch ", after=after)
    standard = not typed.codes and not typed.days
    made = Watch(
        shop=promo_list.shop,
        list_id=promo_list.id,
        channel=request.channel,
        codes=LOW if standard else typed.codes,
        days=DEFAULT_DAYS if standard else typed.days,
        owner=owner,
        chosen=True,
        by=request.user,
    )
    await store.watches.set(made, promo_list.name)
    await request.reply(blocks.watching(promo_list, made, already=promo_list.available < made.codes))


async def _owner(typed: str, directory: Directory) -> str:
    if not typed:
        return ""
    if found := re.match(r"<@(\w+)", typed):
        return found[1]
    if user := await directory.named(typed.lstrip("@")):
        return user
    raise NotUnderstood("person", typed)


async def unwatch(typed: Unwatch, request: Request, *, answers: Answers, store: Store, alerts_channel: str) -> None:
    """`/promo unwatch <list>`."""
    if not typed.words:
        await watches(Watches(), request, store=store, alerts_channel=alerts_channel)
        return
    promo_list = await answers.resolve(typed.words, request, before="unwatch ")
    was = await store.watches.remove(promo_list.shop, promo_list.id, request.channel)
    if request.channel == alerts_channel:
        # Every list is watched there unless somebody says otherwise.
        off = Watch(promo_list.shop, promo_list.id, request.channel, by=request.user, chosen=True, off=True)
        await store.watches.set(off, promo_list.name)
        was = True
    await request.reply(blocks.not_watching(promo_list, was=was))


async def watches(typed: Watches, request: Request, *, store: Store, alerts_channel: str) -> None:
    """`/promo watches`: what is watched here, and what holds its open alerts back."""
    del typed
    hours = (await store.watches.quiet()).get(request.channel)
    outages = {shop for shop, outage in (await store.outages.all()).items() if outage.told_at}
    open_here = [alert for alert in await store.alerts.all_open() if alert.channel == request.channel]
    quiet = hours is not None and is_quiet(hours, store.clock())
    back = [
        blocks.HeldBack(
            alert, held(alert, store.clock(), outage=alert.shop in outages, quiet=quiet and not alert.message_id)
        )
        for alert in open_here
    ]
    found = await store.watches.all(request.channel)
    words = _hours(hours) if hours else ""
    every_list = bool(alerts_channel) and request.channel == alerts_channel
    await request.reply(blocks.watches(found, back, every_list=every_list, quiet=words, now=store.clock()))


async def quiet_hours(typed: QuietHoursTyped, request: Request, *, store: Store, directory: Directory) -> None:
    """`/promo quiet 22:00 to 7:00 | off`: when alerts wait."""
    if typed.words.casefold() in ("off", "no", "none", "never"):
        await store.watches.end_quiet(request.channel)
        await request.reply(blocks.quiet_set(""))
        return
    if not typed.words:
        known = (await store.watches.quiet()).get(request.channel)
        await request.reply(blocks.quiet_set(_hours(known) if known else ""))
        return
    start, end = minutes(typed.words)
    made = QuietHours(request.channel, start, end, await directory.zone(request.user), request.user)
    await store.watches.set_quiet(made)
    await request.reply(blocks.quiet_set(_hours(made)))


def _hours(hours: QuietHours) -> str:
    return f"{clock(hours.start)} to {clock(hours.end)} ({hours.tz})"
