"""Clicks on a card. Each is checked again: who it is, and whether the upload is still where the click assumes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.errors import WrongState
from bot.listeners.answers import Answers
from bot.personaclick.catalog import Catalog
from bot.promo.lifecycle import Event, after
from bot.promo.uploads import Upload
from bot.slack.blocks import forms, ids
from bot.slack.blocks.cards.card import ref_of, version_of
from bot.slack.blocks.csv_files import codes_csv, left_out_csv
from bot.slack.blocks.kit import escape
from bot.slack.blocks.lists import parse_list_key
from bot.slack.blocks.problems import file_sent
from bot.slack.people import People
from bot.slack.posting import Posting
from bot.store.store import Store
from bot.work.checks import Checks

# The buttons that are decisions, by their ids.
DECIDED_BY = {
    ids.CANCEL: Event.CANCEL,
    ids.APPROVE: Event.APPROVE,
    ids.STOP: Event.STOP,
    ids.RESUME: Event.RESUME,
    ids.TRY_NOW: Event.TRY_NOW,
    ids.SEND_AGAIN: Event.SEND_AGAIN,
    ids.SKIP: Event.SKIP,
    ids.COUNT_AGAIN: Event.COUNT_AGAIN,
    ids.TRY_AGAIN: Event.TRY_AGAIN,
    ids.SEND_SKIPPED: Event.SEND_SKIPPED,
    ids.UNDO: Event.UNDO,
}


async def clicked(body: dict[str, Any], ref: str, store: Store, people: People) -> Upload:
    """The upload a button belongs to, for a person who may. Raises NotAllowed, WrongState."""
    await people.check(body["user"]["id"], (body.get("channel") or {}).get("id", ""), uploads=True)
    return await store.uploads.get(ref)


async def choose_list(
    ack: AsyncAck,
    body: dict[str, Any],
    action: dict[str, Any],
    *,
    store: Store,
    people: People,
    catalog: Catalog,
    checks: Checks,
    changed: Callable[[str], None],
) -> None:
    """Another list for the codes, chosen or offered. What was loaded before is judged anew when it matters."""
    await ack()
    ref, user = ref_of(action.get("block_id") or ""), body["user"]["id"]
    upload = await clicked(body, ref, store, people)
    shop, list_id = parse_list_key((action.get("selected_option") or action).get("value") or "")
    promo_list = await catalog.find_soon(shop, list_id)
    if promo_list is None:
        raise WrongState("list gone")
    # Beside a list, only that list's shop was asked what was loaded before.
    if upload.checked is not None and (upload.checked.known or upload.shop not in ("", shop)):
        await store.uploads.check_again(ref, user, promo_list=promo_list)
        checks.start(ref)
    else:
        await store.uploads.choose_list(ref, user, promo_list)
    changed(ref)


async def confirm(
    ack: AsyncAck,
    body: dict[str, Any],
    action: dict[str, Any],
    *,
    store: Store,
    people: People,
    changed: Callable[[str], None],
    approval_over: int | None,
) -> None:
    """*Upload N codes*: into the queue, once, if the card still says what the person read.

    More than `approval_over` codes wait for a second person first.
    """
    await ack()
    upload, user = await clicked(body, action.get("value") or "", store, people), body["user"]["id"]
    if upload.checked is not None and upload.checked.layout.asks:
        raise WrongState("asks")
    codes = upload.checked.codes if upload.checked else 0
    event = Event.ASK_APPROVAL if approval_over is not None and codes > approval_over else Event.CONFIRM
    try:
        await store.uploads.apply(upload.ref, event, user, version_of(action.get("block_id") or ""))
    except WrongState:
        # A double click: the first one counted.
        if (await store.uploads.get(upload.ref)).confirmed_by != user:
            raise
    changed(upload.ref)


async def decide(
    ack: AsyncAck,
    body: dict[str, Any],
    action: dict[str, Any],
    *,
    store: Store,
    people: People,
    changed: Callable[[str], None],
) -> None:
    """A button that is a decision about the upload: what it may do, and when, stands in `promo/lifecycle`."""
    await ack()
    upload = await clicked(body, action.get("value") or "", store, people)
    event = DECIDED_BY[action["action_id"]]
    if event is Event.APPROVE:
        # Whoever asked has to have the right still.
        await people.check(upload.confirmed_by, upload.channel, uploads=True)
    await store.uploads.apply(upload.ref, event, body["user"]["id"], version_of(action.get("block_id") or ""))
    changed(upload.ref)


async def reading(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], *, store: Store, people: People, answers: Answers
) -> None:
    """*Reading options*: a form with what the file offers."""
    await ack()
    upload = await clicked(body, action.get("value") or "", store, people)
    await answers.open(body.get("trigger_id") or "", forms.reading_form(upload))


async def decline(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], *, store: Store, people: People, answers: Answers
) -> None:
    """*Decline*: a form that asks why."""
    await ack()
    upload = await clicked(body, action.get("value") or "", store, people)
    if after(Event.DECLINE, upload.state) is None:
        raise WrongState("moved", upload.state)
    await answers.open(body.get("trigger_id") or "", forms.decline_form(upload, action.get("block_id") or ""))


async def left_out(
    ack: AsyncAck,
    body: dict[str, Any],
    action: dict[str, Any],
    *,
    store: Store,
    people: People,
    posting: Posting,
    answers: Answers,
) -> None:
    """*See every row left out*: a file for this person alone."""
    await ack()
    upload = await clicked(body, action.get("value") or "", store, people)
    report = await store.uploads.left_out_report(upload.ref)
    if report is None:
        raise WrongState("wiped")
    with await asyncio.to_thread(left_out_csv, upload, report) as content:
        comment = f"Rows left out of {escape(upload.file_name)}"
        await posting.send_file(body["user"]["id"], "rows-left-out.csv", content, comment)
    await answers.clicked(body).reply(file_sent())


async def codes_of(
    ack: AsyncAck,
    body: dict[str, Any],
    action: dict[str, Any],
    *,
    store: Store,
    people: People,
    posting: Posting,
    answers: Answers,
) -> None:
    """*See the refused codes*, or *See these codes* of a question: a file for this person alone."""
    await ack()
    upload = await clicked(body, action.get("value") or "", store, people)
    source = escape(upload.file_name)
    if action["action_id"] == ids.REFUSED:
        found, name = await store.batches.refused(upload.ref), "refused-codes.csv"
        comment = f"Codes refused from {source}"
    else:
        found, name = await store.batches.in_question(upload.ref), "codes-in-question.csv"
        comment = f"Codes of {source} of which it is not known whether they arrived"
    with await asyncio.to_thread(codes_csv, upload, found) as content:
        await posting.send_file(body["user"]["id"], name, content, comment)
    await answers.clicked(body).reply(file_sent())
