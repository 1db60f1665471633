"""Who asks for something and how the answer gets there: the same for commands, buttons, messages and mentions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.listeners.words import Typed
from bot.slack.blocks.kit import Message
from bot.slack.people import People


@dataclass(frozen=True, slots=True)
class Request:
    """One question of one person.

    `reply` answers where only that person sees it. `trigger_id` opens a form within 3 seconds of the click or command;
    it is empty for a message, with which Slack sends none.
    """

    user: str
    channel: str
    reply: Callable[[Message], Awaitable[None]]
    trigger_id: str = ""


# Answers one kind of request: routes.ANSWERS has one for each class of `Typed`.
Answer = Callable[[Any, Request], Awaitable[None]]


async def answer(typed: Typed, request: Request, *, people: People, table: Mapping[type, Answer]) -> None:
    """Answers a request of somebody who may use the bot there. Raises NotAllowed, and what the answer raises."""
    await people.check(request.user, request.channel)
    await table[type(typed)](typed, request)
