"""What a card has to say of an upload at rest, worded here once more, so that the bot's own words are not trusted."""

from __future__ import annotations

from bot.promo.news import mark
from bot.promo.uploads import State, Upload
from bot.stand_ins.slack import Message, StandInSlack


def title(upload: Upload) -> str:
    """The card's first line."""
    done, total, to = upload.progress, upload.progress.total, upload.list_name
    match upload.state:
        case State.DONE:
            return f"Done: {done.accepted:,} codes sent to {to}"
        case State.PARTLY_DONE:
            return (
                f"Partly done: {done.accepted:,} codes sent to {to}" if done.accepted else f"Nothing was sent to {to}"
            )
        case State.NEEDS_DECISION:
            return f"Your decision is needed: {to}"
        case State.PAUSED:
            return f"Paused: {to}"
        case State.CHECKED:
            return f"{total:,} codes ready to upload"
        case State.FAILED:
            return f"Not loaded: {upload.file_name}"
    return f"({upload.state} is no state to rest in)"


def counts(upload: Upload) -> str:
    """What the card of a finished upload has to say of the list, whose only growth were these codes."""
    if upload.state is State.DONE and upload.before is not None and upload.after is not None:
        return f"from {upload.before:,} to {upload.after:,} available"
    return ""


def untrue(upload: Upload, slack: StandInSlack) -> list[str]:
    """Every message about the upload that tells something else than the database knows, in words."""
    thread = [one for one in slack.messages(upload.channel) if one.is_bot and one.thread_ts == upload.thread_ts]
    cards = [one for one in thread if ref_of(one) == upload.ref]
    wrong = [] if any(one.ts == upload.card_ts for one in cards) else [f"{upload.ref}: no card ({upload.state})"]
    for card in cards:
        said = slack.visible_text(card)
        if not said.startswith(title(upload)) or counts(upload) not in said:
            which = "card" if card.ts == upload.card_ts else "second card"
            wrong.append(f"{upload.ref}: the {which} of an upload that is {upload.state} says {said[:90]!r}")
    about = slack.workspace.message(upload.channel, upload.message_ts)
    signs = sorted(about.reactions) if about else []
    if signs != [name for name in [mark(upload)] if name]:
        wrong.append(f"{upload.ref}: the file of an upload that is {upload.state} carries {signs}")
    return wrong


def ref_of(message: Message) -> str:
    """The upload whose card a message is; empty for any other message."""
    return str(message.blocks[0]["block_id"]).split(":")[0] if message.blocks else ""
