"""An upload's life as data: its states, its batches, and what it waits for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.errors import FileProblem
from bot.promo.findings import Checked, Options


class State(StrEnum):
    """Where an upload is; `promo/lifecycle.py` says what may happen to it there."""

    CHECKING = "checking"
    FAILED = "failed"
    CHECKED = "checked"
    NEEDS_APPROVAL = "needs approval"
    QUEUED = "queued"
    SENDING = "sending"
    PAUSED = "paused"
    NEEDS_DECISION = "needs decision"
    STOPPING = "stopping"
    DONE = "done"
    PARTLY_DONE = "partly done"
    UNDOING = "undoing"
    UNDO_PAUSED = "undo paused"
    UNDONE = "undone"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class BatchState(StrEnum):
    """Where a batch is: the codes of one POST."""

    PENDING = "pending"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Waiting:
    """No request before `until` (epoch seconds): the API asked for a pause, or the limit per minute is reached."""

    until: float
    limit_reached: bool = False
    kind: Literal["waiting"] = "waiting"


@dataclass(frozen=True, slots=True)
class Down:
    """The API has not done its part since `since`; the next try is at `retry_at`.

    `status` is the HTTP status of its last answer, 0 when it did not answer at all.
    """

    since: float
    retry_at: float
    status: int = 0
    kind: Literal["down"] = "down"


@dataclass(frozen=True, slots=True)
class Settling:
    """An outcome is unknown; the counts are being read to settle it."""

    kind: Literal["settling"] = "settling"


@dataclass(frozen=True, slots=True)
class Paused:
    """Why an upload stands still until somebody presses Resume. `message` is the API's words, `status` its last answer.

    not found: a 404 although the list is there, so a parameter was missed. limited: the API asked for one pause after
    another. redirected: its address led to another one. shop gone: the settings do not name the shop any more. damaged:
    a stored batch cannot be opened.
    """

    why: Literal["credentials", "list gone", "not found", "down", "limited", "redirected", "shop gone", "damaged"]
    message: str = ""
    status: int = 0
    kind: Literal["paused"] = "paused"


@dataclass(frozen=True, slots=True)
class Question:
    """What is known of a batch whose outcome the counts cannot tell.

    Before it the list had `before` codes, and `after` when it was counted last, `at` (epoch seconds, 0 where an older
    version counted); the batch has `count`. `before` is None when another upload to the list went on meanwhile.
    """

    batch: int
    count: int
    before: int | None
    after: int
    at: float = 0.0
    kind: Literal["question"] = "question"


@dataclass(frozen=True, slots=True)
class Stopped:
    """The rest was not sent: all was refused for one reason, even one code was too large, or a person stopped it."""

    why: Literal["all refused", "too large", "by person"]
    message: str = ""
    kind: Literal["stopped"] = "stopped"


@dataclass(frozen=True, slots=True)
class CannotUndo:
    """The shop's API has no removal call (`message` is empty), or refused it in these words."""

    message: str = ""
    kind: Literal["cannot undo"] = "cannot undo"


@dataclass(frozen=True, slots=True)
class Declined:
    """A second person did not approve the upload; `reason` is in their words, or empty."""

    by: str
    reason: str = ""
    kind: Literal["declined"] = "declined"


Notice = Waiting | Down | Settling | Paused | Question | Stopped | CannotUndo | Declined


@dataclass(frozen=True, slots=True)
class Progress:
    """Codes of an upload by what became of them.

    `unclear` ones were asked to be taken back, but the answer was lost: taken back or already gone.
    """

    total: int = 0
    accepted: int = 0
    refused: int = 0
    unsure: int = 0
    skipped: int = 0
    taken_back: int = 0
    already_gone: int = 0
    unclear: int = 0

    @property
    def pending(self) -> int:
        """Codes that have not been sent yet."""
        return self.total - self.accepted - self.refused - self.unknown

    @property
    def unknown(self) -> int:
        """Codes of which nobody knows whether they arrived."""
        return self.unsure + self.skipped


@dataclass(frozen=True, slots=True)
class Refusal:
    """Codes refused for one reason, in the API's words (codes masked); `rows` are the first few.

    `held_back`: the bot itself did not send them, because another upload had loaded them meanwhile.
    """

    message: str
    count: int
    rows: tuple[int, ...]
    held_back: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to an upload: an event of `promo/lifecycle`, when (epoch seconds), and which person did it."""

    at: float
    event: str
    by: str


@dataclass(frozen=True, slots=True)
class Link:
    """Another upload, for a person: its list, who loaded it, when (epoch seconds), and its card's address.

    `arrived` is how many of its codes did; None while it goes on.
    """

    ref: str
    list_name: str
    user: str
    at: float
    permalink: str = ""
    arrived: int | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """Everything a card shows about one upload. Times are epoch seconds, UTC; `list_*` are empty until chosen.

    `lost` are the batches (numbers from 0) whose answers were lost and which the counts did not show, so that they were
    sent again; they may arrive late: `surplus` is how much the list grew beyond what was sent since then.
    `message_ts` is the message of the file, in `channel`; `mark` the reaction it carries. `asking_ts` is the reply that
    asks for something and is not answered yet; `asking` numbers the change it is about. `shared_by` is empty where
    it is `user`, who took the file up.
    """

    ref: str
    state: State
    shop: str = ""
    list_id: str = ""
    list_name: str = ""
    channel: str = ""
    thread_ts: str = ""
    card_ts: str = ""
    message_ts: str = ""
    shared_by: str = ""
    mark: str = ""
    asking: int = 0
    asking_ts: str = ""
    file_id: str = ""
    file_name: str = ""
    user: str = ""
    confirmed_by: str = ""
    approved_by: str = ""
    undone_by: str = ""
    created_at: float = 0
    confirmed_at: float = 0
    sending_at: float = 0
    finished_at: float = 0
    undo_until: float = 0
    options: Options = Options()
    checked: Checked | None = None
    failure: FileProblem | None = None
    notice: Notice | None = None
    progress: Progress = Progress()
    refusals: tuple[Refusal, ...] = ()
    before: int | None = None
    after: int | None = None
    surplus: int = 0
    lost: tuple[int, ...] = ()
    decisions: tuple[Change, ...] = ()
    wiped: bool = False
    version: int = 0
    shown_version: int = 0


@dataclass(frozen=True, slots=True)
class CardContext:
    """What a card says beyond its own upload: its place in the queue, its list now, and related uploads.

    `ahead` uploads to the same list come first; `available` is the chosen list's count; `better_list` names a
    list these codes look more like, `better_id` is its id; `known` are the uploads that loaded codes of this file
    before, with counts; `seconds_left` is an estimate; `undoable` says that Undo may be offered; `owner` is the name of
    who confirmed it; `contact` is whom to ask.
    """

    ahead: int = 0
    available: int | None = None
    better_list: str = ""
    better_id: str = ""
    same_file: Link | None = None
    known: tuple[tuple[Link, int], ...] = ()
    seconds_left: float | None = None
    undoable: bool = False
    owner: str = ""
    contact: str = ""
