"""Servers that lose answers, store minutes late and count late: `python -m tests.faults.late --rounds 200`.

Each round has a few uploads to one list of a shop that cuts answers, stores up to five minutes after its caller has
gone, shows counts of seconds ago, and has shoppers; the waits are those of the settings' defaults, and time is
virtual. Where an upload asks, a person answers without looking. In the end the shop's record is held against what the
cards can say: codes that are there twice though nobody sent them again knowingly, and no card tells of it, are silent.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select

from bot.errors import OutcomeUnknown
from bot.personaclick.answers import Removed
from bot.personaclick.client import PersonaClick
from bot.promo.codes import pack
from bot.promo.job import Job
from bot.promo.lifecycle import Event
from bot.promo.uploads import BatchState, State
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.store import Store
from bot.store.tables import uploads
from bot.store.uploads import NewUpload
from bot.store.vault import Vault
from bot.work.run import Timing
from bot.work.worker import Worker
from tests.faults.harness import CHECKED
from tests.faults.virtual import VirtualLoop, timeless

BEGAN = 1_800_000_000.0
TIMEOUT_S, SETTLE_S = 30.0, 90.0
# Nothing is stored later than five minutes after its POST; lists are watched for twice as long.
REST_S = 1200.0
OVER = (State.DONE, State.PARTLY_DONE)


@dataclass(frozen=True, slots=True)
class Plan:
    """One round, drawn from its seed."""

    uploads: tuple[tuple[float, int, int], ...]
    lag_s: float
    shoppers_a_second: float
    trouble: float
    settle_s: float


def plan(seed: int) -> Plan:
    """The round of this seed: (begins, batches, codes of each) of its uploads, and the shop's ways."""
    chance = random.Random(seed)
    return Plan(
        tuple(
            (chance.uniform(0, 400), chance.randint(1, 6), chance.choice([20, 500, 500, 5000]))
            for _ in range(chance.randint(1, 4))
        ),
        chance.choice([0.0, 0.0, 3.0, 12.0, 40.0]),
        chance.choice([0.0, 0.0, 0.02, 0.5, 5.0]),
        chance.choice([0.15, 0.4]),
        chance.choice([SETTLE_S, SETTLE_S, 10.0]),
    )


@dataclass
class Shop:
    """The shop as the bot's client shows it: `moments` says when each code was stored."""

    planned: Plan
    chance: random.Random
    moments: list[tuple[float, str]] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    taken: float = 0.0

    def body(self, list_id: str, codes: Sequence[str] | bytes) -> bytes:
        """What `add` gets."""
        del list_id
        return bytes(codes) if isinstance(codes, bytes) else b""

    async def acquire(self) -> None:
        """There is always a turn."""

    def try_acquire(self) -> bool:
        """There is always a turn."""
        return True

    def due_in_s(self) -> float:
        """There is always a turn."""
        return 0.0

    async def available(self, list_id: str) -> int:
        """The count of some seconds ago, less what shoppers took until then."""
        del list_id
        await asyncio.sleep(0.1)
        until = now() - self.planned.lag_s
        stored = sum(at <= until for at, _ in self.moments)
        return 10_000 + stored - int(self.planned.shoppers_a_second * max(until - BEGAN, 0))

    async def add(self, list_id: str, *, body: bytes, acquired: bool, within_s: float) -> None:
        """Stores, at once or late or never, and answers or does not."""
        del list_id, acquired
        codes = [str(code) for code in json.loads(body)]
        await asyncio.sleep(0.3)
        if self.chance.random() >= self.planned.trouble:
            self._store(codes)
            return
        match self.chance.choice(["cut before", "cut after", "late", "late", "hangs"]):
            case "cut after":
                self._store(codes)
            case "late":
                self.tasks.append(asyncio.create_task(self._store_late(codes)))
                await asyncio.sleep(within_s)
            case "hangs":
                await asyncio.sleep(within_s)
        raise OutcomeUnknown(0)

    async def remove(self, list_id: str, codes: Sequence[str]) -> Removed:
        """Nobody takes anything back here."""
        raise NotImplementedError

    def _store(self, codes: Sequence[str]) -> None:
        self.moments += [(now(), code) for code in codes]

    async def _store_late(self, codes: Sequence[str]) -> None:
        await asyncio.sleep(self.chance.uniform(10, 300))
        self._store(codes)


def now() -> float:
    """The virtual time of day."""
    return BEGAN + asyncio.get_running_loop().time()


@dataclass(frozen=True, slots=True)
class Found:
    """What became of rounds, in codes: silently lost or twice are wrong; the others are told."""

    lost: int = 0
    silent: int = 0
    told: int = 0
    false_alarms: int = 0
    asked: int = 0
    uploads: int = 0

    def __add__(self, other: Found) -> Found:
        return Found(
            self.lost + other.lost,
            self.silent + other.silent,
            self.told + other.told,
            self.false_alarms + other.false_alarms,
            self.asked + other.asked,
            self.uploads + other.uploads,
        )


