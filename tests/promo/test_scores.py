"""How the forecasts shown are held against the truth, and what follows from it."""

from __future__ import annotations

import pytest

from bot.promo.scores import ReportCard, Score, Shown, report_card, score, widening

DAY = 86400.0
AT = 1_780_000_000.0


def shown(early: float | None, likely: float | None, late: float | None, widened: float = 1.0) -> Shown:
    """A forecast of a list that runs out in so many days."""
    first, middle, last = (None if days is None else AT + days * DAY for days in (early, likely, late))
    return Shown(AT, first, middle, last, widened)


@pytest.mark.parametrize(
    ("emptied", "inside", "too_soon"),
    [(2.0, True, False), (4.0, True, False), (1.9, False, True), (8.1, False, False)],
)
def test_a_run_out_is_inside_or_not(emptied: float, inside: bool, too_soon: bool) -> None:
    """The edges belong to the range; before it is too soon."""
    found = score(shown(2, 4, 8), AT + emptied * DAY, AT + 9 * DAY)
    assert found is not None
    assert (found.inside, found.too_soon) == (inside, too_soon)


def test_off_is_measured_in_the_ranges_own_side() -> None:
    """The likely moment is 0 off, either edge 1, twice as far (in times) 2; widening is taken out again."""
    for days, off in ((4.0, 0.0), (2.0, 1.0), (8.0, 1.0), (16.0, 2.0), (1.0, 2.0)):
        found = score(shown(2, 4, 8), AT + days * DAY, AT + 20 * DAY)
        assert found is not None
        assert found.off == pytest.approx(off)
    wide = score(shown(2, 4, 8, widened=2.0), AT + 8 * DAY, AT + 20 * DAY)
    assert wide is not None
    assert wide.off == pytest.approx(2.0)


def test_a_list_that_outlives_its_range_counts_against_it() -> None:
    """Not empty: unknown up to the late end, outside after it; a range without an end cannot be outlived."""
    assert score(shown(2, 4, 8), None, AT + 7 * DAY) is None
    found = score(shown(2, 4, 8), None, AT + 9 * DAY)
    assert found is not None
    assert not found.inside
    assert score(shown(2, 40, None), None, AT + 80 * DAY) is None


def test_a_run_out_that_was_called_unlikely_counts_against_the_range() -> None:
    """No date was given, and the list ran out within the ninety days: outside, and far off."""
    found = score(shown(None, None, None), AT + 10 * DAY, AT + 10 * DAY)
    assert found is not None
    assert not found.inside
    assert found.off > 3
    late = score(shown(20, 60, None), AT + 80 * DAY, AT + 80 * DAY)
    assert late == Score(True, False, 0.0)


def test_the_report_card_counts_the_last_thirty() -> None:
    """26 of the last 30 came inside, one before; what is older does not count."""
    old = [Score(False, True, 3.0)] * 40
    last = [Score(True, False, 0.5)] * 26 + [Score(False, True, 1.5)] + [Score(False, False, 1.2)] * 3
    assert report_card([*old, *last]) == ReportCard(inside=26, sooner=1, count=30)
    assert report_card([]) == ReportCard(0, 0, 0)


def test_the_range_widens_as_its_scores_ask() -> None:
    """Few scores, and scores that keep the promise, change nothing; worse ones widen, better ones narrow."""
    kept = [Score(number < 16, False, 0.5 if number < 15 else 1.0 if number < 18 else 1.4) for number in range(20)]
    assert widening(kept[:9]) == 1.0
    assert widening(kept) == pytest.approx(1.0)
    wide = [Score(False, False, 2.0)] * 100
    narrow = [Score(True, False, 0.1)] * 100
    assert 1.5 < widening(wide) <= 2.0
    assert 0.7 < widening(narrow) < 0.8
    assert widening([Score(False, False, 50.0)] * 1000) <= 3.0
