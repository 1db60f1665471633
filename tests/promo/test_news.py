"""Who hears of what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.promo.lifecycle import Event
from bot.promo.news import Latest, News, mark, news
from bot.promo.uploads import Change, State, Upload

ANNA, BEN = "U1", "U2"


def upload(state: State, *decisions: Change, undone_by: str = "") -> Upload:
    """Anna's upload, confirmed at 1,000."""
    return Upload(
        "u1",
        state,
        confirmed_by=ANNA,
        confirmed_at=1000.0,
        undone_by=undone_by,
        decisions=(Change(1000.0, "confirm", ANNA), *decisions),
    )


def latest(event: Event, at: float = 1010.0, by: str = "") -> Latest:
    """The change to tell of."""
    return Latest(7, at, event, by)


@pytest.mark.parametrize(
    ("about", "change", "expected"),
    [
        (upload(State.DONE), latest(Event.FINISH), None),
        (upload(State.DONE), latest(Event.FINISH, 1061.0), News("ended", (ANNA,))),
        (upload(State.PARTLY_DONE), latest(Event.FINISH_PARTLY, 1061.0), News("ended", (ANNA,))),
        (
            upload(State.PARTLY_DONE, Change(1005.0, "stop", BEN)),
            latest(Event.FINISH_PARTLY),
            News("ended", (ANNA,), BEN),
        ),
        (upload(State.PARTLY_DONE, Change(1090.0, "stop", ANNA)), latest(Event.FINISH_PARTLY, 1100.0), None),
        (upload(State.PAUSED), latest(Event.PAUSE), News("paused", (ANNA,))),
        (upload(State.UNDO_PAUSED, undone_by=BEN), latest(Event.PAUSE), News("undo paused", (BEN,))),
        (upload(State.NEEDS_DECISION), latest(Event.ASK), News("question", (ANNA,))),
        (upload(State.NEEDS_APPROVAL), latest(Event.ASK_APPROVAL, by=ANNA), News("approval", (BEN, "S1"), ANNA)),
        (upload(State.QUEUED), latest(Event.APPROVE, by=BEN), News("approved", (ANNA,), BEN)),
        (upload(State.CANCELLED), latest(Event.DECLINE, by=BEN), News("declined", (ANNA,), BEN)),
        (upload(State.CANCELLED), latest(Event.CANCEL, by=BEN), News("cancelled", (ANNA,), BEN)),
        (upload(State.CANCELLED), latest(Event.CANCEL, by=ANNA), None),
        (upload(State.EXPIRED), latest(Event.EXPIRE), News("expired", (ANNA,))),
        (Upload("u1", State.EXPIRED), latest(Event.EXPIRE), None),
        (Upload("u1", State.CANCELLED), latest(Event.CANCEL, by=BEN), None),
        (
            upload(State.UNDONE, Change(1005.0, "undo", BEN), undone_by=BEN),
            latest(Event.TAKE_BACK),
            News("undone", (ANNA,), BEN),
        ),
        (upload(State.UNDONE, Change(1005.0, "undo", ANNA), undone_by=ANNA), latest(Event.TAKE_BACK), None),
        (
            upload(State.UNDONE, Change(1005.0, "undo", ANNA), undone_by=ANNA),
            latest(Event.TAKE_BACK, 1100.0),
            News("undone", (ANNA,)),
        ),
        (
            upload(State.DONE, Change(1005.0, "undo", BEN), undone_by=BEN),
            latest(Event.KEEP, 1100.0),
            News("not undone", (BEN,)),
        ),
        (upload(State.SENDING), latest(Event.BEGIN), None),
        (upload(State.CHECKED), latest(Event.CHECK), None),
    ],
)
def test_who_is_told(about: Upload, change: Latest, expected: News | None) -> None:
    """A long upload, one that waits for a person, and what somebody else did are told to whom they concern."""
    assert news(about, change, (ANNA, BEN, "S1")) == expected


def test_nobody_is_asked_to_approve_where_the_settings_name_nobody() -> None:
    """Without named uploaders the card alone asks."""
    assert news(upload(State.NEEDS_APPROVAL), latest(Event.ASK_APPROVAL, by=ANNA)) is None


def test_every_state_has_its_mark() -> None:
    """A file's message carries one mark from the confirmation on, and none before or when nothing was sent."""
    unmarked = {State.CHECKING, State.CHECKED, State.FAILED, State.CANCELLED, State.EXPIRED}
    assert {state for state in State if not mark(upload(state))} == unmarked


def test_codes_that_came_too_many_are_marked_and_told() -> None:
    """A list that grew beyond what was sent needs a person, however well the upload had ended."""
    late = replace(upload(State.DONE), surplus=500)
    assert mark(late) == "warning"
    assert news(late, latest(Event.ARRIVE_LATE)) == News("arrived late", (ANNA,))