class Round:
    """Some uploads to one list, until nothing more can happen."""

    def __init__(self, database: Database, seed: int) -> None:
        self._plan, self._chance = plan(seed), random.Random(-seed)
        self._shop = Shop(self._plan, random.Random(seed + 0.5))
        self._store = Store(database, Vault("k" * 32), owner="one", timeout_s=TIMEOUT_S, shop_ids={})
        timing = Timing(
            now, asyncio.sleep, TIMEOUT_S, 3600.0, self._plan.settle_s, clock=asyncio.get_running_loop().time
        )
        client = cast(PersonaClick, self._shop)
        self._worker = Worker(self._store, lambda _: client, timing, lambda _: None)
        self._batches: dict[str, list[list[str]]] = {}
        self._knowingly: set[str] = set()
        self._asked = 0

    async def run(self) -> Found:
        """What it came to."""
        running = asyncio.create_task(self._worker.run())
        await asyncio.gather(*(self._load(number, *one) for number, one in enumerate(self._plan.uploads)))
        await asyncio.sleep(REST_S)
        found = await self._found()
        await self._worker.stop(5)
        await running
        return found

    async def _load(self, number: int, begins: float, count: int, size: int) -> None:
        await asyncio.sleep(begins)
        ref = f"u{number}"
        self._batches[ref] = batches = [[f"{ref}-{at}-{n}" for n in range(size)] for at in range(count)]

        async def packed() -> AsyncIterator[tuple[int, bytes]]:
            for codes in batches:
                yield len(codes), pack(codes, range(1, len(codes) + 1))

        await self._store.uploads.create(NewUpload(ref, "C1", "U1", f"{ref}.csv", list_id="7", list_name="Spring"))
        ready = await self._store.uploads.save_checked(ref, CHECKED, b"", packed())
        await self._store.uploads.apply(ref, Event.CONFIRM, "U1", ready.version)
        self._worker.wake()
        while (upload := await self._store.uploads.get(ref)).state not in OVER:
            await asyncio.sleep(5)
            if upload.state is State.NEEDS_DECISION:
                await asyncio.sleep(self._chance.uniform(1, 200))
                await self._decide(ref)

    async def _decide(self, ref: str) -> None:
        """Somebody presses a button, without looking into the list."""
        self._asked += 1
        event = self._chance.choice([Event.SKIP, Event.SKIP, Event.SEND_AGAIN, Event.COUNT_AGAIN])
        if event is Event.SEND_AGAIN:
            for _, codes, _ in await self._store.batches.in_question(ref):
                self._knowingly.update(codes)
        await self._store.uploads.apply(ref, event, "U1")
        self._worker.wake()

    async def _found(self) -> Found:
        there = Counter(code for _, code in self._shop.moments)
        lost = silent = told = alarms = 0
        for ref, batches in self._batches.items():
            upload = await self._store.uploads.get(ref)
            sent, unknown = await self._sent(ref)
            lost += len(sent - there.keys())
            repeated = {code for codes in batches for code in codes if there[code] > 1}
            twice = sum(there[code] - 1 for code in repeated)
            knowingly = sum(there[code] - 1 for code in repeated & (self._knowingly | unknown))
            told += min(upload.surplus, twice)
            silent += twice - knowingly if twice > knowingly and not upload.surplus else 0
            alarms += upload.surplus if upload.surplus and not twice else 0
        return Found(lost, silent, told, alarms, self._asked, len(self._batches))

    async def _sent(self, ref: str) -> tuple[set[str], set[str]]:
        """The codes that the card counts as arrived, and those of which it says that nobody knows."""
        async with self._store.database.read() as connection:
            number = await connection.scalar(select(uploads.c.id).where(uploads.c.ref == ref))
        job, found = Job(int(number or 0), ref, "", "", State.SENDING), defaultdict[BatchState, set[str]](set)
        for batch in await self._store.batches.of(job):
            found[batch.state].update((await self._store.batches.codes(job, batch))[0])
        return found[BatchState.ACCEPTED], found[BatchState.UNSURE]


async def one(seed: int, url: str) -> Found:
    """One round on a fresh database."""
    database = Database(url, now=now)
    database.begin, database.read = timeless(database.begin), timeless(database.read)  # type: ignore[method-assign]
    await database.open("mark")
    try:
        return await Round(database, seed).run()
    finally:
        await database.close()


def rounds(count: int, seed: int) -> Found:
    """So many rounds, one after the other."""
    total = Found()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(seed, seed + count):
            url = f"sqlite+aiosqlite:///{Path(folder) / str(number)}.db"
            upgrade(url)
            with asyncio.Runner(loop_factory=VirtualLoop) as runner:
                found = runner.run(one(number, url))
            if found.lost or found.silent:
                print(f"seed {number}: {found} {plan(number)}", flush=True)
            total += found
    return total


def line(count: int, total: Found) -> str:
    """How it went."""
    return (
        f"{count} rounds, {total.uploads} uploads: {total.lost} codes lost, {total.silent} silently twice; "
        f"{total.told} twice and told, {total.false_alarms} told and not twice, asked {total.asked} times"
    )


def main() -> int:
    """The command line; 1 when codes were lost or doubled without a word."""
    parser = argparse.ArgumentParser(description="servers that lose answers, store late and count late")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked: Any = parser.parse_args()
    total = rounds(asked.rounds, asked.seed)
    print(line(asked.rounds, total))
    return 1 if total.lost or total.silent else 0


if __name__ == "__main__":
    sys.exit(main())
