"""How an upload ends: until when it can be undone, and until when its list is looked at."""

from __future__ import annotations

from dataclasses import replace

from bot.promo.job import Job
from bot.promo.steps import Batch
from bot.promo.uploads import BatchState, Notice
from bot.work.run import COUNTED_WITHIN, Timing


def closed(job: Job, batches: list[Batch], timing: Timing, after: int | None, notice: Notice | None) -> Job:
    """The job at its end: when it ended, until when it can be undone, and until when its list is read once more.

    That is as long as a lost batch may still arrive, or the list may not have counted all that was sent.
    """
    now = timing.now()
    lost_at = max((batch.lost_at for batch in batches), default=0.0)
    accepted = sum(batch.count for batch in batches if batch.state is BatchState.ACCEPTED)
    behind = after is not None and after < (job.before or 0) + accepted
    watch_until = max(
        lost_at + timing.late_s if lost_at else 0.0, now + COUNTED_WITHIN * timing.settle_s if behind else 0.0
    )
    return replace(
        job,
        notice=notice,
        after=after,
        finished_at=now,
        undo_until=now + timing.undo_s,
        watch_until=watch_until,
        watched=after if watch_until else None,
    )
