"""What is left in the lists: the report, one list, *Share in channel*, and the choice of a list."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.errors import UnknownList, WrongState
from bot.listeners.answers import Answers
from bot.listeners.courses import course_of
from bot.listeners.requests import Request
from bot.listeners.words import Lists, OneList
from bot.personaclick.catalog import Catalog
from bot.promo.lists import by_need, matching, near_misses
from bot.promo.outlook import current
from bot.slack.blocks import ids, lists
from bot.slack.blocks.problems import file_sent, missing_shops
from bot.slack.blocks.tables import TABLE_ROWS
from bot.slack.directory import Directory
from bot.slack.people import People
from bot.slack.permalinks import Permalinks
from bot.slack.posting import Posting
from bot.store.database import AWAY
from bot.store.store import Store


async def report(
    typed: Lists, request: Request, *, answers: Answers, store: Store, contact: str, now: Callable[[], float]
) -> None:
    """`/promo lists [words]`: the availability report; while PersonaClick is away, with the counts last known."""
    reading = await answers.read(request, old=True)
    chosen = by_need(matching(typed.words, reading.lists))
    if not chosen and set(reading.failures) > set(reading.ages):
        raise next(iter(reading.failures.values()))
    if not reading.lists:
        message = lists.no_lists()
    elif not chosen:
        near = await asyncio.to_thread(near_misses, typed.words, reading.lists)
        raise UnknownList(typed.words, tuple(promo_list.choice for promo_list in near), before="list ")
    else:
        trouble = missing_shops(reading.failures, reading.ages, now(), contact)
        outlooks = current(await store.outlooks.all(), chosen)
        old = bool(reading.ages)
        message = lists.report(chosen, words=typed.words, at=now(), trouble=trouble, old=old, outlooks=outlooks)
        await store.forecasts.shown(chosen[:TABLE_ROWS], outlooks)
    await request.reply(message)


async def one_list(
    typed: OneList,
    request: Request,
    *,
    answers: Answers,
    store: Store,
    permalinks: Permalinks,
    directory: Directory,
    contact: str,
    now: Callable[[], float],
) -> None:
    """`/promo list <list>`: what one list has left, its course, and its last uploads."""
    reading = await answers.read(request, old=True)
    promo_list = await answers.one_of(typed.words, reading, before="list ")
    uploads = await store.history.latest(promo_list, limit=5)
    failures = {shop: error for shop, error in reading.failures.items() if shop == promo_list.shop}
    trouble = missing_shops(failures, reading.ages, now(), contact)
    course = await course_of(promo_list, store, lambda: directory.zone(request.user))
    links = await permalinks.of(uploads)
    await request.reply(lists.one_list(promo_list, uploads, now(), links, trouble, course))


async def share(
    ack: AsyncAck,
    body: dict[str, Any],
    action: dict[str, Any],
    *,
    store: Store,
    people: People,
    answers: Answers,
    now: Callable[[], float],
) -> None:
    """*Share in channel*: the report, read anew, for everybody in the channel."""
    await ack()
    request, words = answers.clicked(body), action.get("value") or ""
    await people.check(request.user, request.channel, shows=True)
    message_ts = (body.get("container") or {}).get("message_ts")
    click = f"share {message_ts} {request.user}"
    if not await store.deliveries.claim(click):
        return
    try:
        reading = await answers.read(request)
        chosen = by_need(matching(words, reading.lists))
        if not chosen:
            # Renamed or removed since: a public report of nothing would tell nobody anything.
            raise next(iter(reading.failures.values()), WrongState("list gone"))
        trouble, outlooks = missing_shops(reading.failures), current(await store.outlooks.all(), chosen)
        message = lists.report(
            chosen, words=words, at=now(), shared_by=request.user, trouble=trouble, outlooks=outlooks
        )
        await store.forecasts.shown(chosen[:TABLE_ROWS], outlooks)
        await answers.share(body, message)
    except BaseException:
        # Nothing was shared: the next click is the first again.
        with suppress(*AWAY):
            await asyncio.shield(store.deliveries.release(click))
        raise


async def lists_file(
    ack: AsyncAck,
    body: dict[str, Any],
    action: dict[str, Any],
    *,
    people: People,
    answers: Answers,
    posting: Posting,
) -> None:
    """*All lists as a file*: every list of a report that has no room for them, as CSV for this person alone."""
    await ack()
    request = answers.clicked(body)
    await people.check(request.user, request.channel)
    reading = await answers.read(request)
    chosen = by_need(matching(action.get("value") or "", reading.lists))
    content = await asyncio.to_thread(lists.lists_csv, chosen)
    await posting.send_file(request.user, "promo-lists.csv", content, "Every list, those that need codes first.")
    await request.reply(file_sent())


async def suggest_lists(ack: AsyncAck, options: dict[str, Any], *, people: People, catalog: Catalog) -> None:
    """What a type-ahead select offers: lists with the counts last seen, seconds old.

    A form that was opened with unclear words keeps them, and offers what they may mean before anything is typed.
    """
    await people.check(options["user"]["id"], "")
    view = options.get("view") or {}
    hint = view.get("private_metadata") or "" if view.get("callback_id") == ids.UPLOAD_FORM else ""
    query = options.get("value") or ""
    await ack(options=await asyncio.to_thread(lists.list_options, await catalog.soon(), query, hint))
