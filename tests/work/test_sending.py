"""An upload on its way, against the stand-in PersonaClick over real sockets, on SQLite and on Postgres."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.promo.lifecycle import Event
from bot.promo.uploads import CannotUndo, Paused, Progress, Question, Refusal, State, Stopped
from bot.store.vault import Vault
from tests.work.conftest import LIST, Works

BATCHES = (["A1", "A2"], ["B1", "B2"], ["C1", "C2"])
CODES = ["A1", "A2", "B1", "B2", "C1", "C2"]


async def test_every_batch_goes_once_and_in_order(works: Works) -> None:
    """The codes arrive once, in order; the card's numbers are the list's own."""
    before = works.shop.lists[LIST].available
    await works.queue(*BATCHES)
    done = await works.until(State.DONE, State.PARTLY_DONE)
    assert works.shop.codes(LIST) == CODES
    assert (done.state, done.progress) == (State.DONE, Progress(total=6, accepted=6))
    assert (done.before, done.after) == (before, before + 6)


async def test_sent_codes_are_remembered(works: Works) -> None:
    """A code that was sent is recognised afterwards."""
    from bot.promo.fingerprints import fingerprints

    await works.queue(*BATCHES)
    await works.until(State.DONE)
    wanted = fingerprints(Vault("k" * 32).fingerprint_key, ["new", "B2", "A1"])
    async with asyncio.timeout(5):
        while not (hits := await works.fingerprints.lookup(wanted, [""], "other")) or len(hits[0].places) < 2:
            await asyncio.sleep(0.02)
    assert [(hit.list_id, hit.ref, sorted(hit.places)) for hit in hits] == [(LIST, "u1", [1, 2])]
    assert await works.fingerprints.lookup(wanted, ["another shop"], "other") == []
    assert await works.fingerprints.lookup(wanted, [""], "u1") == []


@pytest.mark.parametrize("fault", ["cut_after", "error_after", "cut_before", "error_before"])
async def test_a_lost_answer_is_settled_by_the_count(works: Works, fault: str) -> None:
    """Whether the server had stored the batch or not, each code is there once in the end."""
    await works.shop.fault(fault, calls=1, methods=("POST",))
    await works.queue([f"A{n}" for n in range(50)], [f"B{n}" for n in range(50)])
    done = await works.until(State.DONE, State.NEEDS_DECISION, State.PARTLY_DONE)
    assert done.state is State.DONE
    assert works.shop.codes(LIST) == [f"{letter}{n}" for letter in "AB" for n in range(50)]


async def test_an_answer_after_the_timeout_is_waited_out(works: Works) -> None:
    """A server that stores the batch after the time-out does not get it twice."""
    await works.shop.fault("late", 1.2, calls=1, methods=("POST",))
    await works.queue([f"A{n}" for n in range(50)])
    done = await works.until(State.DONE, State.NEEDS_DECISION)
    assert done.state is State.DONE
    assert works.shop.codes(LIST) == [f"A{n}" for n in range(50)]


async def test_what_the_count_cannot_tell_is_asked(works: Works) -> None:
    """When somebody adds codes meanwhile, the upload rests with a question that says what was seen."""
    before = works.shop.lists[LIST].available
    await works.shop.fault("cut_before", calls=1, methods=("POST",))
    await works.queue([f"A{n}" for n in range(50)])
    works.worker.wake()
    async with asyncio.timeout(5):
        while not works.shop.record.posts:
            await asyncio.sleep(0.01)
    works.shop.lists[LIST].add(f"X{n}" for n in range(20))
    asked = await works.until(State.NEEDS_DECISION, State.DONE)
    assert isinstance(asked.notice, Question)
    assert replace(asked.notice, at=0.0) == Question(0, 50, before, before + 20)
    await works.uploads.apply("u1", Event.SEND_AGAIN, "U1", asked.version)
    await works.until(State.DONE)
    assert works.shop.codes(LIST) == [f"A{n}" for n in range(50)]


async def test_a_refused_code_is_found_and_the_rest_goes_on(works: Works) -> None:
    """One code the API refuses is named with its row; all others arrive."""
    await works.shop.fault("refuse_codes", "BAD")
    codes = [f"A{n}" for n in range(40)]
    codes[17] = "BAD17"
    await works.queue(codes, ["B1"])
    done = await works.until(State.PARTLY_DONE, State.DONE)
    assert sorted(works.shop.codes(LIST)) == sorted([one for one in codes if one != "BAD17"] + ["B1"])
    assert done.progress == Progress(total=41, accepted=40, refused=1)
    assert [(one.count, one.rows) for one in done.refusals] == [(1, (18,))]
    assert "BAD17" not in done.refusals[0].message


async def test_everything_refused_for_one_reason_stops_early(works: Works) -> None:
    """A reason that is not about single codes is met with few requests and said once."""
    await works.shop.fault("refuse_all", "List is archived", methods=("POST",))
    await works.queue(*[[f"{n}-{m}" for m in range(64)] for n in range(40)])
    done = await works.until(State.PARTLY_DONE)
    assert isinstance(done.notice, Stopped)
    assert done.notice.why == "all refused"
    assert len(works.shop.record.posts) <= 20
    assert all(isinstance(one, Refusal) for one in done.refusals)
    assert done.progress.accepted == 0


async def test_refused_credentials_pause_until_resumed(works: Works) -> None:
    """403 pauses the upload with the API's words; Resume goes on where it stopped."""
    await works.shop.fault("forbidden", methods=("POST",))
    await works.queue(*BATCHES)
    paused = await works.until(State.PAUSED)
    assert isinstance(paused.notice, Paused)
    assert paused.notice.why == "credentials"
    await works.shop.fault("forbidden", None)
    await works.uploads.apply("u1", Event.RESUME, "U1")
    await works.until(State.DONE)
    assert works.shop.codes(LIST) == CODES


