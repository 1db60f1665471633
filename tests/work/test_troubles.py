"""Troubles of the API and the database while an upload is sent or taken back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.errors import BadRequest, CredentialsRefused, OutcomeUnknown, RateLimited, Unreachable
from bot.personaclick.answers import Uncounted
from bot.promo import steps
from bot.promo.lifecycle import Event
from bot.promo.uploads import Down, Paused, State
from tests.work.conftest import LIST, Works


async def test_the_queue_outlives_what_nobody_expected(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that is not among the usual ones when the queue is read does not end the queue."""
    due, failed = works.store.leases.due, asyncio.Event()

    async def broken(*about: Any) -> Any:
        monkeypatch.setattr(works.store.leases, "due", due)
        failed.set()
        raise RuntimeError("cannot execute INSERT in a read-only transaction")

    monkeypatch.setattr(works.store.leases, "due", broken)
    works.worker.wake()
    await asyncio.wait_for(failed.wait(), 5)
    await works.queue(["A1"])
    await works.until(State.DONE)
    assert works.shop.codes(LIST) == ["A1"]


async def test_a_404_of_the_lists_is_not_taken_for_a_list_that_is_gone(works: Works) -> None:
    """Where the reading itself is not found, the card does not blame the list."""
    await works.shop.fault("gone", methods=("GET",))
    await works.queue(["A1"])
    paused = await works.until(State.PAUSED)
    assert paused.notice == Paused("not found", "Promo code list not found", 404)


@pytest.mark.parametrize("stored", [False, True])
async def test_a_redirect_is_said_and_settled_later(
    works: Works, monkeypatch: pytest.MonkeyPatch, stored: bool
) -> None:
    """An address that leads elsewhere pauses the upload; once it is mended, what became of the batch is counted."""
    add = works.client.add

    async def moved(*about: Any, **more: Any) -> None:
        monkeypatch.setattr(works.client, "add", add)
        if stored:
            await add(*about, **more)
        raise OutcomeUnknown(302)

    monkeypatch.setattr(works.client, "add", moved)
    codes = [f"A{number}" for number in range(40)]
    await works.queue(codes)
    paused = await works.until(State.PAUSED)
    assert paused.notice == Paused("redirected", status=302)
    await works.uploads.apply("u1", Event.RESUME, "U1", paused.version)
    await works.until(State.DONE)
    assert works.shop.codes(LIST) == codes


async def test_words_of_a_pause_show_no_code(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes are masked in whatever the API says, not only where it refuses codes."""

    async def add(*_: Any, **__: Any) -> None:
        raise CredentialsRefused(403, "You may not add SECRET-0042 here")

    monkeypatch.setattr(works.client, "add", add)
    await works.queue(["SECRET-0042"])
    paused = await works.until(State.PAUSED)
    assert paused.notice == Paused("credentials", "You may not add SE••••••••2 here", 403)


async def test_pauses_do_not_prolong_the_search_for_refused_codes(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound on refusals holds for the whole upload, although the API asks for a pause now and then."""
    asked, at_most = 0, 40
    monkeypatch.setattr(steps, "REFUSALS_AT_MOST", at_most)

    async def add(*_: Any, **__: Any) -> None:
        nonlocal asked
        asked += 1
        if asked % 10 == 0:
            raise RateLimited(429, retry_after_s=0)
        raise BadRequest(400, f"bad, request {asked}")

    monkeypatch.setattr(works.client, "add", add)
    await works.queue([f"A{number}" for number in range(2000)])
    ended = await works.until(State.PARTLY_DONE)
    assert ended.progress.refused == 2000
    # Every refusal may make two pieces of one, and each of them is tried once more.
    assert at_most < asked <= (2 * at_most + 2) * 10 / 9


async def test_an_undo_that_never_reached_the_api_is_not_unclear(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was surely not asked for, because nothing was sent, is counted exactly when it is asked for later."""
    client = works.client
    remove = client.remove

    async def unreachable(*_: Any, **__: Any) -> Any:
        monkeypatch.setattr(client, "remove", remove)
        raise Unreachable

    await works.queue(["A1", "A2"])
    await works.until(State.DONE)
    monkeypatch.setattr(client, "remove", unreachable)
    await works.uploads.apply("u1", Event.UNDO, "U1")
    undone = await works.until(State.UNDONE)
    assert (undone.progress.taken_back, undone.progress.unclear) == (2, 0)


async def test_an_undo_without_counts_ends(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    """A removal that the API did without saying how many is not asked for again, and no number is made up."""

    async def uncounted(*_: Any, **__: Any) -> Uncounted:
        return Uncounted()

    await works.queue(["A1", "A2"])
    await works.until(State.DONE)
    monkeypatch.setattr(works.client, "remove", uncounted)
    await works.uploads.apply("u1", Event.UNDO, "U1")
    undone = await works.until(State.UNDONE)
    assert (undone.progress.taken_back, undone.progress.unclear) == (0, 2)


async def test_an_undo_says_no_longer_that_the_api_is_down(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a call of the undo is answered the card does not say any more that PersonaClick does not answer."""
    await works.queue(["A1"], ["A2"], ["A3"])
    await works.until(State.DONE)
    await works.shop.fault("error_before", calls=1, methods=("DELETE",))
    await works.shop.fault("slow", 0.3, methods=("DELETE",))
    await works.uploads.apply("u1", Event.UNDO, "U1")
    works.worker.wake()
    seen = []
    async with asyncio.timeout(20):
        while (upload := await works.uploads.get("u1")).state is State.UNDOING:
            gone = upload.progress.taken_back + upload.progress.unclear
            if (isinstance(upload.notice, Down), gone) not in seen:
                seen.append((isinstance(upload.notice, Down), gone))
            await asyncio.sleep(0.01)
    assert (True, 0) in seen
    assert (False, 2) in seen
