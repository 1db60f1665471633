"""What people decide while an upload is on its way: stop, try now, count again, try again, approve, decline."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.errors import NotAllowed, WrongState
from bot.promo.lifecycle import Event
from bot.promo.uploads import Change, Down, Progress, State, Stopped
from tests.work.conftest import LIST, Works
from tests.work.test_readings import first_post, lose_an_answer, some


async def posts(works: Works, count: int) -> None:
    """Returns when the shop has got so many POSTs."""
    works.worker.wake()
    async with asyncio.timeout(20):
        while len(works.shop.record.posts) < count:
            await asyncio.sleep(0.01)


async def test_stop_while_it_is_sent(works: Works) -> None:
    """What arrived stays and is counted, the rest is not sent, and all of it can be taken back."""
    await works.shop.fault("slow", 0.2, methods=("POST",))
    await works.queue(*[some(letter) for letter in "ABCDEFGH"])
    await posts(works, 2)
    await works.uploads.apply("u1", Event.STOP, "U2", 0)
    stopped = await works.until(State.PARTLY_DONE)
    there = works.shop.codes(LIST)
    assert 50 <= len(there) < 400
    assert stopped.progress == Progress(total=400, accepted=len(there))
    assert (stopped.notice, stopped.after) == (Stopped("by person"), (stopped.before or 0) + len(there))
    assert [change.event for change in stopped.decisions] == ["confirm", "stop"]
    await works.uploads.apply("u1", Event.UNDO, "U2", stopped.version)
    undone = await works.until(State.UNDONE)
    assert (undone.progress.taken_back, works.shop.lists[LIST].available) == (len(there), stopped.before)


async def test_stop_before_anything_is_sent(works: Works) -> None:
    """An upload that is stopped before its turn ends with nothing sent."""
    await works.stop()
    await works.queue(some("A"))
    await works.uploads.apply("u1", Event.STOP, "U1")
    works.start()
    ended = await works.until(State.PARTLY_DONE)
    assert (ended.progress, works.shop.codes(LIST)) == (Progress(total=50), [])


async def test_stop_while_an_answer_is_missing(works: Works) -> None:
    """The batch whose answer was lost is settled by the count before the upload ends."""
    await lose_an_answer(works, "cut_after")
    await works.queue(some("A"), some("B"))
    await first_post(works)
    await works.uploads.apply("u1", Event.STOP, "U1")
    ended = await works.until(State.PARTLY_DONE)
    assert (ended.progress, works.shop.codes(LIST)) == (Progress(total=100, accepted=50), some("A"))


async def test_stop_while_personaclick_is_away(works: Works) -> None:
    """A stopped upload waits for nobody: what cannot be counted is told as not known."""
    await works.shop.fault("cut_before", methods=("POST", "GET"))
    await works.queue(some("A"))
    async with asyncio.timeout(20):
        works.worker.wake()
        while not isinstance((await works.uploads.get("u1")).notice, Down):
            await asyncio.sleep(0.02)
    await works.uploads.apply("u1", Event.STOP, "U1")
    ended = await works.until(State.PARTLY_DONE)
    assert (ended.progress, ended.after) == (Progress(total=50), None)


async def test_a_paused_undo_is_not_stopped_but_resumed(works: Works) -> None:
    """A late *Stop* on an undo that is paused does nothing; *Resume* takes the rest back."""
    await works.queue(some("A"), some("B"))
    await works.until(State.DONE)
    await works.shop.fault("forbidden", methods=("DELETE",))
    await works.uploads.apply("u1", Event.UNDO, "U1")
    paused = await works.until(State.UNDO_PAUSED)
    with pytest.raises(WrongState) as caught:
        await works.uploads.apply("u1", Event.STOP, "U1", paused.version)
    assert (caught.value.why, caught.value.state) == ("moved", State.UNDO_PAUSED)
    await works.shop.fault("forbidden", None)
    await works.uploads.apply("u1", Event.RESUME, "U1", paused.version)
    undone = await works.until(State.UNDONE)
    assert undone.progress.taken_back == 100


async def test_try_now_ends_the_wait(works: Works) -> None:
    """While PersonaClick is away, *Try now* asks it at once instead of at the next time."""
    await works.stop()
    pauses = replace(works.timing.pauses, first_s=600.0, longest_s=600.0)
    works.timing = replace(works.timing, pauses=pauses)
    works.start()
    await works.shop.fault("error_before", calls=1, methods=("GET",))
    await works.shop.fault("cut_before", calls=3, methods=("GET",))
    await works.queue(some("A"))
    async with asyncio.timeout(20):
        works.worker.wake()
        while not isinstance((await works.uploads.get("u1")).notice, Down):
            await asyncio.sleep(0.02)
    await works.shop.fault("cut_before", None)
    await works.uploads.apply("u1", Event.TRY_NOW, "U1")
    done = await works.until(State.DONE)
    assert done.notice is None


async def test_count_again_settles_what_the_count_tells_now(works: Works) -> None:
    """A count that had been disturbed and is right again settles the batch without anybody's guess."""
    await lose_an_answer(works, "cut_after")
    await works.queue(some("A"), some("B"))
    await first_post(works)
    works.shop.lists[LIST].add(some("X", 20))
    asked = await works.until(State.NEEDS_DECISION)
    works.shop.lists[LIST].remove(some("X", 20))
    await works.uploads.apply("u1", Event.COUNT_AGAIN, "U1", asked.version)
    done = await works.until(State.DONE, State.NEEDS_DECISION)
    assert (done.state, works.shop.codes(LIST)) == (State.DONE, [*some("A"), *some("B")])


