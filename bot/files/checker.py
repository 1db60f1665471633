"""Checks files in child processes that can be stopped; the bot itself never holds a file's codes."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
import json
import os
import signal
import struct
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from bot.errors import CheckCutOff, CheckTooHeavy, FileProblem, PromoBotError, Unreadable
from bot.files import frames
from bot.files.frames import Kind
from bot.promo import findings
from bot.promo.findings import Checked, Hit, Options, Shape

# Given packed little-endian 64-bit fingerprints, answers which of them were loaded before.
Lookup = Callable[[bytes], Awaitable[Sequence[Hit]]]

ROOT = Path(__file__).parent.parent.parent
# What Python itself may need to start; everything else, secrets above all, stays here.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "LANG", "LC_ALL")
# glibc gives large blocks back only while this does not grow by itself: https://man7.org/linux/man-pages/man3/mallopt.3.html
_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(1 << 20)}
UNPACKED_PER_FILE_MB = 4
# A file of this size is checked beside a large one. Python and the readers alone map about 150 MB.
SMALL_FILE_BYTES = 512 * 1024
SMALL_MEMORY_MB = 350


@dataclass(frozen=True, slots=True)
class Result:
    """A finished check; `batches` can be read once. `report` are the rows left out, packed for `unpack_report`."""

    checked: Checked
    report: bytes
    batches: Callable[[], AsyncIterator[tuple[int, bytes]]]


@dataclass(frozen=True, slots=True)
class _Lane:
    """Checks that run one after another, each within `memory_mb` of address space."""

    memory_mb: int
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Checker:
    """Checks files, one large and one small at a time, each within `timeout_s` seconds and its lane's memory.

    A small file does not wait behind a large one; one that unpacks to more than the small lane holds is checked again
    in the other. With `alone_mb` there is one lane, with so much memory.
    """

    def __init__(
        self,
        *,
        fingerprint_key: bytes,
        max_codes: int,
        max_file_mb: int,
        batch_size: int,
        timeout_s: float = 60.0,
        memory_mb: int = 900,
        alone_mb: int | None = None,
    ) -> None:
        self.fingerprint_key = fingerprint_key
        self._max_codes = max_codes
        self._max_file_mb = max_file_mb
        self._batch_size = batch_size
        self._timeout_s = timeout_s
        self._large = _Lane(alone_mb or memory_mb)
        self._small = self._large if alone_mb else _Lane(min(SMALL_MEMORY_MB, memory_mb))

    @asynccontextmanager
    async def check(
        self,
        source: BinaryIO,
        name: str,
        options: Options,
        list_id: str,
        lookup: Lookup,
        *,
        known: Sequence[Shape] = (),
        today: datetime.date | None = None,
    ) -> AsyncIterator[Result]:
        """Checks the file open as `source`, within the limits until the batches are read.

        `known` are shapes of what was loaded before; without `today` no code counts as expired.
        Raises FileError, CheckCutOff.
        """
        asked = {
            "name": name,
            "options": {**dataclasses.asdict(options), "keep": sorted(options.keep)},
            "list_id": list_id,
            "known": [dataclasses.asdict(shape) for shape in known],
            "today": today.isoformat() if today else None,
        }
        small = os.fstat(source.fileno()).st_size <= SMALL_FILE_BYTES
        given = False
        for lane in (self._small, self._large) if small else (self._large,):
            try:
                async with lane.lock, self._child(source) as child, self._limits(child):
                    result = await self._talk(child, self._asked(asked, lane.memory_mb), lookup)
                    given = True
                    yield result
                return
            except CheckTooHeavy as error:
                if given or error.limit != "memory" or lane is self._large:
                    at_most = lane.memory_mb if error.limit == "memory" else round(self._timeout_s)
                    raise CheckTooHeavy(error.limit, at_most) from None
                source.seek(0)

    @asynccontextmanager
    async def _limits(self, child: asyncio.subprocess.Process) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._timeout_s):
                yield
        except TimeoutError:
            raise CheckTooHeavy("time") from None
        except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError, ValueError):
            raise await _why_it_died(child) from None

    def _asked(self, asked: Mapping[str, Any], memory_mb: int) -> bytes:
        limits = {
            "key": self.fingerprint_key.hex(),
            "max_codes": self._max_codes,
            "unpacked_at_most": UNPACKED_PER_FILE_MB * self._max_file_mb * 1024 * 1024,
            "batch_size": self._batch_size,
            "memory_mb": memory_mb,
            "cpu_s": int(self._timeout_s) + 1,
        }
        return json.dumps({**asked, **limits}).encode()

    @asynccontextmanager
    async def _child(self, source: BinaryIO) -> AsyncIterator[asyncio.subprocess.Process]:
        descriptor = source.fileno()
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.files.child",
            str(descriptor),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            pass_fds=(descriptor,),
            cwd=ROOT,
            env=_MEMORY | {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            limit=1 << 20,
        )
        try:
            yield child
        finally:
            with suppress(ProcessLookupError):
                child.kill()
            if child.stdin is not None:
                child.stdin.close()
            await child.wait()

    async def _talk(self, child: asyncio.subprocess.Process, asked: bytes, lookup: Lookup) -> Result:
        await _send(child, Kind.ASKED, asked)
        found = await _receive(child, Kind.FINGERPRINTS)
        hits = await lookup(found)
        await _send(child, Kind.HITS, frames.packed_hits(hits))
        checked = parse_checked(json.loads(await _receive(child, Kind.CHECKED)))
        report = await _receive(child, Kind.REPORT)
        return Result(checked, report, lambda: _batches(child))


async def _batches(child: asyncio.subprocess.Process) -> AsyncIterator[tuple[int, bytes]]:
    while True:
        kind, body = await _frame(child)
        if kind is Kind.END:
            return
        yield struct.unpack(">I", body[:4])[0], body[4:]


async def _send(child: asyncio.subprocess.Process, kind: Kind, body: bytes) -> None:
    if child.stdin is None:
        raise BrokenPipeError
    child.stdin.write(frames.packed(kind, body))
    await child.stdin.drain()


async def _receive(child: asyncio.subprocess.Process, wanted: Kind) -> bytes:
    kind, body = await _frame(child)
    if kind is not wanted:
        raise ValueError("the child answered out of turn")
    return body


async def _frame(child: asyncio.subprocess.Process) -> tuple[Kind, bytes]:
    if child.stdout is None:
        raise BrokenPipeError
    kind, length = frames.head(await child.stdout.readexactly(frames.HEAD_SIZE))
    body = await child.stdout.readexactly(length)
    if kind is Kind.ERROR:
        raise _error(body)
    return kind, body


def _error(body: bytes) -> FileProblem:
    from pydantic import TypeAdapter

    adapter: TypeAdapter[FileProblem] = TypeAdapter(FileProblem)
    return adapter.validate_json(body)


async def _why_it_died(child: asyncio.subprocess.Process) -> PromoBotError:
    """A child killed for its processor time, or that ran out of memory inside a library, ends without a word."""
    with suppress(TimeoutError):
        async with asyncio.timeout(2):
            await child.wait()
    if child.returncode == 1:
        # A library gave up on what it read.
        return Unreadable("damaged")
    if child.returncode in (-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP):
        return CheckCutOff()
    return CheckTooHeavy("time" if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL) else "memory")


def parse_checked(found: dict[str, Any]) -> Checked:
    """The child's answer as the domain's class."""
    from pydantic import TypeAdapter

    return TypeAdapter(findings.Checked).validate_python(found)
