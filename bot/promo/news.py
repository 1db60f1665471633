"""Who has to hear of a change of an upload, and which mark its file carries; an edited card notifies nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.promo.lifecycle import FINISHED, Event
from bot.promo.uploads import State, Upload

# Whoever pressed Upload is still looking at a card that ends within a minute.
LONG_S = 60.0
MAX_MENTIONS = 5

What = Literal[
    "ended",
    "paused",
    "question",
    "approval",
    "approved",
    "declined",
    "cancelled",
    "expired",
    "undone",
    "undo paused",
    "not undone",
    "arrived late",
]
# These stand in the thread until somebody has done something.
ASKING: frozenset[What] = frozenset({"paused", "question", "approval", "undo paused"})
Mark = Literal["", "hourglass_flowing_sand", "white_check_mark", "warning", "leftwards_arrow_with_hook"]

_MARKS: Mapping[State, Mark] = {
    State.NEEDS_APPROVAL: "hourglass_flowing_sand",
    State.QUEUED: "hourglass_flowing_sand",
    State.SENDING: "hourglass_flowing_sand",
    State.STOPPING: "hourglass_flowing_sand",
    State.UNDOING: "hourglass_flowing_sand",
    State.PAUSED: "warning",
    State.UNDO_PAUSED: "warning",
    State.NEEDS_DECISION: "warning",
    State.PARTLY_DONE: "warning",
    State.DONE: "white_check_mark",
    State.UNDONE: "leftwards_arrow_with_hook",
}

# Codes that came too late, or twice, are for a person to look at.
_OVER = FINISHED | {State.UNDONE}


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest change of an upload: its number, when (epoch seconds), the event, and who did it."""

    number: int
    at: float
    event: Event
    by: str


@dataclass(frozen=True, slots=True)
class News:
    """Something these people (or groups) have to hear; `by` is the person behind it, empty when it is the bot."""

    what: What
    to: tuple[str, ...]
    by: str = ""


def mark(upload: Upload) -> Mark:
    """The reaction the file's message carries, by Slack's name; empty for none."""
    found = _MARKS.get(upload.state, "")
    return "warning" if upload.surplus and upload.state in _OVER else found


def news(upload: Upload, latest: Latest, uploaders: Sequence[str] = ()) -> News | None:
    """What somebody has to be told of the latest change; None when whoever it concerns has seen it.

    A short upload needs no word; one that waits for a person does, and so does what somebody else did. `uploaders`
    are the people and groups who may approve, where the settings name them.
    """
    found = _news(upload, latest, uploaders)
    return found if found is not None and any(found.to) else None


def _news(upload: Upload, latest: Latest, uploaders: Sequence[str]) -> News | None:
    owner, decider = (upload.confirmed_by,), _last_decider(upload)
    match latest.event:
        case Event.PAUSE if upload.state is State.UNDO_PAUSED:
            return News("undo paused", (upload.undone_by,))
        case Event.PAUSE:
            return News("paused", owner)
        case Event.ASK:
            return News("question", owner)
        case Event.ASK_APPROVAL:
            others = tuple(uploader for uploader in uploaders if uploader not in owner)
            return News("approval", others[:MAX_MENTIONS], upload.confirmed_by)
        case Event.APPROVE:
            return News("approved", owner, latest.by)
        case Event.DECLINE:
            return News("declined", owner, latest.by)
        case Event.CANCEL if latest.by not in owner:
            return News("cancelled", owner, latest.by)
        case Event.EXPIRE:
            return News("expired", owner)
        case Event.FINISH | Event.FINISH_PARTLY:
            other = "" if decider in owner else decider
            since = _last_decision_at(upload) or upload.confirmed_at
            return News("ended", owner, other) if other or latest.at - since > LONG_S else None
        case Event.ARRIVE_LATE:
            return News("arrived late", owner)
        case Event.TAKE_BACK if upload.undone_by not in owner:
            return News("undone", owner, upload.undone_by)
        case Event.KEEP | Event.KEEP_PARTLY | Event.TAKE_BACK:
            what: What = "undone" if latest.event is Event.TAKE_BACK else "not undone"
            late = latest.at - (_last_decision_at(upload) or latest.at) > LONG_S
            return News(what, (upload.undone_by,)) if late else None
    return None


def _last_decider(upload: Upload) -> str:
    return upload.decisions[-1].by if upload.decisions else ""


def _last_decision_at(upload: Upload) -> float:
    return upload.decisions[-1].at if upload.decisions else 0.0
