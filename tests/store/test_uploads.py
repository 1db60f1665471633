"""Uploads move only from where they are, on SQLite and on Postgres."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.errors import Encrypted, TooManyCodes, Unreadable, WrongState
from bot.promo.codes import pack
from bot.promo.findings import Checked, Layout, Shape
from bot.promo.lifecycle import Event
from bot.promo.lists import PromoList
from bot.promo.uploads import Change, Progress, State, Upload
from bot.store.cards import CLAIM_S, Cards
from bot.store.database import Database
from bot.store.history import History
from bot.store.migrate import upgrade
from bot.store.retention import UNCONFIRMED_S, OrphanedCheck, Retention
from bot.store.tables import uploads as uploads_table
from bot.store.uploads import NewUpload, Uploads
from tests.conftest import Clock, store_on

CHECKED = Checked(
    codes=3,
    rows=4,
    parts=(),
    findings=(),
    samples=("AB••••",),
    layout=Layout("csv"),
    shape=Shape((), (), (), 3),
    digest="d1",
)


async def packed(*batches: list[str]) -> AsyncIterator[tuple[int, bytes]]:
    """Batches as a check hands them over."""
    for codes in batches:
        yield len(codes), pack(codes, list(range(len(codes))))


@pytest.fixture
def uploads(database: Database) -> Uploads:
    """The uploads of the database under test."""
    return store_on(database).uploads


async def checked(uploads: Uploads, ref: str = "u1", list_id: str = "7", **more: str) -> Upload:
    """An upload that is ready to be confirmed."""
    await uploads.create(NewUpload(ref, "C1", "U1", "a.csv", list_id=list_id, list_name="Sale", **more))  # type: ignore[arg-type]
    return await uploads.save_checked(ref, CHECKED, b"report", packed(["A", "B"], ["C"]))


async def test_a_new_upload_is_read_back_whole(uploads: Uploads, clock: Clock) -> None:
    """What was stored of an upload is what is read."""
    made = await uploads.create(NewUpload("u1", "C1", "U1", "a.csv", file_id="F1", thread_ts="1.2"))
    assert made == Upload(
        ref="u1",
        state=State.CHECKING,
        channel="C1",
        thread_ts="1.2",
        user="U1",
        file_name="a.csv",
        file_id="F1",
        created_at=clock(),
        version=1,
    )


async def test_the_whole_life_up_to_the_queue(uploads: Uploads, clock: Clock) -> None:
    """Checked, another list, confirmed: each step shows, with its version."""
    ready = await checked(uploads)
    assert (ready.state, ready.checked, ready.progress) == (State.CHECKED, CHECKED, Progress(total=3))
    moved = await uploads.choose_list("u1", "U1", PromoList("8", "Other", 1))
    assert (moved.list_id, moved.list_name, moved.version) == ("8", "Other", ready.version + 1)
    queued = await uploads.apply("u1", Event.CONFIRM, "U2", moved.version)
    assert queued == replace(
        moved,
        state=State.QUEUED,
        confirmed_by="U2",
        confirmed_at=clock(),
        decisions=(Change(clock(), "confirm", "U2"),),
        version=moved.version + 1,
    )


async def test_a_second_confirm_is_refused(uploads: Uploads) -> None:
    """Two clicks on Upload queue the codes once."""
    ready = await checked(uploads)
    await uploads.apply("u1", Event.CONFIRM, "U1", ready.version)
    with pytest.raises(WrongState) as caught:
        await uploads.apply("u1", Event.CONFIRM, "U1", ready.version)
    assert (caught.value.why, caught.value.state) == ("moved", State.QUEUED)


async def test_a_confirm_of_an_older_card_changes_nothing(uploads: Uploads) -> None:
    """Who confirms what was on the card a moment ago does not upload to a list chosen meanwhile."""
    ready = await checked(uploads)
    await uploads.choose_list("u1", "U1", PromoList("8", "Other", 1))
    with pytest.raises(WrongState):
        await uploads.apply("u1", Event.CONFIRM, "U1", ready.version)
    assert (await uploads.get("u1")).state is State.CHECKED


async def test_without_a_list_nothing_is_queued(uploads: Uploads) -> None:
    """An upload without a list cannot be confirmed."""
    ready = await checked(uploads, list_id="")
    with pytest.raises(WrongState):
        await uploads.apply("u1", Event.CONFIRM, "U1", ready.version)


async def test_cancel_wipes_the_codes(uploads: Uploads) -> None:
    """A cancelled upload keeps no code, no report and no pasted text."""
    await uploads.create(NewUpload("u1", "C1", "U1", "a.csv", source=b"SECRET-CODE"))
    assert await uploads.source("u1") == b"SECRET-CODE"
    await uploads.save_checked("u1", CHECKED, b"report", packed(["A"]))
    assert await uploads.left_out_report("u1") == b"report"
    cancelled = await uploads.apply("u1", Event.CANCEL, "U1")
    assert (cancelled.state, cancelled.wiped) == (State.CANCELLED, True)
    assert (await uploads.source("u1"), await uploads.left_out_report("u1")) == (None, None)


async def test_a_failed_check_can_be_tried_again(uploads: Uploads) -> None:
    """A failure is kept with its data, and *Check again* forgets it when the check succeeds."""
    await uploads.create(NewUpload("u1", "C1", "U1", "a.csv"))
    failed = await uploads.failed("u1", TooManyCodes(5))
    assert (failed.state, failed.failure) == (State.FAILED, TooManyCodes(5))
    await uploads.check_again("u1", "U1")
    again = await uploads.save_checked("u1", CHECKED, b"", packed(["A"]))
    assert (again.state, again.failure) == (State.CHECKED, None)


async def test_a_failure_written_by_an_earlier_version_is_read(uploads: Uploads, database: Database) -> None:
    """Cards of failed checks keep their words over an update of the bot."""
    await uploads.create(NewUpload("u1", "C1", "U1", "a.csv"))
    for text, expected in (
        ('{"error": "Unreadable", "detail": {"why": "truncated"}}', Unreadable("truncated")),
        ('{"error": "Encrypted", "detail": {}}', Encrypted()),
        ('{"error": "Unreadable", "detail": {"why": "not_a_workbook"}}', None),
    ):
        async with database.begin() as connection:
            await connection.execute(update(uploads_table).values(failure=text))
        assert (await uploads.get("u1")).failure == expected


async def test_unconfirmed_uploads_expire(database: Database, uploads: Uploads, clock: Clock) -> None:
    """A day after it came an unconfirmed upload expires and is wiped; a younger one stays."""
    await checked(uploads, "old")
    clock.at += UNCONFIRMED_S + 1
    await checked(uploads, "young")
    assert await Retention(database).expire() == ["old"]
    assert [(await uploads.get(ref)).state for ref in ("old", "young")] == [State.EXPIRED, State.CHECKED]


async def test_an_orphaned_check_is_handed_out_once(database: Database, uploads: Uploads, clock: Clock) -> None:
    """A check whose process fell silent is taken up by one other process."""
    await uploads.create(NewUpload("u1", "C1", "U1", "a.csv"))
    retention = Retention(database)
    assert await retention.orphaned_checks() == []
    clock.at += 60
    assert await retention.orphaned_checks() == [OrphanedCheck("u1", deaths=1)]
    assert await retention.orphaned_checks() == []
    clock.at += 60
    assert await retention.orphaned_checks() == [OrphanedCheck("u1", deaths=2)]


async def test_a_check_cut_off_by_a_stop_is_taken_up_at_once(database: Database, uploads: Uploads) -> None:
    """A stop is no death of a check, and the next process need not wait for its silence."""
    await uploads.create(NewUpload("u1", "C1", "U1", "a.csv"))
    await uploads.let_go("u1")
    assert await Retention(database).orphaned_checks() == [OrphanedCheck("u1", deaths=0)]


async def test_a_card_that_is_shown_is_not_forgotten(database: Database, uploads: Uploads, clock: Clock) -> None:
    """A file without codes leaves nothing, unless a card says that it is being checked, or is about to."""
    cards = Cards(database)
    for ref in ("quiet", "shown", "about to be"):
        await uploads.create(NewUpload(ref, "C1", "U1", "a.csv"))
    await cards.posted("shown", "C1", "1.1")
    assert await cards.claim("about to be", 3.0) == 0.0
    assert [await uploads.forget_unshown(ref) for ref in ("quiet", "shown", "about to be")] == [True, False, False]
    assert await uploads.find("quiet") is None


async def test_one_process_at_a_time_shows_a_card(database: Database, uploads: Uploads, clock: Clock) -> None:
    """A card is claimed by one, is free when it is shown, keeps its pace, and is given up when its process dies."""
    cards = Cards(database)
    await uploads.create(NewUpload("u1", "C1", "U1", "a.csv"))
    assert await cards.claim("u1", 3.0) == 0.0
    assert await cards.claim("u1", 0.0) > 0.0
    await cards.shown("u1", 1)
    assert (await uploads.get("u1")).shown_version == 1
    clock.at += 1
    assert await cards.claim("u1", 3.0) == 2.0
    assert await cards.claim("u1", 0.0) == 0.0
    clock.at += CLAIM_S + 1
    assert await cards.claim("u1", 3.0) == 0.0
    await cards.release("u1")
    clock.at += 0.01
    assert await cards.claim("u1", 0.0) == 0.0


async def test_a_change_is_told_once(database: Database, uploads: Uploads) -> None:
    """The latest change is told by one process, those before it by none, and again when it could not be told."""
    cards = Cards(database)
    await checked(uploads, "u1")
    latest = await cards.latest("u1")
    assert latest is not None
    assert latest.event is Event.CHECK
    assert [await cards.claim_news("u1", latest.number) for _ in range(2)] == [True, False]
    assert await cards.latest("u1") is None
    await cards.release_news("u1", latest.number)
    assert await cards.latest("u1") == latest


async def test_the_first_upload_of_the_same_content_is_found(database: Database, uploads: Uploads) -> None:
    """The same file again finds the upload that was confirmed before, not those that came to nothing."""
    first = await checked(uploads, "first")
    await checked(uploads, "second")
    history = History(database)
    assert await history.same_content("d1", "second") is None
    await uploads.apply("first", Event.CONFIRM, "U1", first.version)
    found = await history.same_content("d1", "second")
    assert found is not None
    assert found.ref == "first"
    assert await history.same_content("d1", "first") is None


async def test_places_in_the_queue(database: Database, uploads: Uploads, clock: Clock) -> None:
    """An upload knows how many to its list come before it."""
    for ref, list_id in (("a", "7"), ("b", "7"), ("c", "8")):
        clock.at += 1
        ready = await checked(uploads, ref, list_id)
        await uploads.apply(ref, Event.CONFIRM, "U1", ready.version)
    history = History(database)
    assert [await history.ahead(await uploads.get(ref)) for ref in ("a", "b", "c")] == [0, 1, 0]


async def test_who_has_loaded_codes_is_known(database: Database, uploads: Uploads) -> None:
    """Whoever confirmed an upload counts, or shared one that nobody confirmed; the latest first, each once."""
    for ref in ("a", "b", "c"):
        await checked(uploads, ref)
    await uploads.apply("a", Event.CONFIRM, "U2")
    assert await History(database).people() == ["U1", "U2"]
    await uploads.apply("c", Event.CONFIRM, "U2")
    assert await History(database).people() == ["U2", "U1"]


async def test_no_readable_code_is_in_the_database(database: Database, uploads: Uploads) -> None:
    """Codes, pasted text and reports are stored sealed."""
    from sqlalchemy import select

    from bot.store.tables import batches
    from bot.store.tables import uploads as table

    await uploads.create(NewUpload("u1", "C1", "U1", "a.csv", source=b"SECRET-CODE"))
    await uploads.save_checked("u1", CHECKED, b"SECRET-CODE", packed(["SECRET-CODE"]))
    async with database.read() as connection:
        payload = await connection.scalar(select(batches.c.payload))
        row = (await connection.execute(select(table))).one()
    assert payload is not None
    assert not any(b"SECRET" in bytes(one) for one in (payload, row.source, row.report))
    assert "SECRET" not in repr(row)


async def test_what_is_wiped_is_not_in_the_file_any_more(tmp_path: Path) -> None:
    """Not even sealed: the pages of an SQLite file that held the codes are overwritten."""
    from sqlalchemy import select

    from bot.store.tables import batches

    path = tmp_path / "one.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    database = Database(f"sqlite+aiosqlite:///{path}")
    uploads = store_on(database).uploads
    await uploads.create(NewUpload("u1", "C1", "U1", "a.csv"))
    await uploads.save_checked("u1", CHECKED, b"", packed([f"CODE-{number}" for number in range(5000)]))
    async with database.read() as connection:
        sealed = await connection.scalar(select(batches.c.payload))
    await uploads.apply("u1", Event.CANCEL, "U1")
    await database.close()
    assert sealed is not None
    content = await asyncio.to_thread(path.read_bytes)
    assert [at for at in range(0, len(sealed) - 100, 1000) if sealed[at : at + 100] in content] == []
