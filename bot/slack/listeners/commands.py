"""`/promo …`: what is typed is answered to the person who typed it."""

from __future__ import annotations

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.promo.lists import by_need, matching, near_misses
from bot.slack.blocks import forms, history, lists
from bot.slack.blocks.kit import Message
from bot.slack.listeners.desk import Desk, answered, private
from bot.slack.listeners.words import Help, History, Lists, OneList, Typed, Unknown, UploadForm, parse


async def promo(ack: AsyncAck, command: dict[str, Any], respond: AsyncRespond, *, desk: Desk) -> None:
    """Any of the slash commands."""
    typed = parse(command["command"], command.get("text") or "")
    match typed:
        case Help():
            await ack(**answered(lists.help_message()))
        case Unknown(word, nearest):
            await ack(**answered(lists.unknown_word(word, nearest)))
        case _:
            await ack()
            await answer(typed, command, respond, desk)


async def answer(typed: Typed, command: dict[str, Any], respond: AsyncRespond, desk: Desk) -> None:
    """The commands that have to ask somebody first."""
    user, channel = command["user_id"], command["channel_id"]
    await desk.people.check(user, channel, uploads=isinstance(typed, UploadForm))
    match typed:
        case Lists(words):
            await report(words, user, respond, desk)
        case OneList(words):
            promo_list = await desk.resolve(words)
            uploads = await desk.history.latest(promo_list, limit=5)
            await say(respond, lists.one_list(promo_list, uploads, desk.now()))
        case History(words):
            chosen = await desk.resolve(words) if words else None
            uploads = await desk.history.latest(chosen)
            await say(respond, history.history(uploads, chosen))
        case UploadForm(words):
            form = forms.upload_form(await desk.soon(words))
            await desk.web.views_open(trigger_id=command["trigger_id"], view=form)


async def report(words: str, user: str, respond: AsyncRespond, desk: Desk) -> None:
    """The availability report; lists beyond the table go to the person as a file."""
    every = await desk.catalog.lists()
    chosen = by_need(matching(words, every))
    if not every:
        await say(respond, lists.no_lists())
    elif not chosen:
        await say(respond, lists.no_match(words, near_misses(words, every)))
    else:
        await say(respond, lists.report(chosen, words=words, at=desk.now()))
        if (rest := lists.rest_csv(chosen)) is not None:
            await desk.posting.send_file(user, "promo-lists.csv", rest, "The lists that did not fit in the report.")


async def say(respond: AsyncRespond, message: Message) -> None:
    """Answers privately; once more without tables when Slack refuses them."""
    answered = await respond(**private(message))
    if answered.status_code != 200 or "invalid_blocks" in (answered.body or ""):
        await respond(**private(message.without_tables()))
