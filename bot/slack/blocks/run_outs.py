"""Which lists run out next, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.promo.lists import PromoList
from bot.promo.outlook import Outlook
from bot.slack.blocks.choices import ask, said
from bot.slack.blocks.kit import BULLET, Bold, Line, Message, When, clip, counted, number
from bot.slack.blocks.outlook import lasts

_TITLE = 100
_MOST = 15


def run_outs(
    lists: Sequence[PromoList], outlooks: Mapping[tuple[str, str], Outlook], days: int, of: int, now: float
) -> Message:
    """The lists that are empty or likely to be within so many days, soonest first, with a button for the first."""
    within = f"within {counted(days, 'day')}"
    ordered = sorted(lists, key=lambda one: (one.available > 0, by_run_out(one, outlooks)))
    known = [one for one in outlooks.values() if one.range is not None]
    if not ordered:
        lines: list[Line] = [[Bold(f"None of {counted(of, 'list')} is likely to run out {within}.")]]
    else:
        verb = "is empty or likely to be" if len(ordered) == 1 else "are empty or likely to be"
        lines = [[Bold(f"{number(len(ordered))} of {counted(of, 'list')} {verb} {within}.")]]
        lines += [_line(one, outlooks.get((one.shop, one.id))) for one in ordered[:_MOST]]
        if len(ordered) > _MOST:
            lines.append([BULLET, f"and {number(len(ordered) - _MOST)} more"])
    if len(known) < of:
        lines.append([f"For {counted(of - len(known), 'list')} there are too few readings to tell; it takes two days."])
    buttons = [
        ask(f"Load into {clip(one.title, 40)}", f"upload {one.choice.key}", at) for at, one in enumerate(ordered[:3])
    ]
    return said(lines, [*buttons, ask("Show all lists", "lists", len(buttons))])


def by_run_out(one: PromoList, outlooks: Mapping[tuple[str, str], Outlook]) -> float:
    """What to sort lists by: the sooner one may run out, the smaller."""
    told = outlooks.get((one.shop, one.id))
    return told.order if told else float("inf")


def _line(one: PromoList, outlook: Outlook | None) -> Line:
    line: Line = [BULLET, Bold(clip(one.title, _TITLE))]
    told = outlook.range if outlook else None
    if one.available <= 0:
        return [*line, ": empty"]
    if outlook and told and outlook.young:
        return [*line, f", {counted(one.available, 'code')}: in {lasts(told.early, told.late, outlook.at)}"]
    if told is None or told.likely is None:
        return [*line, f", {counted(one.available, 'code')}"]
    likely: Line = [*line, f", {counted(one.available, 'code')}: likely ", When(told.likely)]
    return [*likely, ", at the earliest ", When(told.early)] if told.early else likely
