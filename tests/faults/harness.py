"""Processes to kill, a shop that keeps a truthful record, and the count of what was lost or sent twice."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bot.promo.codes import pack
from bot.promo.findings import Checked, Layout, Shape
from bot.promo.job import Job
from bot.promo.lifecycle import Event
from bot.promo.steps import Batch
from bot.promo.uploads import BatchState, State, Upload
from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.stand_ins.personaclick.state import Post, StandInList
from bot.store.database import Database
from bot.store.store import Store
from bot.store.tables import uploads
from bot.store.uploads import NewUpload
from bot.store.vault import Vault
from tests.faults.process import SECRET_KEY, SHOP

ROOT = Path(__file__).parent.parent.parent
AT_REST = (State.DONE, State.PARTLY_DONE, State.NEEDS_DECISION, State.PAUSED)
CHECKED = Checked(0, 0, (), (), (), Layout("csv"), Shape((), (), (), 0), "")


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of uploads' codes: `asked` counts the uploads that wait for a person, all else must be 0.

    `lost` are codes the ledger counts as accepted, or does not know any more, and the shop never got; `twice` those the
    shop got again; `untold` those it got though the ledger says that they were refused or not sent yet.
    """

    lost: int = 0
    twice: int = 0
    untold: int = 0
    asked: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.lost + other.lost, self.twice + other.twice, self.untold + other.untold, self.asked + other.asked
        )

    @property
    def wrong(self) -> int:
        """How many codes were not dealt with exactly."""
        return self.lost + self.twice + self.untold


EXACT = Tally()


@dataclass
class Town:
    """A shop, a database, and the processes that work between them."""

    database_url: str
    timeout_s: float
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shop = StandInPersonaClick(
            make_lists=list, shop_id=SHOP.shop_id, shop_secret=SHOP.shop_secret, unique=False
        )
        self.database = Database(self.database_url)
        store = Store(self.database, Vault(SECRET_KEY), owner="nobody", timeout_s=1, shop_ids={SHOP.name: SHOP.shop_id})
        self.uploads, self._batches = store.uploads, store.batches

    @property
    def posts(self) -> list[Post]:
        """Every POST the shop ever got."""
        return self.shop.record.posts

    async def launch(self) -> asyncio.subprocess.Process:
        """A new process that sends uploads."""
        made = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.process", self.database_url, self.shop.base_url),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "TIMEOUT_S": str(self.timeout_s)},
        )
        self.processes.append(made)
        return made

    async def process(self) -> asyncio.subprocess.Process:
        """A new process, once it works."""
        made = await self.launch()
        assert made.stdout is not None
        async with asyncio.timeout(30):
            assert await made.stdout.readline() == b"ready\n"
        return made

    def wake(self) -> None:
        """Every process looks at its queue now, as after a click."""
        for process in self.processes:
            if process.returncode is None and process.stdin is not None and not process.stdin.is_closing():
                process.stdin.write(b"\n")

    @asynccontextmanager
    async def nudged(self) -> AsyncIterator[None]:
        """Every process looks at its queue often meanwhile, so that a test need not wait for its own pace."""

        async def nudge() -> None:
            while True:
                await asyncio.sleep(0.5)
                self.wake()

        nudging = asyncio.create_task(nudge())
        try:
            yield
        finally:
            nudging.cancel()

    async def kill(self, process: asyncio.subprocess.Process) -> None:
        """Ends a process without a word."""
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()

    def add_list(self, list_id: str, available: int = 0) -> StandInList:
        """One more list in the shop."""
        made = StandInList(list_id, f"List {list_id}", unique=False)
        made.add(f"OLD-{list_id}-{n}" for n in range(available))
        self.shop.lists[list_id] = made
        return made

    async def queue(self, ref: str, list_id: str, batches: Sequence[Sequence[str]]) -> None:
        """An upload, confirmed."""

        async def packed() -> AsyncIterator[tuple[int, bytes]]:
            for codes in batches:
                yield len(codes), pack(codes, range(1, len(codes) + 1))

        await self.uploads.create(NewUpload(ref, "C1", "U1", f"{ref}.csv", list_id=list_id, list_name=list_id))
        ready = await self.uploads.save_checked(ref, CHECKED, b"", packed())
        await self.uploads.apply(ref, Event.CONFIRM, "U1", ready.version)

    async def until(self, ref: str, *states: State, within_s: float = 60) -> Upload:
        """The upload once it is at rest, or in one of these states."""
        async with asyncio.timeout(within_s):
            while True:
                with suppress(DBAPIError, OSError):
                    upload = await self.uploads.get(ref)
                    if upload.state in (states or AT_REST):
                        return upload
                await asyncio.sleep(0.05)

    async def job(self, ref: str) -> Job:
        """The upload as its ledger is asked about it."""
        async with self.database.read() as connection:
            number = await connection.scalar(select(uploads.c.id).where(uploads.c.ref == ref))
        assert number is not None
        return Job(number, ref, "", "", State.SENDING)

    async def ledger(self, ref: str) -> list[Batch]:
        """The upload's batches as the database has them."""
        return await self._batches.of(await self.job(ref))

    async def arrived(self, ref: str, list_id: str) -> bool:
        """Whether the batch in question arrived, as only the shop knows."""
        job, there = await self.job(ref), set(self.shop.codes(list_id))
        asked = [one for one in await self._batches.of(job) if one.state is BatchState.UNSURE and not one.decided]
        codes, _ = await self._batches.codes(job, asked[0])
        return codes[0] in there

    async def exactly_once(self, upload: Upload, list_id: str, batches: Sequence[Sequence[str]]) -> Tally:
        """Holds the ledger of an upload at rest against the shop's own record of every code."""
        arrived = Counter(self.shop.codes(list_id))
        unknown = {code for batch in batches for code in batch}
        lost = untold = 0
        job = await self.job(upload.ref)
        for batch in await self._batches.of(job):
            codes, _ = await self._batches.codes(job, batch)
            unknown.difference_update(codes)
            there = sum(code in arrived for code in codes)
            match batch.state:
                case BatchState.ACCEPTED:
                    lost += len(codes) - there
                case BatchState.PENDING | BatchState.REFUSED:
                    untold += there
                case BatchState.SENDING:
                    lost += len(codes)
                case BatchState.UNSURE:
                    # All of it or nothing: that is what the card says and a person decides.
                    lost += len(codes) - there if there else 0
        return Tally(
            lost=lost + len(unknown),
            twice=sum(count - 1 for count in arrived.values()),
            untold=untold,
            asked=int(upload.state is State.NEEDS_DECISION),
        )


async def seen(happens: Callable[[], bool], within_s: float = 20) -> None:
    """Returns as soon as it happens. Raises TimeoutError."""
    async with asyncio.timeout(within_s):
        while not happens():
            await asyncio.sleep(0.002)


def some(ref: str, batches: int, size: int) -> list[list[str]]:
    """Batches of codes that are nobody else's."""
    return [[f"{ref}-{number}-{n}" for n in range(size)] for number in range(batches)]


def all_of(batches: Sequence[Sequence[str]]) -> list[str]:
    """Their codes in order."""
    return [code for batch in batches for code in batch]


@asynccontextmanager
async def town(database_url: str, timeout_s: float = 0.8) -> AsyncIterator[Town]:
    """A town that is cleared away at the end."""
    made = Town(database_url, timeout_s)
    await made.shop.start()
    try:
        yield made
    finally:
        for process in made.processes:
            await made.kill(process)
        await made.shop.stop()
        await made.database.close()
