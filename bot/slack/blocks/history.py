"""Who loaded what, when, with which result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.promo.lifecycle import Event
from bot.promo.lists import PromoList
from bot.promo.uploads import State, Upload
from bot.slack.blocks.choices import ask, said
from bot.slack.blocks.kit import (
    BULLET,
    Block,
    Bold,
    Code,
    Line,
    Link,
    Message,
    Part,
    Person,
    When,
    actions,
    clip,
    counted,
    flat,
    header,
    number,
    rich,
)
from bot.slack.blocks.tables import Cell, data_table

PAGE = 10
_WORDS = {
    State.CHECKED: "waits to be confirmed",
    State.QUEUED: "in line",
    State.SENDING: "sending",
    State.NEEDS_APPROVAL: "waits for approval",
    State.STOPPING: "being stopped",
    State.PAUSED: "paused",
    State.UNDO_PAUSED: "taking back, paused",
    State.NEEDS_DECISION: "needs a decision",
    State.UNDOING: "being taken back",
}
# What people decide about an upload after they confirmed it, as it is told afterwards.
_DECIDED: Mapping[str, str] = {
    Event.APPROVE: "approved",
    Event.DECLINE: "declined",
    Event.CANCEL: "cancelled",
    Event.STOP: "stopped",
    Event.RESUME: "resumed",
    Event.SEND_AGAIN: "a batch sent again",
    Event.SKIP: "a batch skipped",
    Event.TRY_AGAIN: "tried again",
    Event.SEND_SKIPPED: "what was skipped sent again",
    Event.UNDO: "undone",
}
# An undo that has not come to its end, or that PersonaClick does not allow.
_UNDO_ASKED = "undo asked for"
MAX_DECISIONS = 5
NO_LINKS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a page of the history is narrowed to: a list, a person (Slack's id; `mine` if it is who asks), a state."""

    promo_list: PromoList | None = None
    by: str = ""
    state: str = ""
    page: int = 1
    mine: bool = False

    @property
    def typed(self) -> str:
        """What is typed for it after /promo, without the page."""
        person = "me" if self.mine else f"<@{self.by}>" if self.by else ""
        key = self.promo_list.choice.key if self.promo_list else ""
        return " ".join(filter(None, ("history", key, person, self.state)))

    @property
    def title(self) -> str:
        """The heading."""
        state = f"{self.state.capitalize()} uploads" if self.state else "Uploads"
        return f"{state} to {self.promo_list.title}" if self.promo_list else state


def history(
    uploads: Sequence[Upload],
    narrowed: Narrowed | None = None,
    links: Mapping[str, str] = NO_LINKS,
    *,
    more: bool = False,
) -> Message:
    """A page of the uploads, those under way first; `more` says that another page follows."""
    about = narrowed or Narrowed()
    if not uploads:
        return _nothing(about)
    by: list[Line] = [["By ", Person(about.by)]] if about.by else []
    told: list[Line] = [[about.title], *by, *lines_of(uploads, links)]
    blocks = [header(about.title), *([rich(by)] if by else [])]
    blocks.append(table_of(about.title, uploads, links, of_one_list=bool(about.promo_list)))
    if turn := _turn(about, more=more):
        blocks.append(actions(turn))
    return Message(flat(told), blocks, told)


def _turn(about: Narrowed, *, more: bool) -> list[Block]:
    """Buttons to the next page, the one before, and to what is open or mine."""
    shown = about.typed
    newer = f"{shown} page {about.page - 1}" if about.page > 2 else shown
    return [
        *([ask("Newer", newer)] if about.page > 1 else []),
        *([ask("Older", f"{shown} page {about.page + 1}", 1)] if more else []),
        *([ask("Only mine", f"{shown} me", 2)] if not about.by else []),
        *([ask("Only open ones", f"{shown} open", 3)] if not about.state else []),
    ]


def _nothing(about: Narrowed) -> Message:
    to = f" to {about.promo_list.title}" if about.promo_list else ""
    by: list[Part] = [" by ", Person(about.by)] if about.by else []
    first: Line = [f"Nothing was loaded{to}", *by, " yet."]
    if about.page > 1:
        first = ["There are no older uploads."]
    elif about.state == "open":
        first = [f"Nothing{to} is open", *by, "."]
    elif about.state:
        first = [f"No upload{to}", *by, f" is {about.state}."]
    if about.by or about.state or about.page > 1:
        return said([first], [ask("All uploads", "history")])
    key = about.promo_list.choice.key if about.promo_list else ""
    then: Line = ["Drop a file of codes into a channel I am in, or type ", Code("/promo upload"), "."]
    return said([first, then], [ask("Load codes", f"upload {key}".strip())])


