"""What an upload does next, as tables."""

import pytest

from bot.errors import (
    BadRequest,
    CredentialsRefused,
    ListNotFound,
    OutcomeUnknown,
    PersonaClickError,
    RateLimited,
    TooLarge,
    Unreachable,
)
from bot.promo.steps import (
    REFUSALS_AT_MOST,
    REFUSALS_IN_ONE_VOICE,
    Accepted,
    Ask,
    Batch,
    Finish,
    Halve,
    NotStored,
    Outcome,
    Refuse,
    RefuseAll,
    Send,
    Settle,
    Shrink,
    Split,
    Step,
    Unknown,
    next_step,
    outcome,
)
from bot.promo.uploads import BatchState, State

PENDING, SENDING, ACCEPTED, REFUSED, UNSURE = BatchState


def batch(number: int, state: BatchState, count: int = 100, part: int = 0, *, decided: bool = False) -> Batch:
    """A batch in short."""
    return Batch(number, part, count, state, decided=decided)


@pytest.mark.parametrize(
    ("batches", "step"),
    [
        ([batch(0, PENDING), batch(1, PENDING)], Send(batch(0, PENDING))),
        ([batch(1, PENDING), batch(0, ACCEPTED)], Send(batch(1, PENDING))),
        ([batch(0, ACCEPTED), batch(1, SENDING), batch(2, PENDING)], Settle(batch(1, SENDING))),
        ([batch(0, UNSURE), batch(1, PENDING)], Ask(batch(0, UNSURE))),
        ([batch(0, UNSURE, decided=True), batch(1, PENDING)], Send(batch(1, PENDING))),
        ([batch(0, PENDING, 201)], Split(batch(0, PENDING, 201))),
        ([batch(0, PENDING, 50, 50), batch(0, PENDING, 50)], Send(batch(0, PENDING, 50))),
        ([batch(0, PENDING, 25), batch(0, PENDING, 50, 50)], Send(batch(0, PENDING, 50, 50))),
        ([batch(0, ACCEPTED), batch(1, ACCEPTED)], Finish(State.DONE)),
        ([batch(0, ACCEPTED), batch(1, REFUSED)], Finish(State.PARTLY_DONE)),
        ([batch(0, ACCEPTED), batch(1, UNSURE, decided=True)], Finish(State.PARTLY_DONE)),
    ],
)
def test_next_step(batches: list[Batch], step: Step) -> None:
    """What may have been sent is settled first, questions are asked next, then the next batch goes, largest first."""
    assert next_step(batches, limit=200) == step


@pytest.mark.parametrize(
    ("error", "count", "accepted", "refusals", "meaning"),
    [
        (None, 100, 0, [], Accepted()),
        (BadRequest(400, "bad"), 100, 0, [], Halve()),
        (BadRequest(400, "bad"), 1, 0, [], Refuse("bad")),
        (BadRequest(400, "bad"), 100, 5, ["bad"] * REFUSALS_AT_MOST, Refuse("bad")),
        (BadRequest(400, "bad"), 100, 0, ["bad"] * (REFUSALS_IN_ONE_VOICE - 1), RefuseAll("bad")),
        (BadRequest(400, "bad"), 100, 1, ["bad"] * (REFUSALS_IN_ONE_VOICE - 1), Halve()),
        (BadRequest(400, "bad"), 100, 0, ["other"] * (REFUSALS_IN_ONE_VOICE - 1), Halve()),
        (TooLarge(413), 100, 0, [], Shrink(50)),
        (TooLarge(413, "big"), 1, 0, [], Refuse("big")),
        (RateLimited(429, retry_after_s=7), 100, 0, [], NotStored()),
        (Unreachable(), 100, 0, [], NotStored()),
        (CredentialsRefused(403), 100, 0, [], NotStored()),
        (ListNotFound(404), 100, 0, [], NotStored()),
        (OutcomeUnknown(500), 100, 0, [], Unknown()),
        (PersonaClickError(), 100, 0, [], Unknown()),
    ],
)
def test_outcome(
    error: PersonaClickError | None, count: int, accepted: int, refusals: list[str], meaning: Outcome
) -> None:
    """Each answer to a POST means exactly one thing for its batch; what nobody knows is unknown."""
    assert outcome(error, batch(0, SENDING, count), accepted, refusals) == meaning
