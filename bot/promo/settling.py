"""Did a batch arrive? Settled from the list's `available` count, never from hope."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

# To rule out that a batch landed and shoppers took all of it, the count is watched until a pace that would have done so
# would have shown this many codes taken on average: seeing none then is a chance of 1 in 400 (Poisson).
SHOWN_AT_LEAST = 6
# Not longer, though: a person is asked instead.
WATCHED_AT_MOST_S = 120.0


class Verdict(Enum):
    """What the counts say about one batch."""

    LANDED = "landed"
    NOT_LANDED = "not landed"
    CANNOT_TELL = "cannot tell"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What is known about a batch of `count` codes whose outcome is not.

    `before` is the list's count at the last reading the batch relied on, `accepted_since` the codes known to be
    accepted after that reading, `after` the count now. `elapsed_s` runs from the reading to now, `quiet_s` from
    the end of the attempt to now. `behind` codes known to be there were missing in that reading, and may show up
    without the batch. `pace` is how many codes a second shoppers were seen to take (0 or more), and `watched_s` for
    how long they were watched just now.
    """

    count: int
    before: int
    accepted_since: int
    after: int
    elapsed_s: float
    quiet_s: float
    pace: float = 0.0
    watched_s: float = 0.0
    behind: int = 0

    @property
    def growth(self) -> int:
        """What the list gained since the reading, beyond the codes known to be accepted."""
        return self.after - self.before - self.accepted_since


def allowance(count: int, pace: float, elapsed_s: float) -> int:
    """How many codes shoppers may plausibly have taken meanwhile: three times the pace, and a little for a new rush."""
    return math.ceil(3 * pace * elapsed_s) + min(10, count // 4)


def settle(seen: Sighting, quiet_needed_s: float) -> Verdict:
    """Whether the batch landed, by the counts.

    Landed when the list grew by the batch, less what shoppers took. Not landed when it did not grow, but only
    after `quiet_needed_s` of silence, because a server may still be working on a request whose answer was lost,
    and only when shoppers were watched for long enough to know that they did not take the whole batch unseen.
    Anything else (somebody else added codes, a rush of shoppers, a part of the batch known to the shop already, a
    count that lagged at the last reading) cannot be told apart from the counts alone, and a person is asked.
    """
    taken = allowance(seen.count, seen.pace, seen.elapsed_s)
    if seen.count > 2 * taken:
        with_it = seen.count - taken <= seen.growth <= seen.count + seen.behind
        without_it = -taken <= seen.growth <= seen.behind
        if with_it and not without_it:
            return Verdict.LANDED
        if without_it and not with_it:
            return _not_grown(seen) if seen.quiet_s >= quiet_needed_s else Verdict.WAIT
    return Verdict.CANNOT_TELL if seen.quiet_s >= quiet_needed_s else Verdict.WAIT


def _not_grown(seen: Sighting) -> Verdict:
    if seen.count * seen.watched_s >= SHOWN_AT_LEAST * seen.elapsed_s:
        return Verdict.NOT_LANDED
    # The time since the reading grows as the watching does: a batch as small as this never gets there.
    hopeless = seen.count <= SHOWN_AT_LEAST or seen.watched_s >= WATCHED_AT_MOST_S
    return Verdict.CANNOT_TELL if hopeless else Verdict.WAIT


def lags(before: int, accepted_since: int, now: int, batch: int, pace: float, elapsed_s: float) -> bool:
    """Whether a fresh reading misses more of what is known to be there than shoppers took at the known pace.

    Relied on, a count that lags behind the codes already accepted would make a later batch look landed when it is not.
    """
    return now - before - accepted_since < -allowance(batch, pace, elapsed_s)