def whose(name: str, people: Sequence[str]) -> Message:
    """A name that nobody, or more than one person, who loaded codes answers to."""
    if not people:
        first: Line = [Bold(f"Nobody called “{clip(name, 80)}” has loaded codes with me.")]
        return said([first], [ask("All uploads", "history"), ask("Only mine", "history me", 1)])
    lines: list[Line] = [[Bold(f"Several people are called “{clip(name, 80)}”.")]]
    lines += [[BULLET, Person(person)] for person in people]
    return said(
        lines,
        [ask(f"Number {place}", f"history <@{person}>", place) for place, person in enumerate(people[:8], 1)],
    )


def where_undo_is(uploads: Sequence[Upload], links: Mapping[str, str] = NO_LINKS) -> Message:
    """Undo is a button of each upload's card; the last uploads are named."""
    first: Line = ["Press ", Bold("Undo"), " on the card of the upload you want to take back."]
    if not uploads:
        return said([first, ["Nothing was loaded yet."]], [ask("Load codes", "upload")])
    return said([first, ["Each result here leads to its card:"], *([BULLET, *one] for one in lines_of(uploads, links))])


def table_of(
    caption: str, uploads: Sequence[Upload], links: Mapping[str, str] = NO_LINKS, *, of_one_list: bool
) -> Block:
    """Uploads as a table; each result leads to the upload's card."""
    head: tuple[str, ...] = ("When", "List", "Codes", "Result", "By", "File")
    rows: list[tuple[Cell, ...]] = [
        (
            When(upload.confirmed_at or upload.created_at),
            upload.list_name,
            codes_of(upload),
            _linked(result(upload), links.get(upload.ref, "")),
            Person(upload.confirmed_by or upload.user),
            upload.file_name,
        )
        for upload in uploads
    ]
    if any(decided := [tuple(_decided(upload)) for upload in uploads]):
        head = (*head, "Decided")
        rows = [(*row, words or "–") for row, words in zip(rows, decided, strict=True)]
    if of_one_list:
        head, rows = (head[0], *head[2:]), [(row[0], *row[2:]) for row in rows]
    return data_table(caption, head, rows, page_size=PAGE)


def _linked(text: str, address: str) -> Cell:
    return Link(address, text) if address else text


def lines_of(uploads: Sequence[Upload], links: Mapping[str, str] = NO_LINKS) -> list[Line]:
    """Uploads as lines of text; each result leads to the upload's card."""
    return [_line(upload, links.get(upload.ref, "")) for upload in uploads]


def _line(upload: Upload, address: str) -> Line:
    to = f" to {upload.list_name}" if upload.list_name else ""
    decided = _decided(upload)
    return [
        When(upload.confirmed_at or upload.created_at),
        f": {upload.file_name}{to} by ",
        Person(upload.confirmed_by or upload.user),
        f", {counted(codes_of(upload), 'code')}: ",
        Link(address, result(upload)) if address else result(upload),
        *([", ", *decided] if decided else []),
    ]


def _decided(upload: Upload) -> list[Part]:
    """What people decided after it was confirmed, and who, the last few times."""
    told = [change for change in upload.decisions if change.event in _DECIDED][-MAX_DECISIONS:]
    parts: list[Part] = []
    for change in told:
        kept = change.event == Event.UNDO and upload.state is not State.UNDONE
        parts += [", " if parts else "", f"{_UNDO_ASKED if kept else _DECIDED[change.event]} by ", Person(change.by)]
    return parts[1:]


def codes_of(upload: Upload) -> int:
    """How many codes the upload has, or has to offer."""
    return upload.progress.total or (upload.checked.codes if upload.checked else 0)


def result(upload: Upload) -> str:
    """What became of an upload, in a few words."""
    progress = upload.progress
    match upload.state:
        case State.DONE:
            return f"sent {number(progress.accepted)}"
        case State.PARTLY_DONE:
            return f"sent {number(progress.accepted)} of {number(progress.total)}"
        case State.SENDING:
            return f"sending, {number(progress.accepted)} of {number(progress.total)}"
        case State.UNDONE if progress.taken_back <= progress.accepted:
            return f"taken back {number(progress.taken_back)} of {number(progress.accepted)}"
        case State.UNDONE:
            # Codes of which nobody knew that they had arrived came back, too.
            return f"taken back {number(progress.taken_back)}"
    return _WORDS.get(upload.state, upload.state.value)
