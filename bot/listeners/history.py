"""Who loaded what, when, with which result."""

from __future__ import annotations

from collections.abc import Collection

from bot.errors import UnknownList
from bot.listeners.answers import Answers
from bot.listeners.requests import Request
from bot.listeners.words import History, Undo
from bot.promo.lifecycle import FINISHED, LIVE, UNDER_WAY
from bot.promo.lists import PromoList
from bot.promo.uploads import State
from bot.slack.blocks import history
from bot.slack.blocks.history import PAGE, Narrowed
from bot.slack.blocks.trace import with_notes
from bot.slack.names import Names
from bot.slack.permalinks import Permalinks
from bot.store.store import Store

# What each word for a state stands for; "open" has a next step still, also one nobody confirmed yet.
STATES: dict[str, Collection[State]] = {
    "open": LIVE - {State.CHECKING},
    "paused": frozenset({State.PAUSED, State.UNDO_PAUSED, State.NEEDS_DECISION}),
    "done": FINISHED,
    "undone": frozenset({State.UNDONE}),
}
# Without a word: what somebody confirmed.
LOADED = UNDER_WAY | FINISHED | {State.UNDONE}


async def latest(
    typed: History, request: Request, *, answers: Answers, store: Store, names: Names, permalinks: Permalinks
) -> None:
    """`/promo history …`: a page of uploads, each with a link to its card."""
    chosen, by = await list_and_person(typed, request, answers, store, names)
    people = await who(by, request, store, names)
    if by and len(people) != 1:
        await request.reply(history.whose(by, people))
        return
    narrowed = Narrowed(chosen, people[0] if people else "", typed.state, typed.page, by == "me")
    states = STATES.get(typed.state, LOADED)
    found = await store.history.latest(chosen, PAGE + 1, by=narrowed.by, states=states, offset=PAGE * (typed.page - 1))
    shown = found[:PAGE]
    message = history.history(shown, narrowed, await permalinks.of(shown), more=len(found) > PAGE)
    # Traces are of no list and no state.
    traces = [] if typed.words or typed.by or typed.state or typed.page > 1 else await store.traces.latest()
    await request.reply(with_notes(message, traces))


async def list_and_person(
    typed: History, request: Request, answers: Answers, store: Store, names: Names
) -> tuple[PromoList | None, str]:
    """The list and the person that were typed; a name may have a space or no @ before it: `@Anna Keller`, `ben`.

    Raises UnknownList, PersonaClickError.
    """
    if not typed.words:
        return None, typed.by
    try:
        return await answers.resolve(typed.words, request, before="history ", old=True), typed.by
    except UnknownList:
        name = f"{typed.by.removeprefix('@')} {typed.words}".strip()
        named = typed.by == "me" or typed.by.startswith("<")
        if named or not await names.among(name, await store.history.people()):
            raise
        return None, f"@{name}"


async def who(by: str, request: Request, store: Store, names: Names) -> list[str]:
    """The ids of whoever may be meant by "me", "<@U1>" or "@ben"."""
    if by == "me":
        return [request.user]
    if by.startswith("<@"):
        return [by[2:-1]]
    return await names.among(by[1:], await store.history.people()) if by else []


async def undo(typed: Undo, request: Request, *, store: Store, permalinks: Permalinks) -> None:
    """`/promo undo`: *Undo* is on the card of the upload; the last ones are named."""
    del typed
    uploads = await store.history.latest(limit=5, states=FINISHED)
    await request.reply(history.where_undo_is(uploads, await permalinks.of(uploads)))
