"""When a list needs somebody: the ladder, what opens, changes and closes an alert, and what holds it back.

An alert is one incident of one list in one channel. The ladder `low`, `half`, `tenth`, `empty` is SheerID's (at the
threshold, at half of it, at a tenth); three things that hold a message back are told apart as Alertmanager does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from statistics import quantiles

from bot.promo.forecast import RunOut
from bot.promo.lists import LOW
from bot.promo.pace import DAY_S, HOUR_S, Unusual

# A refill closes an alert when it brings the list this far above the threshold, so that none opens and closes in turns.
CLEAR = 1.1
# An alert closes without a refill after being calm for so long: what comes sooner is the same incident.
CALM_S = 6 * HOUR_S
# After an unusual pace was told, the same list is not told of again for so long.
PACE_REST_S = DAY_S / 2
# A list that nobody draws from has readings for so long before it counts as idle.
IDLE_FROM_S = 7 * DAY_S
# Whoever takes an alert without a forecast is asked after so long, and never sooner than the other.
ASK_AFTER_S = DAY_S
ASK_NOT_BEFORE_S = HOUR_S
# So many refills tell how long a team takes.
REFILLS_FROM = 3
DEFAULT_DAYS = 3.0


class Level(StrEnum):
    """How bad an alert is, mildest first."""

    PACE = "unusual pace"
    LOW = "low"
    HALF = "half"
    TENTH = "tenth"
    EMPTY = "empty"

    @property
    def rank(self) -> int:
        """0 for the mildest."""
        return list(Level).index(self)


class Held(StrEnum):
    """What holds an alert back."""

    SNOOZED = "snoozed"
    COVERED = "covered"
    QUIET = "quiet hours"


class Ended(StrEnum):
    """Why an alert closed."""

    REFILLED = "refilled"
    SLOWED = "slowed"
    UNWATCHED = "unwatched"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Watch:
    """A list watched in a channel: below `codes`, or below `days` of supply; 0 leaves one out.

    `chosen` says that a person asked for it; otherwise it is on by default. `owner` is told by name.
    """

    shop: str
    list_id: str
    channel: str
    codes: int = LOW
    days: float = DEFAULT_DAYS
    owner: str = ""
    chosen: bool = False
    by: str = ""
    off: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a list at a moment; `known_s` is how long it has been read.

    `short_by` codes are missing for a booking that begins soon; `before` is what a reading shortly before told.
    """

    available: int
    at: float
    known_s: float = 0.0
    per_day: float | None = None
    run_out: RunOut | None = None
    unusual: Unusual | None = None
    short_by: int = 0
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """One incident; times are epoch seconds, 0 for never. `threshold` is in codes, as it was when the alert opened.

    `ask_at` is when whoever took it is asked once more. `below` snoozes until the list has no more than that.
    """

    id: int
    shop: str
    list_id: str
    list_name: str
    channel: str
    level: Level
    threshold: int
    opened_at: float
    available: int
    at: float
    owner: str = ""
    order_by: float = 0.0
    early: float = 0.0
    likely: float = 0.0
    late: float = 0.0
    per_day: float = -1.0
    unusual_taken: int = 0
    short_by: int = 0
    taken_by: str = ""
    taken_at: float = 0.0
    ask_at: float = 0.0
    asked_at: float = 0.0
    snoozed_by: str = ""
    snoozed_until: float = 0.0
    below: int = 0
    calm_since: float = 0.0
    closed_at: float = 0.0
    ended: str = ""
    message_id: int = 0

    @property
    def title(self) -> str:
        """The list's name, with the shop in front when there are several."""
        name = self.list_name.strip() or f"List {self.list_id}"
        return f"{self.shop}/{name}" if self.shop else name


@dataclass(frozen=True, slots=True)
class Open:
    """A new incident."""

    level: Level
    threshold: int


@dataclass(frozen=True, slots=True)
class Go:
    """The incident goes on, at this level; `calm_since` is when the reason for it went away, 0 while it is there."""

    level: Level
    threshold: int
    calm_since: float = 0.0


@dataclass(frozen=True, slots=True)
class Close:
    """The incident is over."""

    why: Ended


Verdict = Open | Go | Close | None


