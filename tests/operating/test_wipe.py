"""`wipe`: what is stored is gone, after a question."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, insert, select

from bot.errors import SettingsError
from bot.operating import wipe
from bot.promo.uploads import State
from bot.store.migrate import upgrade
from bot.store.tables import batches, facts, fingerprints, traces, uploads
from bot.store.vault import Vault

UPLOAD = {"state": State.DONE, "shop": ""}


@pytest.fixture
def stored(right: pytest.MonkeyPatch, database_url: str) -> str:
    """A database of each kind with two uploads to Spring and one to VIP."""
    right.setenv("DATABASE_URL", database_url.replace("+aiosqlite", ""))
    engine = create_engine(database_url.replace("+aiosqlite", ""))
    rows = [("spring", "100"), ("spring", "100"), ("vip", "200")]
    with engine.begin() as connection:
        for number, (name, list_id) in enumerate(rows, 1):
            about = UPLOAD | {"id": number, "ref": f"r{number}", "list_name": name, "list_id": list_id}
            connection.execute(insert(uploads).values(about))
            batch = {"upload_id": number, "number": 1, "part": 0, "count": 1, "state": "accepted", "payload": b"sealed"}
            connection.execute(insert(batches).values(batch))
            connection.execute(insert(fingerprints).values(fingerprint=number, upload_id=number))
        connection.execute(insert(traces).values(id=1, at=1.0, user="U1", codes=1))
    engine.dispose()
    return database_url.replace("+aiosqlite", "")


def counts(url: str) -> list[int]:
    """Rows of uploads, batches, fingerprints and traces."""
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = (uploads, batches, fingerprints, traces)
        found = [connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
    engine.dispose()
    return found


@pytest.mark.parametrize(
    ("wanted", "everything", "left"),
    [("Spring", False, [1, 1, 1, 1]), ("100", False, [1, 1, 1, 1]), (None, True, [0, 0, 0, 0])],
)
async def test_it_drops_what_it_is_told(
    stored: str, capsys: pytest.CaptureFixture[str], wanted: str | None, everything: bool, left: list[int]
) -> None:
    """A list by its name or id, or everything, is dropped once somebody typed yes; a bot starts on what is left."""
    await asyncio.to_thread(wipe.run, wanted, everything=everything, yes=False, ask=lambda _: "yes")
    assert counts(stored) == left
    number = 3 if everything else 2
    assert f"{number} uploads, {number} codes that are recognised. It cannot be undone" in capsys.readouterr().out
    assert await asyncio.to_thread(wipe.run, None, everything=True, yes=True) == 0


async def test_everything_begins_with_a_new_key_of_fingerprints(stored: str) -> None:
    """The key that fingerprints were made with before SECRET_KEY was changed goes with them."""
    engine = create_engine(stored)
    with engine.begin() as connection:
        connection.execute(facts.delete())
        mark = {"name": "secret_key", "value": Vault("k" * 32).key_id}
        connection.execute(
            insert(facts),
            [mark, {"name": "fingerprint_key", "value": Vault("k" * 32).seal(b"f" * 32, "fingerprint key").hex()}],
        )
    await asyncio.to_thread(wipe.run, None, everything=True, yes=True)
    with engine.connect() as connection:
        assert "fingerprint_key" not in set(connection.scalars(select(facts.c.name)))
    engine.dispose()


async def test_anything_but_yes_drops_nothing(stored: str) -> None:
    """Enter, no and y drop nothing."""
    for answer in ("", "no", "y"):
        ask = {"Type yes to drop it: ": answer}.__getitem__
        assert await asyncio.to_thread(wipe.run, "spring", everything=False, yes=False, ask=ask) == 1
    assert counts(stored) == [3, 3, 3, 1]


async def test_an_upload_under_way_is_left_alone(stored: str) -> None:
    """While codes are on their way nothing is dropped, for nobody would know what became of them."""
    engine = create_engine(stored)
    with engine.begin() as connection:
        connection.execute(uploads.update().where(uploads.c.id == 1).values(state=State.SENDING))
    engine.dispose()
    with pytest.raises(SettingsError) as caught:
        await asyncio.to_thread(wipe.run, "spring", everything=False, yes=True)
    assert caught.value.problem == "found an upload under way"
    assert counts(stored) == [3, 3, 3, 1]


async def test_a_list_of_which_nothing_is_stored(stored: str) -> None:
    """A name nothing is stored under is told."""
    with pytest.raises(SettingsError) as caught:
        await asyncio.to_thread(wipe.run, "summer", everything=False, yes=True)
    assert (caught.value.name, caught.value.problem) == ("--list", "names no list of which anything is stored")


def test_an_empty_database_can_be_wiped(right: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is there, and nothing fails."""
    upgrade(f"sqlite+aiosqlite:///{tmp_path}/promo.db")
    assert wipe.run(None, everything=True, yes=True) == 0
