"""Pace and run-out in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.promo.forecast import Reading, RunOut, TooLittle
from bot.promo.lists import PromoList
from bot.promo.outlook import DATED_S, outlook
from bot.slack.blocks.kit import When, flat
from bot.slack.blocks.outlook import lasts, run_out_cell, run_out_line

NOW, HOUR_S, DAY_S = 1_800_000_000.0, 3_600.0, 86_400.0


@pytest.mark.parametrize(
    ("early", "late", "words"),
    [
        (2.2 * DAY_S, 3.4 * DAY_S, "2 to 4 days"),
        (5.5 * HOUR_S, 8.2 * HOUR_S, "5 to 9 hours"),
        (0.2 * HOUR_S, 2.2 * HOUR_S, "less than 3 hours"),
        (3 * DAY_S, 3 * DAY_S, "about 3 days"),
        (60 * DAY_S, None, "more than 60 days"),
        (None, None, "more than 90 days"),
    ],
)
def test_a_range_in_words(early: float | None, late: float | None, words: str) -> None:
    """A range is told in whole hours or days that hold it."""
    first, last = (None if one is None else NOW + one for one in (early, late))
    assert lasts(first, last, NOW) == words


def told(days: float) -> tuple[str, object]:
    """The line and the cell of a list that loses 60 codes an hour and has 6,000, after so many days of readings."""
    readings = [Reading(NOW - hour * HOUR_S, 6_000 + 60 * hour) for hour in range(int(24 * days), -1, -1)]
    one, found = PromoList("a", "A", 6_000), outlook(readings, NOW)
    return flat([run_out_line(one, found)]), run_out_cell(one, found)


def test_a_list_gets_its_date_in_three_steps() -> None:
    """Under two days there is only the pace of the last hours, up to seven a range in words, then dates."""
    line, cell = told(1)
    assert line.startswith(
        "At the pace of the last hours, 60 an hour, it lasts about 4 days. Too few readings for a date"
    )
    assert cell == "too early to tell"
    line, cell = told(4)
    assert line.startswith("Pace: 1,440 a day. It lasts 3 to 5 days. From <!date^1800255600")
    assert cell == "in 3 to 5 days"
    line, cell = told(7)
    assert line.startswith("Pace: 1,440 a day. Likely empty <!date^1800")
    assert isinstance(cell, When)


def test_a_young_outlook_knows_it() -> None:
    """Only a range of too few days is young, not one that says nothing yet."""
    readings = [Reading(NOW - hour * HOUR_S, 6_000 + hour) for hour in range(24 * 9, -1, -1)]
    young = outlook(readings[-73:], NOW)
    assert (young.young, young.dated_from) == (True, readings[-73].at + DATED_S)
    assert isinstance(young.run_out, RunOut)
    assert replace(young, at=young.dated_from).young is False
    assert outlook(readings, NOW).young is False
    nothing = outlook(readings[-20:], NOW)
    assert isinstance(nothing.run_out, TooLittle)
    assert nothing.young is False