def judge(
    watch: Watch, now: Standing, alert: Alert | None, *, refill_s: float = 0.0, last_pace: float = 0.0
) -> Verdict:
    """What a reading means for a list: nothing, a new alert, a change of the open one, or its end.

    `refill_s` is the team's usual time from alert to refill, `last_pace` when an unusual pace was last told of.
    """
    if watch.off:
        return Close(Ended.UNWATCHED) if alert else None
    threshold = threshold_of(watch, now)
    if alert is None:
        level = level_of(watch, now, threshold, refill_s)
        if level is Level.PACE and now.at - last_pace < PACE_REST_S:
            level = None
        if level is Level.EMPTY and now.before is not None and now.before >= threshold:
            # A count of nothing out of the blue is a slip as often as not: the next reading tells.
            level = None
        return Open(level, threshold) if level else None
    return _go_on(watch, now, alert, threshold, refill_s)


def _go_on(watch: Watch, now: Standing, alert: Alert, threshold: int, refill_s: float) -> Verdict:
    on_ladder = alert.level is not Level.PACE
    # The ladder stands still while an alert is open, for a pace that breathes would move it.
    steady = alert.threshold if on_ladder else threshold
    level = level_of(watch, now, steady, refill_s)
    if on_ladder and level is Level.PACE:
        level = None
    if level is not None:
        return Go(level, steady)
    if on_ladder and now.available > alert.available and now.available >= CLEAR * steady:
        return Close(Ended.REFILLED)
    calm_since = alert.calm_since or now.at
    if now.at - calm_since >= CALM_S:
        grown = now.available > max(alert.available, steady)
        return Close(Ended.REFILLED if on_ladder and grown else Ended.SLOWED)
    return Go(alert.level, steady, calm_since)


def threshold_of(watch: Watch, now: Standing) -> int:
    """Below how many codes a list counts as low: the larger of the count and the days of supply."""
    by_days = ceil(watch.days * now.per_day) if now.per_day is not None and now.known_s >= DAY_S else 0
    return max(watch.codes, by_days)


def level_of(watch: Watch, now: Standing, threshold: int, refill_s: float = 0.0) -> Level | None:
    """How a list stands on the ladder; None when nobody has to do anything."""
    if now.available <= 0:
        return Level.EMPTY
    if now.available < threshold and not _idle(watch, now):
        if now.available < threshold / 10:
            return Level.TENTH
        return Level.HALF if now.available < threshold / 2 else Level.LOW
    by = order_by(now.run_out, refill_s) if refill_s else 0.0
    if now.short_by > 0 or (by and by <= now.at):
        return Level.LOW
    return Level.PACE if now.unusual else None


def _idle(watch: Watch, now: Standing) -> bool:
    """Nobody draws from the list, and nobody asked to hear of it."""
    return not watch.chosen and now.known_s >= IDLE_FROM_S and not now.per_day and not now.short_by


def order_by(run_out: RunOut | None, refill_s: float) -> float:
    """The last moment to ask for codes that come in time, or 0: the range's early end less the usual time to refill."""
    return run_out.early - refill_s if run_out is not None and run_out.early is not None else 0.0


def usual_refill_s(refills: Sequence[float]) -> float:
    """How long a team takes from alert to refill, four times in five; 0 below three refills. Seconds in and out."""
    if len(refills) < REFILLS_FROM:
        return 0.0
    return quantiles(sorted(refills), n=5, method="inclusive")[3]


def ask_again_at(alert: Alert, now: float, refill_s: float) -> float:
    """When whoever takes an alert now is asked once more: while there is still time to do something."""
    if alert.level is Level.EMPTY:
        return now + max(ASK_NOT_BEFORE_S, refill_s)
    if not alert.early:
        return now + ASK_AFTER_S
    left = alert.early - now
    return max(now + min(ASK_NOT_BEFORE_S, max(left, 0.0) / 2), alert.early - refill_s)


def held(alert: Alert, now: float, *, outage: bool = False, quiet: bool = False) -> Held | None:
    """What holds messages about an alert back now, if anything."""
    if snoozed(alert, now):
        return Held.SNOOZED
    if outage:
        return Held.COVERED
    return Held.QUIET if quiet else None


def snoozed(alert: Alert, now: float) -> bool:
    """Whether a person's snooze still lasts: until its time, or until the list has fallen as far as was said."""
    if not alert.snoozed_by:
        return False
    return now < alert.snoozed_until if alert.snoozed_until else alert.available > alert.below
