"""What an upload does next, as tables."""

import pytest

from bot.errors import (
    BadRequest,
    CredentialsRefused,
    ListGone,
    ListNotFound,
    NotSupported,
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
    GiveUp,
    Halve,
    NotStored,
    Outcome,
    Pause,
    Pauses,
    Refuse,
    RefuseAll,
    Send,
    Settle,
    Shrink,
    Split,
    Step,
    Tried,
    Unknown,
    Wait,
    next_step,
    outcome,
    rest,
)
from bot.promo.uploads import BatchState, Down, Paused, State, Waiting

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
        (TooLarge(413, "big"), 1, 0, [], RefuseAll("big")),
        (TooLarge(413, "big"), 1, 5, [], Refuse("big")),
        (TooLarge(413, "big"), 1, 5, ["big"] * REFUSALS_IN_ONE_VOICE, RefuseAll("big")),
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


NOW = 10_000.0
SENDING_STATE, UNDOING, STOPPING = Tried(State.SENDING), Tried(State.UNDOING), Tried(State.STOPPING)


@pytest.mark.parametrize(
    ("error", "tried", "decision"),
    [
        # As told; growing where the API names no pause; a person after too many.
        (RateLimited(429, retry_after_s=7), SENDING_STATE, Wait(Waiting(NOW + 7), NOW + 7)),
        (RateLimited(429, retry_after_s=7), UNDOING, Wait(Waiting(NOW + 7), NOW + 7)),
        (RateLimited(429, retry_after_s=0), SENDING_STATE, Wait(Waiting(NOW + 0.5), NOW + 0.5)),
        (RateLimited(429, retry_after_s=0), Tried(State.SENDING, tries=3), Wait(Waiting(NOW + 4), NOW + 4)),
        (RateLimited(429, retry_after_s=0), Tried(State.SENDING, tries=99), Wait(Waiting(NOW + 60), NOW + 60)),
        (RateLimited(429, "slow", 0), Tried(State.SENDING, tries=100), Pause(Paused("limited", "slow", 429))),
        # Away: tried again at growing pauses for an hour.
        (Unreachable(), SENDING_STATE, Wait(Down(NOW, NOW + 5), NOW + 5, NOW)),
        (Unreachable(), UNDOING, Wait(Down(NOW, NOW + 5), NOW + 5, NOW)),
        (
            OutcomeUnknown(502),
            Tried(State.SENDING, NOW - 60),
            Wait(Down(NOW - 60, NOW + 30, 502), NOW + 30, NOW - 60),
        ),
        (
            Unreachable(),
            Tried(State.UNDOING, NOW - 3000),
            Wait(Down(NOW - 3000, NOW + 60), NOW + 60, NOW - 3000),
        ),
        (OutcomeUnknown(500, "ouch"), Tried(State.SENDING, NOW - 3600), Pause(Paused("down", "ouch", 500))),
        (BadRequest(400, "bad"), SENDING_STATE, Wait(Down(NOW, NOW + 5, 400), NOW + 5, NOW)),
        # Only a person can mend it.
        (CredentialsRefused(403, "no"), SENDING_STATE, Pause(Paused("credentials", "no", 403))),
        (CredentialsRefused(403, "no"), UNDOING, Pause(Paused("credentials", "no", 403))),
        (ListGone(), SENDING_STATE, Pause(Paused("list gone"))),
        (ListGone(), UNDOING, Pause(Paused("list gone"))),
        (ListNotFound(404, "what"), UNDOING, Pause(Paused("not found", "what", 404))),
        # No use in trying again.
        (NotSupported(404), UNDOING, GiveUp()),
        (BadRequest(400, "bad"), UNDOING, GiveUp("bad")),
        (Unreachable(), STOPPING, GiveUp()),
        (RateLimited(429, "slow", 7), STOPPING, GiveUp("slow")),
    ],
)
def test_rest(error: PersonaClickError, tried: Tried, decision: Wait | Pause | GiveUp) -> None:
    """When the API did not do its part: wait, pause, or give up, alike for sending and taking back."""
    assert rest(error, tried, NOW, Pauses()) == decision
