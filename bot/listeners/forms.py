"""Forms and the buttons outside of cards."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.errors import FileGone
from bot.listeners.desk import Desk, public
from bot.listeners.events import new_upload
from bot.promo.lists import by_need, matching
from bot.slack.blocks import forms, lists
from bot.slack.blocks.lists import parse_list_key
from bot.slack.blocks.problems import explain
from bot.store.database import AWAY
from bot.store.uploads import NewUpload


async def open_form(ack: AsyncAck, body: dict[str, Any], *, desk: Desk) -> None:
    """A button that opens the upload form."""
    await ack()
    await desk.people.check(body["user"]["id"], "", uploads=True)
    form = forms.upload_form(None)
    await desk.open(body["trigger_id"], form)


async def upload_form(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], *, desk: Desk) -> None:
    """The upload form was sent: pasted codes and each file become an upload of their own, in direct messages."""
    typed = forms.parse_upload_form(view["state"]["values"])
    if errors := forms.upload_form_errors(typed):
        await ack(response_action="errors", errors=errors)
        return
    await ack()
    user = body["user"]["id"]
    await desk.people.check(user, "", uploads=True)
    if not await desk.seen.first(f"form {view['id']}"):
        return
    shop, list_id = parse_list_key(typed.list_key)
    promo_list = await desk.catalog.find_soon(shop, list_id)
    chosen = {"shop": shop, "list_id": list_id, "list_name": promo_list.title} if promo_list else {}
    if typed.codes:
        await desk.take_in(
            NewUpload(
                ref=desk.new_ref(),
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
            file = await desk.files.info(file_id)
        except FileGone as error:
            await desk.posting.post(user, explain(error))
            continue
        await desk.take_in(new_upload(file, user, user, "", desk, asked_for=True, **chosen))


async def reading_form(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], *, desk: Desk) -> None:
    """How a file is to be read was changed: it is checked anew."""
    await ack()
    await desk.people.check(body["user"]["id"], "", uploads=True)
    ref = view["private_metadata"]
    options = forms.options_from(view["state"]["values"], await desk.uploads.get(ref))
    await desk.uploads.check_again(ref, options)
    desk.checks.start(ref)
    desk.changed(ref)


async def share(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond, *, desk: Desk
) -> None:
    """*Share in channel*: the report, read anew, for everybody in the channel."""
    await ack()
    user, words = body["user"]["id"], action.get("value") or ""
    await desk.people.check(user, body["channel"]["id"], shows=True)
    click = f"share {body['container']['message_ts']} {user}"
    if not await desk.seen.first(click):
        return
    try:
        reading = await desk.read(respond)
        chosen = by_need(matching(words, reading.lists))
        message = lists.report(chosen, words=words, at=desk.now(), shared_by=user, failures=reading.failures)
        await desk.say(respond, message, body["channel"]["id"], public)
    except BaseException:
        # Nothing was shared: the next click is the first again.
        with suppress(*AWAY):
            await asyncio.shield(desk.seen.forget(click))
        raise
