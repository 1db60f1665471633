"""Processes that are killed, stopped, frozen or doubled: every code is sent once all the same."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path

import pytest

from bot.promo.lifecycle import Event
from bot.promo.uploads import BatchState, State
from bot.store.leases import lease_s
from bot.store.migrate import upgrade
from bot.work.worker import POLL_S
from tests.faults.harness import EXACT, Town, all_of, seen, some, town
from tests.faults.kill import rounds


async def test_kill_at_random_points() -> None:
    """Six uploads, on SQLite and Postgres, are killed at random moments of fixed seeds; nothing is lost or doubled."""
    total, moments = await rounds(6, seed=77, at_once=6)
    assert total.wrong == 0
    assert moments.total() >= 6


async def test_old_and_new_overlap(empty_postgres: str) -> None:
    """The old process stops while the new one runs: it frees the list at once, and no code is lost or sent twice."""
    async with town(empty_postgres, timeout_s=8) as place:
        place.add_list("L")
        batches = some("u", 40, 50)
        await place.shop.fault("slow", 0.15, methods=("POST",))
        await place.queue("u", "L", batches)
        old = await place.process()
        await seen(lambda: len(place.posts) == 3)
        new = await place.process()
        await seen(lambda: len(place.posts) >= 8)
        old.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(old.wait(), 5) == 0
        left, at = await place.ledger("u"), time.monotonic()
        # What is being sent is the new process's: had the old one left it, the next POST would wait for its settling.
        assert {batch.state for batch in left} - {BatchState.SENDING} == {BatchState.ACCEPTED, BatchState.PENDING}
        sent = len(place.posts)
        await seen(lambda: len(place.posts) > sent)
        assert time.monotonic() - at < POLL_S + 1 < lease_s(place.timeout_s) / 2
        upload = await place.until("u")
        assert (upload.state, await place.exactly_once(upload, "L", batches)) == (State.DONE, EXACT)
        assert place.shop.codes("L") == all_of(batches)
        assert len(place.posts) == len(batches)
        assert new.returncode is None


def taken_over_s(timeout_s: float) -> float:
    """After so long at most somebody else works on what a dead process left: its lease ends, and the queue is read."""
    return lease_s(timeout_s) + POLL_S


async def test_a_silent_death_is_taken_over_within_the_lease(empty_postgres: str) -> None:
    """A process that dies between two batches is replaced when its lease ends; with the usual time-out within 90 s."""
    assert taken_over_s(30) <= 90
    async with town(empty_postgres, timeout_s=0.4) as place:
        place.add_list("L")
        batches = some("u", 8, 50)
        await place.shop.fault("slow", 0.1, methods=("POST",))
        await place.queue("u", "L", batches)
        old = await place.process()
        await seen(lambda: len(place.posts) == 3)
        await place.kill(old)
        died = time.monotonic()
        await place.process()
        left = await place.uploads.get("u")
        assert left.state is State.SENDING
        async with asyncio.timeout(30):
            while (await place.uploads.get("u")).version == left.version:
                await asyncio.sleep(0.02)
        assert time.monotonic() - died <= taken_over_s(place.timeout_s) + 1
        upload = await place.until("u")
        assert (upload.state, await place.exactly_once(upload, "L", batches)) == (State.DONE, EXACT)
        assert place.shop.codes("L") == all_of(batches)


async def test_a_frozen_process_does_no_harm(postgres_place: Town) -> None:
    """A process that stands still for longer than its lease is replaced, and when it wakes it sends nothing more."""
    place = postgres_place
    place.add_list("L")
    batches = some("u", 8, 50)
    await place.shop.fault("slow", 0.1, methods=("POST",))
    await place.queue("u", "L", batches)
    frozen = await place.process()
    await seen(lambda: len(place.posts) == 3)
    frozen.send_signal(signal.SIGSTOP)
    await place.process()
    async with place.nudged():
        upload = await place.until("u")
    sent = len(place.posts)
    frozen.send_signal(signal.SIGCONT)
    frozen.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(frozen.wait(), 10) == 0
    assert (upload.state, await place.exactly_once(upload, "L", batches)) == (State.DONE, EXACT)
    assert len(place.posts) == sent


async def test_two_workers_share_many_uploads(postgres_place: Town) -> None:
    """Two processes on one database send twelve uploads to four lists, each code once and each list in order."""
    place = postgres_place
    sent = {f"u{number}": (f"L{number % 4}", some(f"u{number}", 3, 30)) for number in range(12)}
    for list_id in ("L0", "L1", "L2", "L3"):
        place.add_list(list_id)
    await place.shop.fault("slow", 0.03, methods=("POST",))
    for ref, (list_id, batches) in sent.items():
        await place.queue(ref, list_id, batches)
    await asyncio.gather(place.process(), place.process())
    place.wake()
    for ref in sent:
        assert (await place.until(ref)).state is State.DONE
    for wanted in ("L0", "L1", "L2", "L3"):
        expected = [code for list_id, batches in sent.values() if list_id == wanted for code in all_of(batches)]
        assert place.shop.codes(wanted) == expected


@pytest.mark.parametrize("taken", [0, 40])
async def test_an_undo_goes_on_after_a_kill(place: Town, taken: int) -> None:
    """Taking back is killed half-way and goes on; what shoppers had is not counted as taken back."""
    shop_list = place.add_list("L")
    batches = some("u", 6, 50)
    await place.queue("u", "L", batches)
    process = await place.process()
    await place.until("u", State.DONE)
    place.shop.take("L", taken)
    await place.shop.fault("slow", 0.1, methods=("DELETE",))
    await place.uploads.apply("u", Event.UNDO, "U1")
    place.wake()
    await seen(lambda: shop_list.available <= 200)
    await place.kill(process)
    assert 0 < shop_list.available <= 200
    await place.process()
    async with place.nudged():
        undone = await place.until("u", State.UNDONE)
    assert shop_list.available == 0
    done = undone.progress
    assert done.taken_back + done.already_gone + done.unclear == 300
    assert done.already_gone == taken
    assert done.unclear in {0, 50}
    assert undone.wiped


async def test_a_second_process_on_one_sqlite_file_is_refused(tmp_path: Path) -> None:
    """SQLite is for one process: another is told so in one line and ends, and the first goes on."""
    url = f"sqlite+aiosqlite:///{tmp_path}/one.db"
    upgrade(url)
    async with town(url) as place:
        first = await place.process()
        second = await place.launch()
        said, problem = await asyncio.wait_for(second.communicate(), 20)
        assert (second.returncode, said) == (1, b"")
        assert problem.decode().splitlines() == [
            "DATABASE_URL points to an SQLite file that another promo bot is using"
        ]
        assert first.returncode is None
