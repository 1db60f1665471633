"""Clicks that say how a file is to be read: which column holds the codes, and whether marked codes are loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.errors import WrongState
from bot.listeners.cards import clicked
from bot.promo.findings import Kind, Options
from bot.promo.uploads import Upload
from bot.slack.people import People
from bot.store.store import Store
from bot.work.checks import Checks

MARKS = frozenset({Kind.USED, Kind.INACTIVE, Kind.EXPIRED, Kind.HIDDEN, Kind.STRUCK})


async def pick(
    ack: AsyncAck,
    body: dict[str, Any],
    action: dict[str, Any],
    *,
    store: Store,
    people: People,
    checks: Checks,
    changed: Callable[[str], None],
) -> None:
    """*Codes are in “…”*, *All of them* or *Yes, these are codes*: the file is read that way."""
    await ack()
    upload = await clicked(body, action["value"], store, people)
    options = picked(upload, action["action_id"].rsplit(":", 1)[-1])
    await store.uploads.check_again(upload.ref, body["user"]["id"], options)
    checks.start(upload.ref)
    changed(upload.ref)


async def load_marked(
    ack: AsyncAck,
    body: dict[str, Any],
    action: dict[str, Any],
    *,
    store: Store,
    people: People,
    checks: Checks,
    changed: Callable[[str], None],
) -> None:
    """*Load them all the same*: codes the file marks as used, expired or hidden are kept; or left out again."""
    await ack()
    upload = await clicked(body, action["value"], store, people)
    keep = upload.options.keep - MARKS if upload.options.keep & MARKS else upload.options.keep | MARKS
    await store.uploads.check_again(upload.ref, body["user"]["id"], replace(upload.options, keep=keep))
    checks.start(upload.ref)
    changed(upload.ref)


def picked(upload: Upload, choice: str) -> Options:
    """How the file is read after that click. Raises WrongState when the card has changed meanwhile."""
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
