"""What an upload does next, what an answer means, and when to try again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.errors import (
    BadRequest,
    CredentialsRefused,
    ListGone,
    ListNotFound,
    NotSupported,
    PersonaClickError,
    RateLimited,
    TooLarge,
    Unreachable,
)
from bot.promo.uploads import BatchState, Down, Paused, State, Waiting

# A batch that is refused is searched for the codes the API dislikes; this many refusals per upload, then the
# pieces not searched yet are refused whole.
REFUSALS_AT_MOST = 200
# So many refusals in one voice, with nothing accepted yet, mean that it is not about single codes.
REFUSALS_IN_ONE_VOICE = 15


@dataclass(frozen=True, slots=True)
class Batch:
    """One POST's worth of codes. `number` is its place in the upload, `part` its offset inside that place.

    `lost_at` is when the counts showed that it had not arrived, although its answer was lost; it may arrive late.
    `held_back`: it was not sent, because another upload had loaded its codes meanwhile.
    """

    number: int
    part: int
    count: int
    state: BatchState
    sent_at: float = 0
    decided: bool = False
    message: str = ""
    lost_at: float = 0
    held_back: bool = False

    @property
    def key(self) -> tuple[int, int]:
        """What names the batch inside its upload."""
        return self.number, self.part


@dataclass(frozen=True, slots=True)
class Send:
    """POST this batch."""

    batch: Batch


@dataclass(frozen=True, slots=True)
class Split:
    """The batch is over the size the API takes: make two of it."""

    batch: Batch


@dataclass(frozen=True, slots=True)
class Settle:
    """Find out whether this batch arrived."""

    batch: Batch


@dataclass(frozen=True, slots=True)
class Ask:
    """The counts cannot tell about this batch: a person decides."""

    batch: Batch


@dataclass(frozen=True, slots=True)
class Finish:
    """Nothing is left to send."""

    state: State


Step = Send | Split | Settle | Ask | Finish


def next_step(batches: Iterable[Batch], limit: int) -> Step:
    """The one thing to do now; `limit` is how many codes one POST may carry.

    Whatever may have been sent is settled before anything else is sent; an open question is asked before that.
    """
    ordered = sorted(batches, key=lambda batch: (batch.number, -batch.count, batch.part))
    for batch in ordered:
        if batch.state is BatchState.SENDING:
            return Settle(batch)
    for batch in ordered:
        if batch.state is BatchState.UNSURE and not batch.decided:
            return Ask(batch)
    for batch in ordered:
        if batch.state is BatchState.PENDING:
            return Split(batch) if batch.count > limit else Send(batch)
    whole = all(batch.state is BatchState.ACCEPTED for batch in ordered)
    return Finish(State.DONE if whole else State.PARTLY_DONE)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The API took the batch."""


@dataclass(frozen=True, slots=True)
class Halve:
    """Refused: look for the codes that are to blame in two halves."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refused for good, in these words."""

    message: str


@dataclass(frozen=True, slots=True)
class RefuseAll:
    """Everything is refused for one reason: stop."""

    message: str


@dataclass(frozen=True, slots=True)
class Shrink:
    """Too large: not more than `limit` codes in a POST from here on."""

    limit: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have arrived."""


@dataclass(frozen=True, slots=True)
class NotStored:
    """Nothing was stored, and not because of the codes: wait, or let a person mend what is wrong."""


Outcome = Accepted | Halve | Refuse | RefuseAll | Shrink | Unknown | NotStored


def outcome(error: PersonaClickError | None, batch: Batch, accepted: int, refusals: Sequence[str]) -> Outcome:
    """What the answer to a POST means for its batch.

    `error` is None for a success; `accepted` codes of the upload were accepted so far; `refusals` are the API's
    words of the upload's refusals so far, oldest first.
    """
    match error:
        case None:
            return Accepted()
        case BadRequest(message=message):
            return _refusal(message, batch, accepted, [*refusals, message])
        case TooLarge(message=message):
            if batch.count > 1:
                return Shrink(batch.count // 2)
            # One code is not large: whatever is refused like that, it is not about its size.
            hopeless = accepted == 0 or len(refusals) >= REFUSALS_IN_ONE_VOICE
            return RefuseAll(message) if hopeless else Refuse(message)
        case RateLimited() | Unreachable() | CredentialsRefused() | ListNotFound() | ListGone():
            return NotStored()
        case _:
            return Unknown()


def _refusal(message: str, batch: Batch, accepted: int, refusals: Sequence[str]) -> Outcome:
    if accepted == 0 and len(refusals) >= REFUSALS_IN_ONE_VOICE and len(set(refusals)) == 1:
        return RefuseAll(message)
    if batch.count == 1 or len(refusals) >= REFUSALS_AT_MOST:
        return Refuse(message)
    return Halve()


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long an API that does not do its part is waited for, in seconds and in tries."""

    first_s: float = 5.0
    longest_s: float = 60.0
    # So long without doing its part, or so many pauses asked for in a row: a person is told, and resumes.
    down_at_most_s: float = 3600.0
    limited_at_most: int = 100


@dataclass(frozen=True, slots=True)
class Wait:
    """Try again by itself at `notice`'s time."""

    notice: Waiting | Down
    until: float
    down_since: float = 0.0


@dataclass(frozen=True, slots=True)
class Pause:
    """Stand still until a person has mended it and resumes."""

    notice: Paused


@dataclass(frozen=True, slots=True)
class GiveUp:
    """There is no use in trying again; `message` is the API's words, empty where it has no such call."""

    message: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried so far: `tries` in vain since the API last did its part, and since when it has not."""

    state: State
    down_since: float = 0.0
    tries: int = 0


def redirected(error: PersonaClickError) -> bool:
    """Whether the API's address led to another one, which is never followed with the shop's secret."""
    return 300 <= error.status < 400


def rest(error: PersonaClickError, tried: Tried, now: float, pauses: Pauses) -> Wait | Pause | GiveUp:
    """What to do when the API did not do its part, for sending and for taking back.

    An upload that a person has stopped does not wait for anything.
    """
    match error:
        case _ if tried.state is State.STOPPING:
            return GiveUp(error.message)
        case NotSupported():
            return GiveUp()
        case BadRequest(message=message) if tried.state is State.UNDOING:
            return GiveUp(message)
        case CredentialsRefused(message=message, status=status):
            return Pause(Paused("credentials", message, status))
        case ListGone():
            return Pause(Paused("list gone"))
        case ListNotFound(message=message, status=status):
            return Pause(Paused("not found", message, status))
        case RateLimited(message=message, status=status, retry_after_s=seconds):
            if tried.tries >= pauses.limited_at_most:
                return Pause(Paused("limited", message, status))
            until = now + max(seconds, min(pauses.longest_s, pauses.first_s / 10 * 2 ** min(tried.tries, 10)))
            return Wait(Waiting(until), until)
        case _ if redirected(error):
            return Pause(Paused("redirected", status=error.status))
    since = tried.down_since or now
    if now - since >= pauses.down_at_most_s:
        return Pause(Paused("down", error.message, error.status))
    until = now + min(pauses.longest_s, max(pauses.first_s, (now - since) / 2))
    return Wait(Down(since, until, error.status), until, since)
