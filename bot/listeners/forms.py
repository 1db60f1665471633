"""Forms: to load codes, and to change how a file is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.errors import FileGone, UnknownList
from bot.listeners.answers import Answers
from bot.listeners.files import new_upload
from bot.listeners.requests import Request
from bot.listeners.words import UploadForm
from bot.personaclick.catalog import Catalog
from bot.promo.lifecycle import Event
from bot.slack.blocks import forms
from bot.slack.blocks.cards.card import ref_of, version_of
from bot.slack.blocks.lists import parse_list_key
from bot.slack.blocks.problems import explain
from bot.slack.files import Files
from bot.slack.people import People
from bot.slack.posting import Posting
from bot.store.store import Store
from bot.store.uploads import NewUpload
from bot.work.checks import Checks


async def ask_upload(typed: UploadForm, request: Request, *, people: People, answers: Answers) -> None:
    """`/promo upload [list]`: the form, or a button that opens it where Slack lets none open at once.

    Raises NotAllowed, FormTooLate, and UnknownList where there is no form to choose in.
    """
    await people.check(request.user, request.channel, uploads=True)
    if not request.trigger_id:
        await request.reply(forms.how_to_load(await answers.soon(typed.words)))
        return
    try:
        form = forms.upload_form(await answers.soon(typed.words))
    except UnknownList as error:
        form = forms.upload_form(None, error)
    await answers.open(request.trigger_id, form)


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
    contact: str,
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
    if not await store.deliveries.first(body):
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
            await posting.post(user, explain(error, contact))
            continue
        await checks.take_in(new_upload(new_ref(), file, user, user, "", asked_for=True, **chosen))


async def decline_form(
    ack: AsyncAck,
    body: dict[str, Any],
    view: dict[str, Any],
    *,
    store: Store,
    people: People,
    changed: Callable[[str], None],
) -> None:
    """An upload that waits for approval is declined, with the reason."""
    reason = forms.parse_decline_form(view["state"]["values"])
    if not reason:
        await ack(response_action="errors", errors=forms.decline_form_errors())
        return
    await ack()
    user, block_id = body["user"]["id"], view["private_metadata"]
    await people.check(user, "", uploads=True)
    await store.uploads.apply(ref_of(block_id), Event.DECLINE, user, version_of(block_id), reason=reason)
    changed(ref_of(block_id))


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
    if not await store.deliveries.first(body):
        return
    ref = view.get("private_metadata") or ""
    options = forms.options_from(view["state"]["values"], await store.uploads.get(ref))
    await store.uploads.check_again(ref, body["user"]["id"], options)
    checks.start(ref)
    changed(ref)
