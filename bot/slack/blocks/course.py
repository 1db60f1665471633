"""The course of a list: counted so far, likely from here on, as a native chart and in words.

A chart's series has one point for every category, 20 at most, and labels of 20 characters:
https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.promo.forecast import Reading, RunOut
from bot.promo.lists import PromoList
from bot.promo.outlook import Outlook
from bot.promo.pace import DAY_S, HOUR_S
from bot.promo.scores import ReportCard
from bot.slack.blocks.alerts import report_card_line
from bot.slack.blocks.kit import Block, Line, clip
from bot.slack.blocks.outlook import run_out_line

_PAST = 14
_AHEAD = 6
_YOUNG_S = 3 * DAY_S
# A course of minutes shows nothing.
_SHOWN_FROM_S = 600.0


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
    known = now - readings[0].at if readings else 0.0
    if len(readings) < 2 or known < _SHOWN_FROM_S:
        return [], []
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


@dataclass(frozen=True, slots=True)
class Course:
    """What a list's page shows of its course; `today` is the label of the last moment that was counted."""

    outlook: Outlook | None = None
    points: Sequence[Point] = ()
    today: str = ""
    card: ReportCard | None = None


NO_COURSE = Course()


def course_lines(promo_list: PromoList, course: Course) -> list[Line]:
    """The course in words, and how good such forecasts were."""
    told = course.outlook
    if told is None or (told.per_day is None and told.range is None):
        return []
    dated = told.range is not None and told.range.likely is not None
    card = report_card_line(course.card) if course.card and dated else []
    return [line for line in (run_out_line(promo_list, told), card) if line]


def course_chart(promo_list: PromoList, course: Course) -> Block | None:
    """The course as a chart, once there is one."""
    ahead = [point for point in course.points if point.early != point.likely]
    return line_chart(promo_list.title, course.points, forecast=bool(ahead), counted_until=course.today)
