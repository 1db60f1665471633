"""Pace and run-out in words and in a table's cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil, floor
from types import MappingProxyType

from bot.promo.forecast import RunOut, TooLittle
from bot.promo.lists import PromoList, by_need
from bot.promo.outlook import NEVER, Outlook
from bot.slack.blocks.kit import Line, When, counted, number
from bot.slack.blocks.tables import Cell

NOT_SOON = "not within 90 days"
Outlooks = Mapping[tuple[str, str], Outlook]
NO_OUTLOOKS: Outlooks = MappingProxyType({})


def pace(outlook: Outlook | None) -> str:
    """120 a day, or by the hour while there are only hours to go by."""
    if outlook is None or outlook.per_day is None:
        return "–"
    if outlook.range is None:
        return f"{number(round(outlook.per_day / 24))} an hour"
    if 0 < outlook.per_day < 1:
        return "under 1 a day"
    return f"{number(round(outlook.per_day))} a day"


def run_out_cell(promo_list: PromoList, outlook: Outlook | None) -> Cell:
    """When a list runs out, for a table."""
    if promo_list.available <= 0:
        return "empty"
    match outlook:
        case Outlook(run_out=RunOut(early=early, late=late), young=True):
            return f"in {lasts(early, late, outlook.at)}"
        case Outlook(run_out=RunOut(likely=likely)) if likely is not None:
            return When(likely)
        case Outlook(run_out=RunOut(early=early)) if early is not None:
            return "after 90 days, likely"
        case Outlook(run_out=RunOut()):
            return NOT_SOON
    return "too early to tell"


def run_out_line(promo_list: PromoList, outlook: Outlook | None) -> Line:
    """What is known of a list's days to come, in a sentence; nothing for an empty list."""
    if promo_list.available <= 0 or outlook is None:
        return []
    match outlook.run_out:
        case TooLittle(until):
            told: Line = ["Too few readings for a date: from ", When(until), " there is one."]
            if not outlook.per_day:
                return told
            return [f"At the pace of the last hours, {pace(outlook)}, it lasts {_lasts(promo_list, outlook)}. ", *told]
        case RunOut(early, _, late) if outlook.young:
            words = f"Pace: {pace(outlook)}. It lasts {lasts(early, late, outlook.at)}. From "
            return [words, When(outlook.dated_from), " there is a date."]
        case RunOut(early, likely, late):
            return [f"Pace: {pace(outlook)}. ", *_range(early, likely, late)]
    return []


def lasts(early: float | None, late: float | None, now: float) -> str:
    """How long a list lasts, in words: 2 to 4 days; `early` and `late` are the ends of its range."""
    if early is None:
        return "more than 90 days"
    size, unit = (3600.0, "hour") if (late or early) - now < 2 * 86_400 else (86_400.0, "day")
    low = max(0, floor((early - now) / size))
    if late is None:
        return f"more than {counted(low, unit)}"
    high = max(1, ceil((late - now) / size))
    if low == 0:
        return f"less than {counted(high, unit)}"
    return f"about {counted(low, unit)}" if low == high else f"{number(low)} to {counted(high, unit)}"


def _lasts(promo_list: PromoList, outlook: Outlook) -> str:
    days = promo_list.available / (outlook.per_day or 1.0)
    if days < 2:
        hours = max(1, round(24 * days))
        return f"about {number(hours)} {'hour' if hours == 1 else 'hours'}"
    return f"about {number(round(days))} days" if days <= 90 else "more than 90 days"


def _range(early: float | None, likely: float | None, late: float | None) -> Line:
    if early is None:
        return ["Not empty within 90 days, as it goes now."]
    if likely is None:
        return ["Likely not empty within 90 days, at the earliest ", When(early), "."]
    ends: Line = [When(early), " and ", When(late)] if late is not None else [When(early), " and more than 90 days"]
    return ["Likely empty ", When(likely), ", between ", *ends, " (8 times in 10)."]


def tells(lists: Iterable[PromoList], outlooks: Outlooks) -> bool:
    """Whether there is a pace or a date to tell of any of the lists."""
    found = (outlooks.get((one.shop, one.id)) for one in lists)
    return any(told is not None and (told.per_day is not None or told.range is not None) for told in found)


def by_urgency(lists: Iterable[PromoList], outlooks: Outlooks) -> list[PromoList]:
    """The lists, empty ones first, then those that run out soonest, then those with the fewest codes."""

    def order(one: PromoList) -> tuple[bool, float]:
        told = outlooks.get((one.shop, one.id))
        return one.available > 0, told.order if told else NEVER

    return sorted(by_need(lists), key=order)
