"""The child process that reads a dropped file: it may be hostile, so time and memory are limited from the start.

Speaks frames: ASKED in, FINGERPRINTS out, HITS in, then CHECKED, REPORT, each BATCH and END out; or ERROR at any time.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import resource
import signal
import struct
import sys
import zlib
from typing import IO, Any

from bot.errors import CheckTooHeavy, FileError
from bot.files import frames
from bot.files.check import Check, begin
from bot.files.frames import Kind
from bot.files.result import batches, finish
from bot.promo.findings import Checked, Options, Shape
from bot.promo.findings import Kind as Trouble
from bot.promo.fingerprints import fingerprints

_ROWS_AT_ONCE = 10_000


def main() -> None:
    """Checks one file, whose descriptor number is the only argument."""
    # A dyno that stops, or Ctrl-C, signals every process; the parent decides what becomes of the check.
    # https://devcenter.heroku.com/articles/dynos#shutdown
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    source = int(sys.argv[1])
    into, out = sys.stdin.buffer, sys.stdout.buffer
    try:
        _run(source, into, out)
    except MemoryError:
        _fail(out, CheckTooHeavy("memory"))
    except FileError as error:
        _fail(out, error)


def _run(source: int, into: IO[bytes], out: IO[bytes]) -> None:
    _, body = frames.read(into)
    asked = json.loads(body)
    _limit(asked["memory_mb"], asked["cpu_s"])
    with os.fdopen(source, "rb") as file:
        content = file.read()
    limits = {"max_codes": asked["max_codes"], "unpacked_at_most": asked["unpacked_at_most"]}
    today = datetime.date.fromisoformat(asked["today"]) if asked["today"] else None
    options = _options(asked["options"])
    check = begin(content, asked["name"], options, **limits, known=[*map(_shape, asked["known"])], today=today)
    del content
    frames.write(out, Kind.FINGERPRINTS, fingerprints(bytes.fromhex(asked["key"]), check.codes))
    _, body = frames.read(into)
    hits = frames.hits(body)
    _answer(out, check, finish(check, hits, asked["list_id"]), asked["batch_size"])


def _answer(out: IO[bytes], check: Check, checked: Checked, batch_size: int) -> None:
    frames.write(out, Kind.CHECKED, json.dumps(dataclasses.asdict(checked), default=sorted).encode())
    frames.write(out, Kind.REPORT, _report(check.left_out))
    for count, packed in batches(check, batch_size):
        frames.write(out, Kind.BATCH, struct.pack(">I", count) + packed)
    frames.write(out, Kind.END)


def _report(left_out: list[tuple[int, str, str]]) -> bytes:
    """The rows left out, by row, as packed JSON that is never whole in memory."""
    left_out.sort()
    packer, parts = zlib.compressobj(1), []
    for start in range(0, len(left_out), _ROWS_AT_ONCE):
        rows = json.dumps(left_out[start : start + _ROWS_AT_ONCE], ensure_ascii=False)
        parts.append(packer.compress(f"{',' if start else '['}{rows[1:-1]}".encode()))
    return b"".join([*parts, packer.compress(b"]"), packer.flush()]) if left_out else b""


def _limit(memory_mb: int, cpu_s: int) -> None:
    memory = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def _shape(found: dict[str, Any]) -> Shape:
    counts = {name: tuple(map(tuple, found[name])) for name in ("prefixes", "lengths", "alphabets")}
    return Shape(**counts, codes=found["codes"])


def _options(found: dict[str, Any]) -> Options:
    return Options(**{**found, "keep": frozenset(Trouble(one) for one in found["keep"])})


def _fail(out: IO[bytes], error: FileError) -> None:
    frames.write(out, Kind.ERROR, json.dumps(vars(error)).encode())


if __name__ == "__main__":
    main()