async def test_try_again_sends_what_was_refused(works: Works) -> None:
    """After everything was refused for one reason, *Try again* sends the codes that are still kept."""
    await works.shop.fault("refuse_all", "List is archived", methods=("POST",))
    await works.queue(*[[f"{n}-{m}" for m in range(8)] for n in range(20)])
    refused = await works.until(State.PARTLY_DONE)
    await works.shop.fault("refuse_all", None)
    await works.uploads.apply("u1", Event.TRY_AGAIN, "U1", refused.version)
    done = await works.until(State.DONE)
    assert (done.progress, len(works.shop.codes(LIST))) == (Progress(total=160, accepted=160), 160)
    assert (done.before, done.after) == (refused.before, (refused.before or 0) + 160)


async def test_a_click_on_an_old_card_changes_nothing(works: Works) -> None:
    """*Resume* of an earlier pause does not resume the pause of now."""
    await works.shop.fault("forbidden", methods=("POST",))
    await works.queue(some("A"))
    paused = await works.until(State.PAUSED)
    with pytest.raises(WrongState) as caught:
        await works.uploads.apply("u1", Event.RESUME, "U1", paused.version - 1)
    assert caught.value.why == "changed"
    assert await works.uploads.get("u1") == paused


async def test_approval_is_somebody_elses(works: Works) -> None:
    """Whoever asked cannot approve; another person can, and both are kept."""
    await works.queue(some("A"), asks=True)
    with pytest.raises(NotAllowed) as caught:
        await works.uploads.apply("u1", Event.APPROVE, "U1")
    assert caught.value.why == "own_upload"
    await works.uploads.apply("u1", Event.APPROVE, "U2")
    done = await works.until(State.DONE)
    assert (done.confirmed_by, done.approved_by) == ("U1", "U2")
    told = [(change.event, change.by) for change in done.decisions]
    assert told == [("ask approval", "U1"), ("approve", "U2")]


async def test_a_declined_upload_is_wiped(works: Works) -> None:
    """*Decline* ends it like *Cancel*, and says who, and why."""
    await works.queue(some("A"), asks=True)
    declined = await works.uploads.apply("u1", Event.DECLINE, "U2", reason="wrong list")
    assert (declined.state, declined.wiped, works.shop.codes(LIST)) == (State.CANCELLED, True, [])
    assert isinstance(declined.decisions[-1], Change)
    assert str(declined.notice) == "Declined(by='U2', reason='wrong list', kind='declined')"
