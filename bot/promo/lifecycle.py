"""What may happen to an upload: every event, the states it is allowed in, and the state it leads to.

Everything that decides a move is in this table; the README draws it, and a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.promo.uploads import State


class Event(StrEnum):
    """Something that happens to an upload."""

    # A person clicks.
    CHOOSE_LIST = "choose list"
    CHECK_AGAIN = "check again"
    CONFIRM = "confirm"
    ASK_APPROVAL = "ask approval"
    APPROVE = "approve"
    DECLINE = "decline"
    CANCEL = "cancel"
    STOP = "stop"
    RESUME = "resume"
    TRY_NOW = "try now"
    SEND_AGAIN = "send again"
    SKIP = "skip"
    COUNT_AGAIN = "count again"
    TRY_AGAIN = "try again"
    SEND_SKIPPED = "send skipped"
    UNDO = "undo"
    # The bot works.
    GUESS_LIST = "guess list"
    CHECK = "check"
    FAIL = "fail"
    EXPIRE = "expire"
    BEGIN = "begin"
    PAUSE = "pause"
    ASK = "ask"
    FINISH = "finish"
    FINISH_PARTLY = "finish partly"
    TAKE_BACK = "take back"
    KEEP = "keep"
    KEEP_PARTLY = "keep partly"
    ARRIVE_LATE = "arrive late"


TRANSITIONS: Mapping[Event, Mapping[State, State]] = {
    Event.GUESS_LIST: {State.CHECKING: State.CHECKING},
    Event.CHECK: {State.CHECKING: State.CHECKED},
    Event.FAIL: {State.CHECKING: State.FAILED},
    Event.CHOOSE_LIST: {State.CHECKED: State.CHECKED},
    Event.CHECK_AGAIN: {State.CHECKED: State.CHECKING, State.FAILED: State.CHECKING},
    Event.CONFIRM: {State.CHECKED: State.QUEUED},
    # More codes than one person may load alone: a second one approves.
    Event.ASK_APPROVAL: {State.CHECKED: State.NEEDS_APPROVAL},
    Event.APPROVE: {State.NEEDS_APPROVAL: State.QUEUED},
    Event.DECLINE: {State.NEEDS_APPROVAL: State.CANCELLED},
    # Only while nothing was sent.
    Event.CANCEL: {
        State.CHECKED: State.CANCELLED,
        State.NEEDS_APPROVAL: State.CANCELLED,
        State.QUEUED: State.CANCELLED,
    },
    Event.EXPIRE: {
        State.CHECKED: State.EXPIRED,
        State.FAILED: State.EXPIRED,
        State.NEEDS_APPROVAL: State.EXPIRED,
    },
    Event.BEGIN: {State.QUEUED: State.SENDING},
    Event.PAUSE: {State.QUEUED: State.PAUSED, State.SENDING: State.PAUSED, State.UNDOING: State.UNDO_PAUSED},
    Event.RESUME: {State.PAUSED: State.QUEUED, State.UNDO_PAUSED: State.UNDOING},
    # Ends the wait for an API that does not answer.
    Event.TRY_NOW: {State.SENDING: State.SENDING, State.UNDOING: State.UNDOING},
    Event.ASK: {State.SENDING: State.NEEDS_DECISION},
    Event.SEND_AGAIN: {State.NEEDS_DECISION: State.QUEUED},
    Event.SKIP: {State.NEEDS_DECISION: State.QUEUED},
    Event.COUNT_AGAIN: {State.NEEDS_DECISION: State.QUEUED},
    # What arrived stays, the rest is not sent. An undo is not stopped: half of it would be neither here nor there.
    Event.STOP: {
        State.QUEUED: State.STOPPING,
        State.SENDING: State.STOPPING,
        State.PAUSED: State.STOPPING,
        State.NEEDS_DECISION: State.STOPPING,
    },
    Event.FINISH: {State.SENDING: State.DONE, State.STOPPING: State.DONE},
    Event.FINISH_PARTLY: {State.SENDING: State.PARTLY_DONE, State.STOPPING: State.PARTLY_DONE},
    # What was refused, or not sent, is sent once more.
    Event.TRY_AGAIN: {State.PARTLY_DONE: State.QUEUED},
    # Somebody has looked, and what nobody knew of had not arrived.
    Event.SEND_SKIPPED: {State.PARTLY_DONE: State.QUEUED},
    Event.UNDO: {State.DONE: State.UNDOING, State.PARTLY_DONE: State.UNDOING},
    Event.TAKE_BACK: {State.UNDOING: State.UNDONE},
    # The shop's API cannot take codes back: the upload is what it was before.
    Event.KEEP: {State.UNDOING: State.DONE},
    Event.KEEP_PARTLY: {State.UNDOING: State.PARTLY_DONE},
    # A batch whose answer was lost is stored after all, when it had been sent again.
    Event.ARRIVE_LATE: {State.DONE: State.DONE, State.PARTLY_DONE: State.PARTLY_DONE, State.UNDONE: State.UNDONE},
}

# What people decide about an upload; the others are the bot's own.
DECISIONS = frozenset(
    {
        Event.CONFIRM,
        Event.ASK_APPROVAL,
        Event.APPROVE,
        Event.DECLINE,
        Event.CANCEL,
        Event.STOP,
        Event.RESUME,
        Event.SEND_AGAIN,
        Event.SKIP,
        Event.TRY_AGAIN,
        Event.SEND_SKIPPED,
        Event.UNDO,
    }
)

# A worker has something to do.
RUNNING = frozenset({State.QUEUED, State.SENDING, State.STOPPING, State.UNDOING})
# Nothing happens before a person does something.
WAITING = frozenset({State.CHECKED, State.NEEDS_APPROVAL, State.PAUSED, State.NEEDS_DECISION, State.UNDO_PAUSED})
# Confirmed, and not at its end.
UNDER_WAY = RUNNING | WAITING - {State.CHECKED}
FINISHED = frozenset({State.DONE, State.PARTLY_DONE})
# Its card is still in use.
LIVE = RUNNING | WAITING | {State.CHECKING}


def after(event: Event, state: State) -> State | None:
    """The state `event` leads to from `state`; None when it is not allowed there."""
    return TRANSITIONS[event].get(state)
