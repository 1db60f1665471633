"""The card of an upload, in every state."""

from __future__ import annotations

from bot.promo.findings import Options
from bot.promo.uploads import CardContext, State, Upload
from bot.slack.blocks import ids
from bot.slack.blocks.cards.checked import checked
from bot.slack.blocks.cards.finished import cancelled, done, undone
from bot.slack.blocks.cards.lines import load_codes
from bot.slack.blocks.cards.under_way import (
    needs_approval,
    needs_decision,
    paused,
    queued,
    sending,
    stopping,
    undoing,
)
from bot.slack.blocks.contact import with_contact
from bot.slack.blocks.kit import Block, Bold, Line, Message, actions, button, flat, header, rich, small
from bot.slack.blocks.problems import failed_check
from bot.slack.blocks.shape import Card


def card(upload: Upload, context: CardContext, now: float) -> Message:
    """The card as it should look now."""
    made = _card(upload, context, now)
    key = f"{upload.ref}:{upload.version}"
    blocks: list[Block] = [header(made.title, f"{key}:title"), rich(made.lines, f"{key}:lines")]
    if made.choose is not None:
        blocks.append(actions([made.choose], f"{key}:choose"))
    if made.buttons:
        blocks.append(actions(made.buttons, f"{key}:buttons"))
    if made.small:
        blocks.append(small(made.small))
    return Message(flat([[made.title], *made.lines]), blocks)


def ref_of(block_id: str) -> str:
    """The upload a block of a card belongs to."""
    return block_id.split(":")[0]


def version_of(block_id: str) -> int:
    """The version of the upload that a block of a card shows; -1 when it shows none."""
    parts = block_id.split(":")
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else -1


def _card(upload: Upload, context: CardContext, now: float) -> Card:
    match upload.state:
        case State.CHECKING:
            return Card("Checking", [[f"Reading {upload.file_name}. This takes a moment for a large file."]])
        case State.FAILED:
            return _failed(upload, context.contact)
        case State.CHECKED:
            return checked(upload, context, now)
        case State.QUEUED:
            return queued(upload, context)
        case State.SENDING:
            return sending(upload, context)
        case State.STOPPING:
            return stopping(upload)
        case State.NEEDS_APPROVAL:
            return needs_approval(upload)
        case State.PAUSED | State.UNDO_PAUSED:
            return paused(upload, context.contact)
        case State.NEEDS_DECISION:
            return needs_decision(upload)
        case State.DONE | State.PARTLY_DONE:
            return done(upload, context, now)
        case State.UNDOING:
            return undoing(upload)
        case State.UNDONE:
            return undone(upload)
        case State.CANCELLED:
            return cancelled(upload)
    did = "approved" if upload.confirmed_by else "confirmed"
    return Card(
        "Expired",
        [[f"Nobody {did} {upload.file_name} within a day. Nothing was sent, and its codes are wiped here."]],
        buttons=load_codes(upload),
        small=[["Share the file again to load it."]],
    )


def _failed(upload: Upload, contact: str) -> Card:
    problem = failed_check(upload)
    lines: list[Line] = [[Bold(problem.what)], with_contact(problem.then, contact)]
    again = [button("Check again", ids.CHECK_AGAIN, upload.ref)] if problem.again or upload.options != Options() else []
    return Card(f"Not loaded: {upload.file_name}", lines, buttons=[*again, *load_codes(upload)])