async def test_too_large_a_body_is_made_smaller(works: Works) -> None:
    """413 halves the batches for the rest of the upload."""
    await works.shop.fault("too_large", 3)
    codes = [f"A{n}" for n in range(8)]
    await works.queue(codes, ["B1", "B2"])
    await works.until(State.DONE)
    assert works.shop.codes(LIST) == [*codes, "B1", "B2"]


async def test_undo_takes_back_what_is_still_there(works: Works) -> None:
    """Undo counts what it took back and what had gone already, and wipes the codes."""
    await works.queue(*BATCHES)
    await works.until(State.DONE)
    works.shop.lists[LIST].remove(["B1"])
    await works.uploads.apply("u1", Event.UNDO, "U2")
    undone = await works.until(State.UNDONE)
    assert (undone.progress.taken_back, undone.progress.already_gone, undone.wiped) == (5, 1, True)
    assert works.shop.lists[LIST].remove(CODES) == 0


async def test_a_shop_without_removal_says_so(works: Works) -> None:
    """Where the API has no removal call the upload stays done, and says that it cannot be undone."""
    from dataclasses import replace

    works.shop.style = replace(works.shop.style, removal=False)
    await works.queue(*BATCHES)
    await works.until(State.DONE)
    await works.uploads.apply("u1", Event.UNDO, "U2")
    works.worker.wake()
    async with asyncio.timeout(10):
        while (done := await works.uploads.get("u1")).notice is None:
            await asyncio.sleep(0.02)
    assert (done.state, done.notice) == (State.DONE, CannotUndo())


async def test_uploads_to_one_list_take_turns(works: Works) -> None:
    """Two uploads to one list go one after the other, whole."""
    await works.queue(*BATCHES)
    await works.queue(["Z1"], ["Z2"], ref="u2")
    await works.until(State.DONE, ref="u2")
    assert works.shop.codes(LIST) == [*CODES, "Z1", "Z2"]


async def test_codes_loaded_meanwhile_are_held_back(works: Works) -> None:
    """A code that another upload loaded after this one was checked is not sent a second time."""
    await works.queue(*BATCHES)
    await works.queue(["N1", "B1"], ["A1"], ["N2"], ref="u2")
    done = await works.until(State.DONE, State.PARTLY_DONE, ref="u2")
    assert works.shop.codes(LIST) == [*CODES, "N1", "N2"]
    assert done.progress == Progress(total=4, accepted=2, refused=2)
    assert done.refusals == (Refusal("", 2, (2, 101), held_back=True),)


async def test_413_for_ever_ends_soon_and_is_said(works: Works) -> None:
    """An API that calls even one code too large is asked few times, and the card has its reason."""
    await works.shop.fault("too_large", "0", methods=("POST",))
    await works.queue([f"A{n}" for n in range(64)], [f"B{n}" for n in range(64)])
    done = await works.until(State.PARTLY_DONE)
    assert isinstance(done.notice, Stopped)
    assert done.notice.why == "too large"
    assert len(works.shop.record.posts) <= 8
