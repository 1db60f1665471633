"""Who loaded what, when, with which result."""

from __future__ import annotations

from collections.abc import Sequence

from bot.promo.lists import PromoList
from bot.promo.uploads import State, Upload
from bot.slack.blocks.choices import said
from bot.slack.blocks.kit import (
    Block,
    Bold,
    Code,
    Line,
    Message,
    Person,
    When,
    counted,
    flat,
    header,
    number,
    rich,
)
from bot.slack.blocks.tables import Cell, data_table

_WORDS = {
    State.QUEUED: "in line",
    State.SENDING: "sending",
    State.PAUSED: "paused",
    State.NEEDS_DECISION: "needs a decision",
    State.UNDOING: "being taken back",
}


def history(uploads: Sequence[Upload], promo_list: PromoList | None = None) -> Message:
    """The last uploads, those under way first; of one list when it is named."""
    about = f" to {promo_list.title}" if promo_list else ""
    if not uploads:
        lines: list[Line] = [
            [f"Nothing was loaded{about} yet."],
            ["Drop a file of codes into a channel I am in, or type ", Code("/promo upload"), "."],
        ]
        return Message(flat(lines), [rich(lines)])
    title = f"Uploads{about}"
    told: list[Line] = [[title], *lines_of(uploads)]
    return Message(flat(told), [header(title), table_of(title, uploads, of_one_list=bool(promo_list))], told)


def where_undo_is(uploads: Sequence[Upload]) -> Message:
    """Undo is a button of each upload's card; the last uploads are named."""
    lines: list[Line] = [["Press ", Bold("Undo"), " on the card of the upload you want to take back."]]
    lines += lines_of(uploads) or [["Nothing was loaded yet."]]
    return said(lines)


def table_of(caption: str, uploads: Sequence[Upload], *, of_one_list: bool) -> Block:
    """Uploads as a table."""
    head: tuple[str, ...] = ("When", "List", "Codes", "Result", "By", "File")
    rows: list[tuple[Cell, ...]] = [
        (
            When(one.confirmed_at),
            one.list_name,
            one.progress.total,
            result(one),
            Person(one.confirmed_by),
            one.file_name,
        )
        for one in uploads
    ]
    if of_one_list:
        head, rows = (head[0], *head[2:]), [(row[0], *row[2:]) for row in rows]
    return data_table(caption, head, rows)


def lines_of(uploads: Sequence[Upload]) -> list[Line]:
    """Uploads as lines of text."""
    return [
        [
            When(one.confirmed_at),
            f": {one.file_name} to {one.list_name} by ",
            Person(one.confirmed_by),
            f", {counted(one.progress.total, 'code')}: {result(one)}",
        ]
        for one in uploads
    ]


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
        case State.UNDONE:
            return f"taken back {number(progress.taken_back)} of {number(progress.accepted)}"
    return _WORDS.get(upload.state, upload.state.value)
