"""Who asks for something and how the answer gets there: the same for commands, buttons, messages and mentions."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import PromoBotError
from bot.listeners.words import Typed
from bot.slack.blocks.kit import Message
from bot.slack.blocks.problems import explain
from bot.slack.people import People

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """One question of one person.

    `reply` answers where only that person sees it; `meanwhile` says something whose place the answer takes, where Slack
    lets it. `trigger_id` opens a form within 3 seconds of the click or command; it is empty for a message, with which
    Slack sends none.
    """

    user: str
    channel: str
    reply: Callable[[Message], Awaitable[None]]
    meanwhile: Callable[[Message], Awaitable[None]]
    trigger_id: str = ""


# Answers one kind of request: routes.ANSWERS has one for each class of `Typed`.
Answer = Callable[[Any, Request], Awaitable[None]]


async def answer(typed: Typed, request: Request, *, people: People, table: Mapping[type, Answer], contact: str) -> None:
    """Answers a request of somebody who may use the bot there; what stands in the way is the answer, too."""
    try:
        await people.check(request.user, request.channel)
        await table[type(typed)](typed, request)
    except PromoBotError as error:
        log.info("refused: %s", type(error).__name__)
        await request.reply(explain(error, contact))
