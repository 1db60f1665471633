"""`/promo …`: what is typed is answered to the person who typed it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.errors import UnknownList
from bot.listeners.answers import Answers, answered
from bot.listeners.words import Help, History, Lists, OneList, Unknown, UploadForm, parse
from bot.promo.lists import by_need, matching, near_misses
from bot.slack.blocks import forms, history, lists
from bot.slack.people import People
from bot.slack.posting import Posting
from bot.store.store import Store


async def promo(
    ack: AsyncAck,
    command: dict[str, Any],
    respond: AsyncRespond,
    *,
    store: Store,
    people: People,
    posting: Posting,
    answers: Answers,
    now: Callable[[], float],
) -> None:
    """Any of the slash commands."""
    typed = parse(command["command"], command.get("text") or "")
    match typed:
        case Help():
            await ack(**answered(lists.help_message()))
            return
        case Unknown(word, nearest):
            await ack(**answered(lists.unknown_word(word, nearest)))
            return
    await ack()
    user, channel = command["user_id"], command["channel_id"]
    await people.check(user, channel, uploads=isinstance(typed, UploadForm))
    match typed:
        case Lists(words):
            await report(words, user, respond, answers, posting, now)
        case OneList(words):
            promo_list = await answers.resolve(words, respond)
            uploads = await store.history.latest(promo_list, limit=5)
            await answers.send(respond, lists.one_list(promo_list, uploads, now()), user)
        case History(words):
            chosen = await answers.resolve(words, respond) if words else None
            uploads = await store.history.latest(chosen)
            await answers.send(respond, history.history(uploads, chosen), user)
        case UploadForm(words):
            try:
                form = forms.upload_form(await answers.soon(words))
            except UnknownList as error:
                form = forms.upload_form(None, error)
            await answers.open(command["trigger_id"], form)


async def report(
    words: str, user: str, respond: AsyncRespond, answers: Answers, posting: Posting, now: Callable[[], float]
) -> None:
    """The availability report; lists beyond the table go to the person as a file."""
    reading = await answers.read(respond)
    chosen = by_need(matching(words, reading.lists))
    if not chosen and reading.failures:
        raise next(iter(reading.failures.values()))
    if not reading.lists:
        await answers.send(respond, lists.no_lists(), user)
    elif not chosen:
        await answers.send(respond, lists.no_match(words, near_misses(words, reading.lists)), user)
    else:
        message = lists.report(chosen, words=words, at=now(), failures=reading.failures)
        await answers.send(respond, message, user)
        if (rest := lists.rest_csv(chosen)) is not None:
            await posting.send_file(user, "promo-lists.csv", rest, "The lists that did not fit in the report.")
