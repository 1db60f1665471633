"""What a list's page shows of its course."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.dates.zones import local
from bot.promo.lists import PromoList
from bot.promo.pace import DAY_S
from bot.promo.scores import report_card
from bot.slack.blocks.course import NO_COURSE, Course, moments, points
from bot.store.store import Store

SHOWN_S = 14 * DAY_S


async def course_of(promo_list: PromoList, store: Store, zone: Callable[[], Awaitable[str]]) -> Course:
    """The course of a list: its last 14 days (hours while young), its outlook, and how the last forecasts did.

    The forecast counts as shown. `zone` is asked for the reader's time zone where there is something to label.
    """
    now = store.clock()
    readings = await store.readings.of(promo_list.shop, promo_list.id, now - SHOWN_S)
    outlook = await store.outlooks.of(promo_list.shop, promo_list.id)
    if outlook is None or not readings or (outlook.empty and promo_list.available > 0):
        return NO_COURSE
    await store.forecasts.shown([promo_list], {(promo_list.shop, promo_list.id): outlook})
    past, ahead = moments(readings, now, outlook.range)
    if not past:
        return Course(outlook)
    name = await zone()
    hours = len(past) > 1 and past[1] - past[0] < DAY_S
    labels = [_label(at, name, hours=hours) for at in (*past, *ahead)]
    shown = points(readings, now, outlook.range, labels, promo_list.available)
    return Course(outlook, shown, labels[len(past) - 1], report_card(await store.forecasts.scores()))


def _label(at: float, zone: str, *, hours: bool) -> str:
    moment = local(at, zone)
    return f"{moment:%a %H:%M}" if hours else f"{moment.day} {moment:%b}"
