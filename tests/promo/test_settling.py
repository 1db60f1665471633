"""What the counts tell about a batch of unknown outcome."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.promo.settling import Sighting, Verdict, lags, settle

QUIET = 60.0


def seen(after: int, *, behind: int = 0, **more: float) -> Sighting:
    """A batch of 5,000 sent to a list of 1,000 that had taken 10,000 more since the reading."""
    values = {"elapsed_s": 30.0, "quiet_s": 0.0, "pace": 0.0, "watched_s": 5.0} | more
    return Sighting(count=5000, before=1000, accepted_since=10_000, after=after, behind=behind, **values)


@pytest.mark.parametrize(
    ("sighting", "verdict"),
    [
        (seen(16_000), Verdict.LANDED),
        (seen(15_995), Verdict.LANDED),
        (seen(11_000), Verdict.WAIT),
        (seen(11_000, quiet_s=60), Verdict.NOT_LANDED),
        (seen(10_995, quiet_s=60), Verdict.NOT_LANDED),
        (seen(13_500), Verdict.WAIT),
        (seen(13_500, quiet_s=60), Verdict.CANNOT_TELL),
        (seen(16_001, quiet_s=60), Verdict.CANNOT_TELL),
        (seen(11_001, quiet_s=60), Verdict.CANNOT_TELL),
        (seen(15_900), Verdict.WAIT),
        (seen(15_900, pace=1.5), Verdict.LANDED),
        (seen(10_900, pace=1.5, quiet_s=60), Verdict.NOT_LANDED),
        (seen(16_000, pace=100), Verdict.WAIT),
        (seen(16_000, pace=100, quiet_s=60), Verdict.CANNOT_TELL),
        (seen(16_000, behind=3000), Verdict.LANDED),
        (seen(13_500, behind=3000, quiet_s=60), Verdict.NOT_LANDED),
        (seen(16_000, behind=5000, quiet_s=60), Verdict.CANNOT_TELL),
        (seen(11_000, behind=5000, quiet_s=60), Verdict.NOT_LANDED),
        (Sighting(1, 0, 0, 1, 1, 0), Verdict.LANDED),
        (Sighting(1, 5, 0, 5, 1, 60), Verdict.CANNOT_TELL),
        (Sighting(30, 0, 0, 0, 12, 60), Verdict.WAIT),
        (Sighting(30, 0, 0, 0, 12, 60, watched_s=2.3), Verdict.WAIT),
        (Sighting(30, 0, 0, 0, 12, 60, watched_s=2.4), Verdict.NOT_LANDED),
        (Sighting(30, 0, 0, 0, 900, 600, watched_s=120), Verdict.CANNOT_TELL),
        (Sighting(30, 0, 0, 0, 12, 60, pace=2.5, watched_s=2.4), Verdict.CANNOT_TELL),
        (Sighting(1, 5, 0, 4, 1, 60), Verdict.CANNOT_TELL),
    ],
)
def test_verdict(sighting: Sighting, verdict: Verdict) -> None:
    """A batch landed when the list grew by it less what shoppers take, and nothing is judged missing too early."""
    assert settle(sighting, QUIET) is verdict


@given(
    count=st.integers(1, 10_000),
    before=st.integers(0, 100_000),
    taken=st.integers(0, 10_000),
    pace=st.floats(0, 100),
    elapsed=st.floats(0, 600),
    landed=st.booleans(),
)
def test_shoppers_alone_never_turn_the_verdict_around(
    count: int, before: int, taken: int, pace: float, elapsed: float, landed: bool
) -> None:
    """While shoppers take at most what is allowed for, the verdict is the truth or that it cannot be told."""
    from bot.promo.settling import allowance

    taken = min(taken, allowance(count, pace, elapsed), before + count * landed)
    after = before + count * landed - taken
    verdict = settle(Sighting(count, before, 0, after, elapsed, 1e9, pace, 1e9), QUIET)
    assert verdict in ({Verdict.LANDED if landed else Verdict.NOT_LANDED, Verdict.CANNOT_TELL})


def test_a_count_that_lags_is_told() -> None:
    """A reading that misses a batch just accepted lags; one that shoppers or others explain does not."""
    assert not lags(1000, 5000, 6000, 5000, 0, 10)
    assert lags(1000, 5000, 1000, 5000, 0, 10)
    assert not lags(1000, 5000, 1000, 5000, 200, 10)
    assert not lags(1000, 5000, 11_000, 5000, 0, 10)
