"""The upload under way as one frozen record: what a worker knows of it, and changes by `replace`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.promo.steps import Batch
from bot.promo.uploads import BatchState, Notice, State


@dataclass(frozen=True, slots=True)
class Baseline:
    """A reading batches rely on: the list had `available` codes at `at`; `accepted` were accepted after it.

    `behind` codes were known to be there and not counted: the count lags, or shoppers took them.
    """

    available: int
    at: float
    accepted: int = 0
    behind: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """One upload under way. Times are epoch seconds, 0 when there is none.

    `known_before` are the uploads that its check found to have loaded some of its codes: the person knows of them.
    The check was made after `created_at`. `limit` is how many codes one POST may carry, `pace` how many codes a second
    shoppers take, `tries` how often the API was tried in vain since it last did what was asked. `begun` is the place of
    the upload in the order in which uploads began. `lag_s` is the longest time the list's count was seen to be behind.
    `before` and `after` are the list's counts at the start and at the end. Until `watch_until` the list is read now and
    then, `watched` is the count last read: what it grew beyond what was sent since a batch was lost is `surplus`.
    """

    id: int
    ref: str
    shop_id: str
    list_id: str
    state: State
    notice: Notice | None = None
    baseline: Baseline | None = None
    before: int | None = None
    after: int | None = None
    pace: float = 0.0
    limit: int = 1_000_000_000
    retry_at: float = 0.0
    down_since: float = 0.0
    tries: int = 0
    begun: int = 0
    lag_s: float = 0.0
    sending_at: float = 0.0
    finished_at: float = 0.0
    undo_until: float = 0.0
    watch_until: float = 0.0
    watched: int | None = None
    surplus: int = 0
    known_before: frozenset[str] = frozenset()
    created_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Move:
    """A batch goes from one state to another. `lost` says that the counts showed that it had not arrived."""

    batch: Batch
    target: BatchState
    message: str = ""
    rows: Sequence[int] = ()
    decided: bool = False
    lost: bool = False
