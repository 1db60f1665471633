"""Who loaded what, when, with which result."""

from __future__ import annotations

from bot.listeners.answers import Answers
from bot.listeners.requests import Request
from bot.listeners.words import History, Undo
from bot.slack.blocks import history
from bot.store.store import Store


async def latest(typed: History, request: Request, *, answers: Answers, store: Store) -> None:
    """`/promo history [list]`."""
    chosen = await answers.resolve(typed.words, request, before="history ") if typed.words else None
    await request.reply(history.history(await store.history.latest(chosen), chosen))


async def undo(typed: Undo, request: Request, *, store: Store) -> None:
    """`/promo undo`: *Undo* is on the card of the upload; the last ones are named."""
    del typed
    await request.reply(history.where_undo_is(await store.history.latest(limit=5)))
