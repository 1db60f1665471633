"""`/promo …`: what is typed is answered to the person who typed it."""

from __future__ import annotations

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.errors import UnknownList
from bot.listeners.desk import Desk, answered
from bot.listeners.words import Help, History, Lists, OneList, Typed, Unknown, UploadForm, parse
from bot.promo.lists import by_need, matching, near_misses
from bot.slack.blocks import forms, history, lists


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
            promo_list = await desk.resolve(words, respond)
            uploads = await desk.history.latest(promo_list, limit=5)
            await desk.say(respond, lists.one_list(promo_list, uploads, desk.now()), user)
        case History(words):
            chosen = await desk.resolve(words, respond) if words else None
            uploads = await desk.history.latest(chosen)
            await desk.say(respond, history.history(uploads, chosen), user)
        case UploadForm(words):
            try:
                form = forms.upload_form(await desk.soon(words))
            except UnknownList as error:
                form = forms.upload_form(None, error)
            await desk.open(command["trigger_id"], form)


async def report(words: str, user: str, respond: AsyncRespond, desk: Desk) -> None:
    """The availability report; lists beyond the table go to the person as a file."""
    reading = await desk.read(respond)
    chosen = by_need(matching(words, reading.lists))
    if not chosen and reading.failures:
        raise next(iter(reading.failures.values()))
    if not reading.lists:
        await desk.say(respond, lists.no_lists(), user)
    elif not chosen:
        await desk.say(respond, lists.no_match(words, near_misses(words, reading.lists)), user)
    else:
        message = lists.report(chosen, words=words, at=desk.now(), failures=reading.failures)
        await desk.say(respond, message, user)
        if (rest := lists.rest_csv(chosen)) is not None:
            await desk.posting.send_file(user, "promo-lists.csv", rest, "The lists that did not fit in the report.")
