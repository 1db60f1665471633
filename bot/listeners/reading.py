"""Clicks that have a file read again: from another column, with the codes it marks, or with lost zeros put back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.errors import WrongState
from bot.listeners.cards import clicked
from bot.promo.findings import Kind, Options
from bot.promo.uploads import Upload
from bot.slack.blocks import ids
from bot.slack.people import People
from bot.store.store import Store
from bot.work.checks import Checks

MARKS = frozenset({Kind.USED, Kind.INACTIVE, Kind.EXPIRED, Kind.HIDDEN, Kind.STRUCK})


async def read_again(
    ack: AsyncAck,
    body: dict[str, Any],
    action: dict[str, Any],
    *,
    store: Store,
    people: People,
    checks: Checks,
    changed: Callable[[str], None],
) -> None:
    """A button that has the file read again, by the options of `options_after`."""
    await ack()
    upload = await clicked(body, action.get("value") or "", store, people)
    options = options_after(upload, action["action_id"])
    await store.uploads.check_again(upload.ref, body["user"]["id"], options)
    checks.start(upload.ref)
    changed(upload.ref)


def options_after(upload: Upload, action_id: str) -> Options:
    """How the file is read after that click. Raises WrongState when the card has changed meanwhile."""
    options = upload.options
    match action_id.partition(":"):
        case (ids.CHECK_AGAIN, _, _):
            # From the start, for what was chosen may be why the check failed.
            return Options()
        case (ids.REPAIR, _, _):
            return replace(options, repair=True)
        case (ids.MARKED, _, _):
            return replace(options, keep=options.keep - MARKS if options.keep & MARKS else options.keep | MARKS)
        case (_, _, choice):
            return picked(upload, choice)


def picked(upload: Upload, choice: str) -> Options:
    """How the file is read with the codes of that candidate, or of all. Raises WrongState."""
    candidates = upload.checked.layout.candidates if upload.checked else ()
    if choice == "all":
        return replace(upload.options, every=True, trusted=True)
    if not choice.isdecimal() or int(choice) >= len(candidates):
        raise WrongState("changed")
    one = candidates[int(choice)]
    files = {other.file for other in candidates}
    return replace(
        upload.options,
        file=one.file if len(files) > 1 else upload.options.file,
        sheet=one.sheet or None,
        column=one.column,
        every=False,
        trusted=True,
    )
