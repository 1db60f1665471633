"""What is told of an upload by a new reply, since the edit of its card notifies nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from bot.promo.lifecycle import Event
from bot.promo.news import News
from bot.promo.uploads import Change, Declined, State, Upload
from bot.slack.blocks.kit import Bold, Line, Message, Person, counted, flat, rich

# What somebody, or the bot, did about something that was asked.
_DID: Mapping[str, str] = {
    Event.APPROVE: "approved it",
    Event.DECLINE: "declined it",
    Event.CANCEL: "cancelled it",
    Event.EXPIRE: "nobody gave it within a day",
    Event.STOP: "stopped the upload",
    Event.RESUME: "resumed it",
    Event.SEND_AGAIN: "had it sent again",
    Event.SKIP: "skipped it",
    Event.COUNT_AGAIN: "had it counted again",
}


def told(upload: Upload, news: News) -> Message:
    """One reply that mentions those it concerns."""
    said = _said(upload, news)
    # Two names in a row would read as one.
    between = ": " if isinstance(said[0], Person) else " "
    mentions: list[str | Person] = [part for person in news.to for part in (" ", Person(person))][1:]
    line: Line = [*mentions, between, *said]
    return Message(flat([line]), [rich([line])])


def answered(upload: Upload, asked: Event, change: Change) -> Message:
    """The same reply once what it asked for (the event `asked`) is over, by `change`."""
    name, did = Bold(upload.list_name), _DID.get(change.event, "the card above says how it went on")
    by: Line = [Person(change.by), f" {did}."] if change.by else [f"{did}."]
    match asked:
        case Event.ASK:
            line: Line = ["I could not tell whether a batch reached ", name, "; ", *by]
        case Event.ASK_APPROVAL:
            line = ["Approval was needed for ", name, "; ", *by]
        case _:
            line = [name, " was paused; ", *by]
    return Message(flat([line]), [rich([line])])


def _said(upload: Upload, news: News) -> Line:
    name = Bold(upload.list_name)
    match news.what:
        case "ended":
            return _ended(upload, news, name)
        case "paused":
            return ["The upload to ", name, " paused. The card above says how it stands and what to do."]
        case "question":
            codes = counted(upload.progress.unsure, "code")
            return [f"I cannot tell whether {codes} reached ", name, ". Your decision is needed on the card above."]
        case "approval":
            codes = counted(upload.progress.total, "code")
            return [Person(news.by), f" asks you to approve {codes} for ", name, ", on the card above."]
        case "approved":
            return [Person(news.by), " approved the upload to ", name, ". It is on its way."]
        case "declined":
            why = f": “{upload.notice.reason}”" if isinstance(upload.notice, Declined) else ""
            return [Person(news.by), " declined the upload to ", name, f"{why}. Nothing was sent."]
        case "cancelled":
            return [Person(news.by), " cancelled the upload to ", name, ". Nothing was sent."]
        case "expired":
            return ["Nobody approved the upload to ", name, " within a day. Nothing was sent."]
        case "undone":
            codes = counted(upload.progress.taken_back, "code")
            who: Line = [Person(news.by), " took the upload to "] if news.by else ["The upload to "]
            return [*who, name, " back: " if news.by else " is taken back: ", f"{codes} taken out of the list."]
        case "undo paused":
            return ["Taking back the upload to ", name, " paused. The card above says how it stands and what to do."]
        case "not undone":
            return ["The upload to ", name, " could not be taken back. The card above says why."]
        case "arrived late":
            return [_too_many(upload), " came into ", name, ". The card above says what to do."]
    assert_never(news.what)


def _ended(upload: Upload, news: News, name: Bold) -> Line:
    sent, total = counted(upload.progress.accepted, "code"), upload.progress.total
    late: Line = [f" {_too_many(upload)} came in. The card above says what to do."] if upload.surplus else []
    if upload.state is State.DONE:
        return ["Done: ", sent, " sent to ", name, ".", *late]
    by: Line = [" ", Person(news.by), " decided the last step."] if news.by else []
    if not upload.progress.accepted and (unknown := upload.progress.unknown):
        return [f"Ended: it is not known whether {counted(unknown, 'code')} reached ", name, ".", *by]
    return [f"Ended: {sent} of {total:,} sent to ", name, ". The card above says what became of the rest.", *by]


def _too_many(upload: Upload) -> str:
    return f"{counted(upload.surplus, 'code')} more than were sent"
