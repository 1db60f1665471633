"""Pace and run-out in words, in a table's cells, and as a chart.

A chart's series has one point for every category, 20 at most, and labels of 20 characters:
https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.promo.forecast import Reading, RunOut, TooLittle
from bot.promo.lists import PromoList
from bot.promo.outlook import Outlook
from bot.promo.pace import DAY_S, HOUR_S
from bot.slack.blocks.kit import Block, Line, When, clip, number
from bot.slack.blocks.tables import Cell

NOT_SOON = "not within 90 days"
_PAST = 14
_AHEAD = 6
_YOUNG_S = 3 * DAY_S


def pace(outlook: Outlook | None) -> str:
    """120 a day"""
    if outlook is None or outlook.per_day is None:
        return "–"
    if 0 < outlook.per_day < 1:
        return "under 1 a day"
    return f"{number(round(outlook.per_day))} a day"


def run_out_cell(promo_list: PromoList, outlook: Outlook | None) -> Cell:
    """When a list runs out, for a table."""
    if promo_list.available <= 0:
        return "empty"
    match outlook:
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
        case RunOut(early, likely, late):
            return [f"Pace: {pace(outlook)}. ", *_range(early, likely, late)]
    return []


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


@dataclass(frozen=True, slots=True)
class Point:
    """One place on a chart: its label, the likely count there, and the count if the list runs out early."""

    label: str
    likely: int
    early: int


def line_chart(title: str, points: Sequence[Point], *, forecast: bool, counted_until: str) -> Block | None:
    """A native chart of a list's course; None below two points."""
    if len(points) < 2:
        return None
    series = [_series("Available", [(point.label, point.likely) for point in points])]
    axis: Block = {"categories": [point.label for point in points], "y_label": "Codes"}
    if forecast:
        series.append(_series("Forecast, early end", [(point.label, point.early) for point in points]))
        axis["x_label"] = clip(f"Counted until {counted_until}, then forecast", 50)
    chart = {"type": "line", "series": series, "axis_config": axis}
    return {"type": "data_visualization", "title": clip(title, 50) or "List", "chart": chart}


def _series(name: str, values: Sequence[tuple[str, int]]) -> Block:
    return {"name": name, "data": [{"label": label, "value": value} for label, value in values]}


def moments(readings: Sequence[Reading], now: float, run_out: RunOut | None) -> tuple[list[float], list[float]]:
    """The moments a chart shows: up to 14 that are past (hours while young, then days), up to 6 to come."""
    if len(readings) < 2:
        return [], []
    known = now - readings[0].at
    step = DAY_S if known >= _YOUNG_S else max(HOUR_S, known / (_PAST - 1))
    count = min(_PAST, int(known / step) + 1)
    past = [now - step * back for back in reversed(range(count))]
    if known < HOUR_S:
        past = [readings[0].at, now]
    end = run_out.late or run_out.likely or run_out.early if run_out else None
    if end is None or step < DAY_S:
        return past, []
    ahead = max(step, step * -(-(end - now) // (step * _AHEAD)))
    return past, [now + ahead * number for number in range(1, _AHEAD + 1)]


def points(
    readings: Sequence[Reading], now: float, run_out: RunOut | None, labels: Sequence[str], available: int
) -> list[Point]:
    """A chart's points for the moments of `moments`, labelled in their order; labels that repeat are left out."""
    past, ahead = moments(readings, now, run_out)
    found: list[Point] = []
    for at, label in zip([*past, *ahead], labels, strict=True):
        if any(point.label == label for point in found):
            continue
        if at <= now:
            count = available if at == now else _count(readings, at)
            found.append(Point(label, count, count))
        elif run_out is not None:
            likely = _falling(available, now, run_out.likely, at)
            found.append(Point(label, likely, min(likely, _falling(available, now, run_out.early, at))))
    return found


def _count(readings: Sequence[Reading], at: float) -> int:
    before = [reading.available for reading in readings if reading.at <= at]
    return before[-1] if before else readings[0].available


def _falling(available: int, now: float, empty_at: float | None, at: float) -> int:
    """A straight way down to nothing; level where the end is further off than anybody looks."""
    if empty_at is None:
        return available
    return max(0, round(available * (1 - (at - now) / max(empty_at - now, 60.0))))
