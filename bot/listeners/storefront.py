"""The storefront: the snippet that hands out a list's codes, and the trace of a code that came back from there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.errors import UnknownList
from bot.listeners.answers import Answers, one_of
from bot.listeners.requests import Request
from bot.listeners.tidying import tidy
from bot.listeners.words import Snippet, Trace
from bot.promo import snippet as call
from bot.promo.lists import PromoList, by_need
from bot.promo.tracing import spellings, traced
from bot.slack.blocks import snippet as words
from bot.slack.blocks import trace as traces
from bot.slack.blocks.choices import choose_list
from bot.slack.people import People
from bot.slack.posting import Posting
from bot.store.store import Store


async def snippet(typed: Snippet, request: Request, *, answers: Answers, posting: Posting) -> None:
    """`/promo snippet`: the call for the list that was typed, as text and as a file."""
    reading = await answers.read(request)
    if not typed.typed:
        question, every = "Which list is the snippet for?", [one.choice for one in by_need(reading.lists)]
        await request.reply(choose_list(question, every, "snippet ", "snippet spring sale"))
        return
    try:
        promo_list, fallback = await understood(typed.typed, reading.lists)
    except UnknownList as error:
        # It may be a list of a shop that did not answer.
        for failure in () if error.several else reading.failures.values():
            raise failure from None
        raise
    if isinstance(fallback, call.FallbackList) and not call.serves(promo_list, fallback.list):
        await request.reply(words.cannot_fall_back(promo_list, fallback.list))
        return
    script = call.snippet(promo_list, fallback)
    await request.reply(words.storefront(promo_list, fallback, script))
    name, comment = words.file_name(promo_list), words.file_comment(promo_list)
    await posting.send_file(request.user, name, script.encode(), comment)


async def understood(typed: str, lists: Sequence[PromoList]) -> tuple[PromoList, call.Fallback]:
    """The list and the fallback that were typed. Raises UnknownList."""
    errors: list[UnknownList] = []
    for asked in call.readings(typed):
        fallback = f'"{asked.code}"' if asked.code else asked.fallback
        after = f" fallback {fallback}" if fallback else ""
        try:
            promo_list = await one_of(tidy(asked.words), lists, "snippet ", after)
            if asked.code:
                return promo_list, call.GeneralCode(asked.code)
            if not asked.fallback:
                return promo_list, call.HideOffer()
            second = await one_of(tidy(asked.fallback), lists, f"snippet {promo_list.choice.key} fallback ")
            return promo_list, call.FallbackList(second)
        except UnknownList as error:
            errors.append(error)
    # Where a fallback was typed, the whole of it is hardly a list's name.
    raise errors[:2][-1]


async def trace(typed: Trace, request: Request, *, people: People, store: Store) -> None:
    """`/promo trace`: where codes came from, for people who may load codes. Raises NotAllowed."""
    await people.check(request.user, request.channel, uploads=True)
    behind = await store.traces.behind()
    known = await store.traces.find(await asyncio.to_thread(spellings, typed.text))
    codes = [
        replace(one, origins=known.get(one.code, ())) for one in await asyncio.to_thread(traced, typed.text, known)
    ]
    if not codes:
        await request.reply(traces.no_code_named())
        return
    await store.traces.note(request.user, len(codes))
    uploads = await store.history.named({origin.ref for one in codes for origin in one.origins})
    await request.reply(traces.trace(codes, {upload.ref: upload for upload in uploads}, behind=behind))
