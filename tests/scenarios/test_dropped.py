"""Files that Slack told of just before the bot died or stopped: each gets its card, and only one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.listeners import dropped as listener
from bot.stand_ins.slack.workspace import Message
from bot.store.database import Database
from bot.store.deliveries import Deliveries
from bot.store.dropped import Dropped, DroppedFiles
from tests.scenarios.conftest import Town

FILE = b"code\n" + b"\n".join(b"SPRING-%04d-%04d" % (n, n * 7919 % 9973) for n in range(250))


def event_of(parent: Message) -> dict[str, str]:
    """What Slack told of the file."""
    return {"type": "file_shared", "file_id": parent.files[0], "channel_id": "C1", "user_id": "U1"}


async def noted(folder: Path, what: str) -> bool:
    """Whether the file is noted in the town's database."""
    database = Database(f"sqlite+aiosqlite:///{folder}/playground.db", now=lambda: 2e9)
    try:
        return what in [one.what for one in await DroppedFiles(database).orphaned()]
    finally:
        await database.close()


@pytest.mark.parametrize("claimed", [False, True])
async def test_a_file_of_a_process_that_was_killed_gets_its_card(town: Town, tmp_path: Path, claimed: bool) -> None:
    """Killed after Slack was answered, before or after the file was claimed: the next process deals with it."""
    await town.stop_bot()
    parent = await town.slack.as_("U1").drop("C1", {"spring-sale.csv": FILE})
    await town.slack.delivery.settled()
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/playground.db")
    await DroppedFiles(database).note(Dropped("event E1 F1", event_of(parent)))
    if claimed:
        for what in ("event E1 F1", f"file {parent.files[0]} C1"):
            assert await Deliveries(database).claim(what)
    await database.close()
    await town.start_bot()
    card = await town.slack.until(lambda: town.slack.thread("C1", parent.ts)[0])
    await town.shows(card, "250 codes ready to upload")
    assert not await noted(tmp_path, "event E1 F1")


async def test_a_file_is_noted_before_slack_is_answered(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once Slack has its answer the database knows of the file; a stop in that moment leaves it to the next process."""
    began = asyncio.Event()

    async def stuck(*_: object) -> None:
        began.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(listener, "usable_file", stuck)
    parent = await town.slack.as_("U1").drop("C1", {"spring-sale.csv": FILE})
    await asyncio.wait_for(began.wait(), 10)
    monkeypatch.undo()
    monkeypatch.setattr("bot.app.LISTENERS_END_WITHIN_S", 0.1)
    await town.stop_bot()
    await town.start_bot()
    card = await town.slack.until(lambda: town.slack.thread("C1", parent.ts)[0])
    await town.shows(card, "250 codes ready to upload")


async def test_an_event_that_comes_again_later_brings_no_second_card(town: Town, tmp_path: Path) -> None:
    """What was dealt with is not noted again, so nobody takes it up a second time."""
    parent = await town.slack.as_("U1").drop("C1", {"spring-sale.csv": FILE})
    card = await town.slack.until(lambda: town.slack.thread("C1", parent.ts)[0])
    await town.shows(card, "250 codes ready to upload")
    await town.slack.resend()
    await town.slack.delivery.settled()
    await town.stop_bot()
    await town.start_bot()
    await asyncio.sleep(0.3)
    assert len(town.slack.thread("C1", parent.ts)) == 1


async def test_a_busy_database_does_not_keep_slack_waiting(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack is answered in time though the file cannot be noted yet; it gets its card when it can."""
    free, note = asyncio.Event(), DroppedFiles.note

    async def busy(files: DroppedFiles, file: Dropped) -> None:
        await free.wait()
        await note(files, file)

    monkeypatch.setattr(DroppedFiles, "note", busy)
    monkeypatch.setattr(listener, "NOTED_WITHIN_S", 0.05)
    parent = await town.slack.as_("U1").drop("C1", {"spring-sale.csv": FILE})
    await asyncio.wait_for(town.slack.delivery.settled(), 2)
    assert town.slack.thread("C1", parent.ts) == []
    free.set()
    card = await town.slack.until(lambda: town.slack.thread("C1", parent.ts)[0])
    await town.shows(card, "250 codes ready to upload")
