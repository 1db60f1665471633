"""Cards as the database knows them: claimed by one process at a time, and never left behind."""

from __future__ import annotations

import pytest

from bot.errors import Unreadable
from bot.store.cards import CLAIM_S
from bot.store.database import Database
from bot.store.store import Store
from bot.store.uploads import NewUpload
from tests.conftest import Clock, store_on

QUIET_S = 15.0


@pytest.fixture
async def store(database: Database) -> Store:
    """A store with one failed check, whose upload is at version 2."""
    store = store_on(database)
    await store.uploads.create(NewUpload("u1", "C1", "U1", "a.csv"))
    await store.uploads.failed("u1", Unreadable("damaged"))
    return store


async def test_an_older_edit_that_lands_last_is_noticed(store: Store, clock: Clock) -> None:
    """A process that wakes up after another has shown more puts the card behind, and it is shown anew."""
    await store.cards.shown("u1", 2)
    clock.at += QUIET_S + 1
    assert await store.cards.stale(QUIET_S) == []
    await store.cards.shown("u1", 1)
    assert await store.cards.stale(QUIET_S) == ["u1"]


async def test_a_card_given_up_without_an_answer_rests(store: Store, clock: Clock) -> None:
    """Nobody shows a card while an edit of which nobody knows may still land; one that was refused is free at once."""
    assert await store.cards.claim("u1", 0.0) == 0.0
    await store.cards.release("u1", 5.0)
    assert await store.cards.claim("u1", 0.0) > 0.0
    clock.at += 5.5
    assert await store.cards.claim("u1", 0.0) == 0.0
    await store.cards.release("u1")
    clock.at += 0.01
    assert await store.cards.claim("u1", 0.0) == 0.0
    clock.at += CLAIM_S + 1
    assert await store.cards.claim("u1", 0.0) == 0.0


async def test_a_clock_that_is_set_back_does_not_hold_up_a_card(store: Store, clock: Clock) -> None:
    """An hour that the clock steps back is no hour in which a card stands still."""
    await store.cards.shown("u1", 1)
    clock.at -= 3600
    assert await store.cards.claim("u1", 3.0) == 0.0
    clock.at -= 3600
    assert await store.cards.claim("u1", 3.0) == 0.0


async def test_the_latest_cards_come_first(store: Store, clock: Clock) -> None:
    """Fifty cards that Slack will not have do not keep the next one from being shown."""
    clock.at += 1
    for number in range(60):
        await store.uploads.create(NewUpload(f"n{number}", "C1", "U1", "a.csv"))
        await store.uploads.failed(f"n{number}", Unreadable("damaged"))
    clock.at += 1
    await store.uploads.create(NewUpload("last", "C1", "U1", "a.csv"))
    await store.uploads.failed("last", Unreadable("damaged"))
    clock.at += QUIET_S + 1
    stale = await store.cards.stale(QUIET_S)
    assert (len(stale), stale[0]) == (50, "last")
