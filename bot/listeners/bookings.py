"""`/promo need`, `book`, `bookings` and `unbook`: whether there is enough for what is planned."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from bot.dates.words import Span, span
from bot.dates.zones import day_start
from bot.errors import NotUnderstood
from bot.listeners.answers import Answers
from bot.listeners.requests import Request
from bot.listeners.watching_words import Book, Bookings, NeedTyped, Unbook, first_and_last
from bot.promo.bookings import Booking, Need, need
from bot.promo.lists import PromoList, named
from bot.promo.outlook import Outlook, outlook
from bot.promo.pace import DAY_S, used
from bot.slack.blocks import watching as blocks
from bot.slack.directory import Directory
from bot.store.bookings import of_list
from bot.store.readings import HISTORY_S
from bot.store.store import Store

# How long a booking that is over is still told of.
TOLD_S = 14 * DAY_S
# As many words as the longest dates have: “from 27 november 10:00 to 30 november 18:00”.
DATE_WORDS = 8


async def ask_need(
    typed: NeedTyped,
    request: Request,
    *,
    answers: Answers,
    store: Store,
    directory: Directory,
) -> None:
    """`/promo need 50000 <list> [by friday]`: enough, or short by how many."""
    if not typed.codes or not typed.words:
        raise NotUnderstood("number", "need 50000 <list> by friday")
    zone, at = await directory.zone(request.user), store.clock()
    words, tail = typed.words, typed.until
    reading = await answers.read(request)
    if tail and named(typed.whole, reading.lists):
        words, tail = typed.whole, ""
    elif not tail:
        words, tail = await asyncio.to_thread(split_date, words, reading.lists, at, zone)
    until = await _until(tail, at, zone)
    after = f" by {tail}" if tail else ""
    promo_list = await answers.one_of(words, reading, before=f"need {typed.codes} ", after=after)
    found = await _need(promo_list, typed.codes, at, until, store)
    await request.reply(blocks.need_answer(promo_list, found, zone))


def split_date(typed: str, lists: Sequence[PromoList], at: float, zone: str) -> tuple[str, str]:
    """A list's words and the dates after them (“welcome friday to sunday”); no dates where all of it names a list."""
    words = typed.split()
    for cut in range(len(words), max(0, len(words) - DATE_WORDS), -1):
        found, dates = " ".join(words[:cut]), " ".join(words[cut:])
        if named(found, lists):
            with suppress(NotUnderstood):
                if dates:
                    span(first_and_last(dates)[0], at, zone)
                return found, dates
    return typed, ""


async def _until(words: str, at: float, zone: str) -> float:
    """The end of the day that was said, or the moment; the end of today when nothing was."""
    if not words:
        return day_start(at, zone, 1)
    found = await asyncio.to_thread(span, words, at, zone)
    if found.end <= at:
        raise NotUnderstood("past", words)
    return found.end


async def book(typed: Book, request: Request, *, answers: Answers, store: Store, directory: Directory) -> None:
    """`/promo book 50000 <list> from friday to sunday`: kept, and held against what is there."""
    if not typed.codes or not typed.words:
        raise NotUnderstood("number", "book 50000 <list> from friday to sunday")
    zone, at = await directory.zone(request.user), store.clock()
    if not typed.start:
        lists = (await answers.read(request)).lists
        words, dates = await asyncio.to_thread(split_date, typed.words, lists, at, zone)
        typed = Book(typed.codes, words, *first_and_last(dates))
    planned = await _planned(typed, at, zone)
    after = f" from {typed.start}" + (f" to {typed.end}" if typed.end else "")
    promo_list = await answers.resolve(typed.words, request, before=f"book {typed.codes} ", after=after)
    booking = await store.bookings.add(
        Booking(
            number=0,
            shop=promo_list.shop,
            list_id=promo_list.id,
            list_name=promo_list.name,
            codes=typed.codes,
            start=max(planned.start, at),
            end=planned.end,
            by=request.user,
            channel=request.channel,
        )
    )
    found = await _need(promo_list, 0, at, booking.end, store)
    await request.reply(blocks.booked(booking, found, zone))


async def _planned(typed: Book, at: float, zone: str) -> Span:
    if not typed.start:
        raise NotUnderstood("when", f"book {typed.codes} {typed.words} from friday to sunday")
    first = await asyncio.to_thread(span, typed.start, at, zone)
    last = await asyncio.to_thread(span, typed.end, first.start, zone) if typed.end else first
    end = last.end if last.end > first.start else first.start + DAY_S
    if last.end < first.start:
        raise NotUnderstood("order", f"{typed.start} to {typed.end}")
    if end <= at:
        raise NotUnderstood("past", typed.end or typed.start)
    return Span(first.start, end)


async def _need(promo_list: PromoList, codes: int, at: float, until: float, store: Store) -> Need:
    """What a need means for a list, from its own readings."""
    plain = await plain_outlook(promo_list, at, store)
    booked = of_list(await store.bookings.ending_after(at), promo_list.shop, promo_list.id)
    return need(codes, promo_list.available, at, until, per_day=plain.per_day, run_out=plain.range, bookings=booked)


async def plain_outlook(promo_list: PromoList, at: float, store: Store) -> Outlook:
    """A list's outlook as if nothing were booked."""
    readings = await store.readings.of(promo_list.shop, promo_list.id, at - HISTORY_S)
    loaded = (await store.loaded.since(at - HISTORY_S)).get((promo_list.shop, promo_list.id), [])
    return outlook(readings, at, loaded)


async def bookings(typed: Bookings, request: Request, *, store: Store) -> None:
    """`/promo bookings`: what is planned, and what the last ones used."""
    del typed
    at = store.clock()
    found = await store.bookings.ending_after(at - TOLD_S)
    told = [(one, await _used(one, at, store) if one.start < at else 0) for one in found]
    await request.reply(blocks.bookings(told, at))


async def _used(booking: Booking, at: float, store: Store) -> int:
    readings = await store.readings.of(booking.shop, booking.list_id, booking.start - DAY_S)
    loaded = (await store.loaded.since(booking.start - DAY_S)).get((booking.shop, booking.list_id), [])
    return used(readings, booking.start, min(booking.end, at), loaded)


async def unbook(typed: Unbook, request: Request, *, store: Store) -> None:
    """`/promo unbook 3`."""
    await request.reply(blocks.unbooked(await store.bookings.remove(typed.number)))
