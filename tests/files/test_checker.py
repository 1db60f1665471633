"""The child process: its limits hold, secrets stay out of it, and the bot goes on meanwhile."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import time
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import pytest

from bot.errors import CheckCutOff, CheckTooHeavy, FileError, Unreadable
from bot.files.checker import SMALL_FILE_BYTES, Checker, Lookup, _why_it_died
from bot.promo.findings import Hit, Options
from bot.promo.fingerprints import fingerprints

KEY = b"k" * 32


def checker(**more: float) -> Checker:
    """A checker for small files."""
    values = {"max_codes": 2_000_000, "max_file_mb": 5, "batch_size": 1000} | more
    return Checker(fingerprint_key=KEY, **values)  # type: ignore[arg-type]


def file(*chunks: bytes) -> BinaryIO:
    """An open temporary file."""
    made: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - the test closes it
    for chunk in chunks:
        made.write(chunk)
    made.seek(0)
    return made


async def nothing_known(_: bytes) -> Sequence[Hit]:
    """Nothing was loaded before."""
    return []


async def count(checks: Checker, source: BinaryIO, name: str = "a.csv") -> int:
    """How many codes a check gives."""
    with source:
        async with checks.check(source, name, Options(), "", nothing_known) as result:
            return sum([found async for found, _ in result.batches()])


async def test_the_lookup_gets_the_fingerprints_of_the_codes() -> None:
    """What is asked of the database are the keyed fingerprints of exactly the codes, in order."""
    asked: list[bytes] = []

    async def lookup(packed: bytes) -> Sequence[Hit]:
        asked.append(packed)
        return [Hit("7", "old", [1])]

    with file(b"A-1\nB-2\nC-3\n") as source:
        async with checker().check(source, "a.txt", Options(), "7", lookup) as result:
            assert (result.checked.codes, result.checked.left_out) == (2, 1)
    assert asked == [fingerprints(KEY, ["A-1", "B-2", "C-3"])]


async def test_the_time_limit_holds() -> None:
    """A check that takes too long is stopped, and says so."""
    lines = b"".join(b"CODE.%d.X\xd0\x96\n" % n for n in range(400_000))
    started = time.monotonic()
    with pytest.raises(CheckTooHeavy) as caught:
        await count(checker(timeout_s=0.4), file(lines))
    assert caught.value.limit == "time"
    assert time.monotonic() - started < 5


async def test_the_memory_limit_holds() -> None:
    """A check that needs too much memory is stopped, and says so."""
    lines = b"".join(b"CODE-%07d\n" % n for n in range(1_000_000))
    with pytest.raises(CheckTooHeavy) as caught:
        await count(checker(memory_mb=120), file(lines))
    assert caught.value == CheckTooHeavy("memory", 120)


async def test_where_there_is_room_for_one_check_they_take_turns() -> None:
    """With memory for one check alone, a small file waits for a large one, and has that memory, too."""
    alone = checker(alone_mb=120)
    assert alone._small is alone._large
    assert await count(alone, file(b"A-1\nB-2\n")) == 2
    with pytest.raises(CheckTooHeavy) as caught:
        await count(alone, file(b"".join(b"CODE-%07d\n" % n for n in range(1_000_000))))
    assert caught.value == CheckTooHeavy("memory", 120)


async def test_a_bomb_ends_within_seconds() -> None:
    """A ZIP of a gigabyte of zeros is refused before it is unpacked, and so is one that says it is a workbook."""
    for name, inner in (("bomb.zip", "a.csv"), ("bomb.xlsx", "xl/worksheets/sheet1.xml")):
        made = file()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml" if name.endswith("xlsx") else "b.txt", "A-1\nB-2\n")
            with archive.open(inner, "w", force_zip64=True) as stream:
                for _ in range(256):
                    stream.write(b"\0" * (1 << 20))
        made.seek(0)
        started = time.monotonic()
        with pytest.raises(Unreadable) as caught:
            await count(checker(), made, name)
        assert caught.value.why == "too_big_inside"
        assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "chunks",
    [
        (b"x" * 50_000_000,),
        (b"a," * 1_000_000 + b"a\n" + b"b," * 1_000_000 + b"b\n",),
        (b'"' * 5_000_000,),
        (b"\xff\xfe" + b"\0\xd8" * 1_000_000,),
        (b"[" * 5_000_000,),
        (b";" * 4_000_000,),
        (b"[" + b"1.5," * 500_000 + b"1]",),
    ],
    ids=[
        "one long line",
        "a million columns",
        "only quotes",
        "lone surrogates",
        "deep nesting",
        "only semicolons",
        "numbers",
    ],
)
async def test_hostile_text_ends_in_a_file_error(chunks: Sequence[bytes]) -> None:
    """Text made to hurt is refused within seconds."""
    started = time.monotonic()
    with pytest.raises(FileError):
        await count(checker(), file(*chunks), "a.json" if chunks[0].startswith(b"[") else "a.csv")
    assert time.monotonic() - started < 20


async def test_the_child_sees_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither tokens nor keys are in the child's environment or arguments."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    seen: list[bytes] = []

    async def lookup(_: bytes) -> Sequence[Hit]:
        for path in ("cmdline", "environ"):
            for one in await asyncio.to_thread(_processes, path):
                if b"bot.files.child" in one or b"SLACK" in one:
                    seen.append(one)
        return []

    with file(b"A-1\nB-2\n") as source:
        async with checker().check(source, "a.txt", Options(), "", lookup):
            assert len([one for one in seen if b"bot.files.child" in one]) >= 1
    assert not any(KEY in one or KEY.hex().encode() in one for one in seen)
    assert not any(b"xoxb-secret" in one for one in seen)


def _children() -> list[int]:
    """The children of this process."""
    found = []
    for task in Path(f"/proc/{os.getpid()}/task").iterdir():
        # A thread may end while it is looked at.
        with suppress(FileNotFoundError, ProcessLookupError):
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _processes(what: str) -> list[bytes]:
    """What /proc says of each child of this process."""
    found = []
    for child in _children():
        with suppress(FileNotFoundError, ProcessLookupError):
            found.append(Path(f"/proc/{child}/{what}").read_bytes())
    return found


async def test_the_bot_goes_on_while_a_file_is_checked() -> None:
    """The event loop is free during a check: nobody waits more than a blink."""
    lines = b"".join(b"CODE-%06d\n" % n for n in range(300_000))
    checking = asyncio.create_task(count(checker(), file(lines)))
    longest, last = 0.0, time.monotonic()
    while not checking.done():
        await asyncio.sleep(0.005)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    assert await checking == 300_000
    assert longest < 0.5


async def test_a_small_file_does_not_wait_behind_a_large_one() -> None:
    """Large files are read one after another, a small one beside them, and all end well."""
    checks, goes_on, ended = checker(), asyncio.Event(), []

    async def wait(_: bytes) -> Sequence[Hit]:
        await goes_on.wait()
        return []

    async def check(name: str, source: BinaryIO, lookup: Lookup) -> None:
        with source:
            async with checks.check(source, name, Options(), "", lookup):
                ended.append(name)

    large = b"".join(b"CODE-%06d\n" % n for n in range(SMALL_FILE_BYTES // 10))
    both = [asyncio.create_task(check(f"{n}.csv", file(large), wait)) for n in (1, 2)]
    await check("small.csv", file(b"A-1\nB-2\n"), nothing_known)
    assert ended == ["small.csv"]
    goes_on.set()
    await asyncio.gather(*both)
    assert sorted(ended[1:]) == ["1.csv", "2.csv"]


async def test_a_small_file_that_unpacks_to_much_gets_the_large_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is too heavy for the small lane is checked again with more memory."""
    monkeypatch.setattr("bot.files.checker.SMALL_MEMORY_MB", 120)
    monkeypatch.setattr("bot.files.checker.SMALL_FILE_BYTES", 1 << 30)
    lines = b"".join(b"CODE-%07d\n" % n for n in range(1_000_000))
    assert await count(checker(), file(lines)) == 1_000_000


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_of_the_whole_dyno_does_not_end_a_check(number: signal.Signals) -> None:
    """A stop is signalled to every process; the one that reads a file leaves it to its parent what to do."""

    async def lookup(_: bytes) -> Sequence[Hit]:
        for child in await asyncio.to_thread(_children):
            os.kill(child, number)
        return []

    with file(b"A-1\nB-2\n") as source:
        async with checker().check(source, "a.txt", Options(), "", lookup) as result:
            assert result.checked.codes == 2


async def test_a_check_that_is_stopped_as_it_begins_says_nothing_of_the_file() -> None:
    """A child that a signal ends before it can ignore it is cut off, not too heavy."""
    child = await asyncio.create_subprocess_exec("sleep", "10")
    child.terminate()
    assert isinstance(await _why_it_died(child), CheckCutOff)


async def test_no_child_is_left_behind() -> None:
    """A check that is cancelled takes its child with it."""
    lines = b"".join(b"CODE.%d.X\xd0\x96\n" % n for n in range(300_000))
    checking = asyncio.create_task(count(checker(), file(lines)))
    await asyncio.sleep(0.3)
    checking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await checking
    assert not [one for one in _processes("cmdline") if b"bot.files.child" in one]
