"""Forms and the buttons outside of cards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.errors import FileGone
from bot.listeners.answers import Answers, public
from bot.listeners.events import new_upload
from bot.personaclick.catalog import Catalog
from bot.promo.lists import by_need, matching
from bot.slack.blocks import forms, lists
from bot.slack.blocks.lists import parse_list_key
from bot.slack.blocks.problems import explain
from bot.slack.files import Files
from bot.slack.people import People
from bot.slack.posting import Posting
from bot.store.database import AWAY
from bot.store.store import Store
from bot.store.uploads import NewUpload
from bot.work.checks import Checks


async def open_form(ack: AsyncAck, body: dict[str, Any], *, people: People, answers: Answers) -> None:
    """A button that opens the upload form."""
    await ack()
    await people.check(body["user"]["id"], "", uploads=True)
    form = forms.upload_form(None)
    await answers.open(body["trigger_id"], form)


async def upload_form(
    ack: AsyncAck,
    body: dict[str, Any],
    view: dict[str, Any],
    *,
    store: Store,
    people: People,
    files: Files,
    posting: Posting,
    catalog: Catalog,
    checks: Checks,
    new_ref: Callable[[], str],
) -> None:
    """The upload form was sent: pasted codes and each file become an upload of their own, in direct messages."""
    typed = forms.parse_upload_form(view["state"]["values"])
    if errors := forms.upload_form_errors(typed):
        await ack(response_action="errors", errors=errors)
        return
    await ack()
    user = body["user"]["id"]
    await people.check(user, "", uploads=True)
    if not await store.deliveries.claim(f"form {view['id']}"):
        return
    shop, list_id = parse_list_key(typed.list_key)
    promo_list = await catalog.find_soon(shop, list_id)
    chosen = {"shop": shop, "list_id": list_id, "list_name": promo_list.title} if promo_list else {}
    if typed.codes:
        await checks.take_in(
            NewUpload(
                ref=new_ref(),
                channel=user,
                user=user,
                file_name="pasted codes",
                source=typed.codes.encode(),
                asked_for=True,
                **chosen,
            )
        )
    for file_id in typed.files:
        try:
            file = await files.info(file_id)
        except FileGone as error:
            await posting.post(user, explain(error))
            continue
        await checks.take_in(new_upload(new_ref(), file, user, user, "", asked_for=True, **chosen))


async def reading_form(
    ack: AsyncAck,
    body: dict[str, Any],
    view: dict[str, Any],
    *,
    store: Store,
    people: People,
    checks: Checks,
    changed: Callable[[str], None],
) -> None:
    """How a file is to be read was changed: it is checked anew."""
    await ack()
    await people.check(body["user"]["id"], "", uploads=True)
    ref = view["private_metadata"]
    options = forms.options_from(view["state"]["values"], await store.uploads.get(ref))
    await store.uploads.check_again(ref, options)
    checks.start(ref)
    changed(ref)


async def share(
    ack: AsyncAck,
    body: dict[str, Any],
    action: dict[str, Any],
    respond: AsyncRespond,
    *,
    store: Store,
    people: People,
    answers: Answers,
    now: Callable[[], float],
) -> None:
    """*Share in channel*: the report, read anew, for everybody in the channel."""
    await ack()
    user, words = body["user"]["id"], action.get("value") or ""
    await people.check(user, body["channel"]["id"], shows=True)
    click = f"share {body['container']['message_ts']} {user}"
    if not await store.deliveries.claim(click):
        return
    try:
        reading = await answers.read(respond)
        chosen = by_need(matching(words, reading.lists))
        message = lists.report(chosen, words=words, at=now(), shared_by=user, failures=reading.failures)
        await answers.send(respond, message, body["channel"]["id"], public)
    except BaseException:
        # Nothing was shared: the next click is the first again.
        with suppress(*AWAY):
            await asyncio.shield(store.deliveries.release(click))
        raise
