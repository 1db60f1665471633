"""Which lists run out next."""

from __future__ import annotations

from bot.listeners.answers import Answers
from bot.listeners.requests import Request
from bot.listeners.watching_words import RunsOut
from bot.promo.lists import PromoList
from bot.promo.outlook import current
from bot.promo.pace import DAY_S
from bot.slack.blocks.run_outs import run_outs
from bot.store.store import Store

USUAL_DAYS = 14


async def runs_out(typed: RunsOut, request: Request, *, answers: Answers, store: Store) -> None:
    """`/promo next [days]`: the lists that are empty, or likely to be within so many days, soonest first."""
    reading = await answers.read(request)
    outlooks = current(await store.outlooks.all(), reading.lists)
    days, at = typed.days or USUAL_DAYS, store.clock()

    def soon(one: PromoList) -> bool:
        told = outlooks.get((one.shop, one.id))
        return one.available <= 0 or (told is not None and told.order <= at + days * DAY_S)

    chosen = [one for one in reading.lists if soon(one)]
    await store.forecasts.shown(chosen, outlooks)
    await request.reply(run_outs(chosen, outlooks, days, len(reading.lists), at))
