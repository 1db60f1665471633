"""`/promo …`, the same words in direct messages and mentions, and the buttons that stand for them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.errors import PersonaClickError
from bot.listeners.answers import Answers
from bot.listeners.questions import about
from bot.listeners.requests import Request
from bot.listeners.words import EXAMPLES, Help, OneList, Typed, Unknown, parse, parse_message
from bot.promo.lists import Found, NearMiss, PromoList, Several, find, spoken_of
from bot.slack.blocks.choices import outdated_button, unknown_words
from bot.slack.blocks.help import help_message, not_understood
from bot.slack.blocks.text import codes_in
from bot.slack.people import People
from bot.store.store import Store

# More words than this are a sentence, and no slip in a list's name.
SLIP_WORDS = 3
CHOICES = 5

Dispatch = Callable[[Typed, Request], Awaitable[None]]


async def promo(
    ack: AsyncAck,
    command: dict[str, Any],
    *,
    people: People,
    answers: Answers,
    answer: Dispatch,
) -> None:
    """Any of the slash commands."""
    typed = parse(command["command"], command.get("text") or "")
    if isinstance(typed, Help) and people.believes(command["user_id"]):
        message = help_message(EXAMPLES)
        await ack(text=message.text, blocks=message.blocks, response_type="ephemeral")
        return
    await ack()
    await answer(typed, answers.typed(command))


async def ask(
    ack: AsyncAck,
    body: dict[str, Any],
    action: dict[str, Any],
    *,
    answers: Answers,
    answer: Dispatch,
) -> None:
    """A button that stands for words: they are answered as if the person had typed them."""
    await ack()
    await answer(parse("/promo", action.get("value") or ""), answers.clicked(body))


async def outdated(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], *, answers: Answers) -> None:
    """A button that no listener knows: it was posted by an earlier version. A link's click is only acked."""
    await ack()
    if not action.get("url"):
        await answers.clicked(body).reply(outdated_button())


async def message(
    event: dict[str, Any], body: dict[str, Any], *, store: Store, answers: Answers, answer: Dispatch
) -> None:
    """Words written to the bot in its direct messages, or after its name in a channel."""
    direct = event.get("channel_type") == "im" or event["type"] == "app_mention"
    if not direct or event.get("subtype") or event.get("bot_id") or not event.get("user"):
        return
    if not await store.deliveries.claim(f"message {body.get('event_id')} {event['channel']} {event['ts']}"):
        return
    await answer(parse_message(event.get("text") or ""), answers.message(event))


async def help_(typed: Help, request: Request) -> None:
    """`/promo help` as a message or a button."""
    del typed
    await request.reply(help_message(EXAMPLES))


async def _sentence(typed: Unknown, lists: Sequence[PromoList], request: Request, answer: Dispatch) -> None:
    """A sentence is answered by the list it speaks of; where it speaks of none, with what can be asked."""
    spoken = await asyncio.to_thread(spoken_of, typed.words, lists)
    slip = len(typed.words.split()) <= SLIP_WORDS
    if len(spoken) == 1:
        await answer(parse("/promo", about(typed.words, spoken[0].choice.key)), request)
    elif request.trigger_id or spoken or codes_in(typed.words) or (typed.nearest and slip):
        choices = [promo_list.choice for promo_list in spoken[:CHOICES]]
        await request.reply(unknown_words(typed.words, "" if spoken else typed.nearest, choices))
    else:
        await request.reply(not_understood(typed.words, EXAMPLES))


async def unknown(typed: Unknown, request: Request, *, answers: Answers, answer: Dispatch) -> None:
    """Words that begin with no command: a list of that name is shown, or what comes close is offered."""
    try:
        lists = (await answers.read(request, old=True)).lists
    except PersonaClickError:
        lists = ()
    match await asyncio.to_thread(find, typed.words, lists):
        case Found() | Several():
            await answer(OneList(typed.words), request)
        case NearMiss(near) if not near or len(typed.words.split()) > SLIP_WORDS:
            await _sentence(typed, lists, request, answer)
        case NearMiss(near):
            await request.reply(unknown_words(typed.words, typed.nearest, [promo_list.choice for promo_list in near]))
