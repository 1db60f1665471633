"""Whole process groups killed during checks and uploads: `python -m tests.faults.cards --rounds 50`.

Each round has two bots on one fresh Postgres database, between the stand-in Slack, which answers 429 now and then, and
the stand-in PersonaClick. Files are dropped and confirmed, and up to three times the process groups of one bot or of
both get SIGTERM or SIGKILL, at a moment drawn from what goes on; new bots take their place. Once everything has
settled, every card is held against the database, and the ledger against the shop's own record of every code.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from bot.promo.lifecycle import RUNNING
from bot.promo.uploads import State, Upload
from bot.stand_ins.personaclick.state import StandInList
from bot.stand_ins.slack import StandInSlack
from bot.store.tables import uploads
from tests.faults.bots import Bots, environment
from tests.faults.databases import Databases
from tests.faults.harness import Tally, Town, seen, town
from tests.faults.truth import untrue

TIMEOUT_S = 2.0
LISTS = ("Spring sale", "Welcome offer", "Birthday treat")
MOMENTS = ("any time", "any time", "a file dropped", "a card posted", "a card edited", "a code sent", "a click")
LATE_METHODS = ("chat.update", "chat.postMessage", "reactions.add", "reactions.remove", "files.info", "users.info")
# After a while of rest nobody comes back to a card: what it says then stays.
REST_S = 2.0


@dataclass(frozen=True, slots=True)
class Plan:
    """One round, drawn from its seed: files for these lists, of `size` codes each, and the moments of the kills."""

    lists: tuple[str, ...]
    size: int
    answers_after_s: float
    loses_an_answer: bool
    moments: tuple[str, ...]


def plan(seed: int) -> Plan:
    """The round of this seed."""
    chance = random.Random(seed)
    return Plan(
        lists=tuple(chance.sample(LISTS, chance.choice([1, 2, 3]))),
        size=chance.choice([120, 1200, 20_000]),
        answers_after_s=chance.choice([0.05, 0.15, 0.3]),
        loses_an_answer=chance.random() < 0.2,
        moments=tuple(chance.choice(MOMENTS) for _ in range(chance.choice([1, 2, 2, 3]))),
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of rounds: cards that do not tell the truth, files without a card, and the codes' tally."""

    untrue: tuple[str, ...] = ()
    unanswered: int = 0
    codes: Tally = Tally()
    kills: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.untrue + other.untrue,
            self.unanswered + other.unanswered,
            self.codes + other.codes,
            self.kills + other.kills,
        )

    @property
    def wrong(self) -> bool:
        """Whether anything is untrue, lost or doubled."""
        return bool(self.untrue or self.codes.wrong)


class Round:
    """Some files, dropped, confirmed, and the bots killed meanwhile."""

    def __init__(self, place: Town, slack: StandInSlack, bots: Bots, seed: int, *, late: bool) -> None:
        self._place, self._slack, self._bots = place, slack, bots
        self._plan, self._chance = plan(seed), random.Random(-seed)
        self._late = late
        self._files: dict[str, list[str]] = {}
        self._clicks = self._drops = self._unanswered = self._kills = 0

    async def run(self, within_s: float) -> Outcome:
        """What it came to."""
        self._place.shop.lists.update({name: StandInList(name, name, unique=False) for name in LISTS})
        await self._place.shop.fault("slow", self._plan.answers_after_s, methods=("POST",))
        if self._plan.loses_an_answer:
            await self._place.shop.fault("cut_after", calls=1, methods=("POST",))
        await self._bots.launch(2)
        busy = asyncio.create_task(self._turn_away())
        try:
            async with asyncio.timeout(within_s):
                await asyncio.gather(self._kill(), *(self._load(name) for name in self._plan.lists))
                busy.cancel()
                await self._bots.ended()
                await self._settled()
        except TimeoutError:
            return Outcome((f"not settled: {await self._states()}",), kills=self._kills)
        finally:
            busy.cancel()
        return await self._outcome()

    async def _turn_away(self) -> None:
        """Slack says now and then that it is too much, and where it is `late` it does and answers much of it later."""
        while True:
            await asyncio.sleep(self._chance.uniform(0.3, 3))
            for method in LATE_METHODS if self._late else ():
                if self._chance.random() < 0.5:
                    self._slack.fail(method, delay_s=self._chance.uniform(0.5, 3), times=self._chance.randint(1, 3))
            self._slack.fail("chat.update", status=429, retry_after=1)
            if self._chance.random() < 0.3:
                self._slack.fail("chat.postMessage", status=429, retry_after=1)

    async def _kill(self) -> None:
        for moment in self._plan.moments:
            with suppress(TimeoutError):
                await seen(self._after(moment), within_s=6)
            await asyncio.sleep(self._chance.uniform(0, 4.0 if moment == "any time" else 0.2))
            number = self._chance.choice([signal.SIGTERM, signal.SIGKILL])
            await self._bots.kill(self._chance.choice([1, 2]), number)
            self._kills += 1

    def _after(self, moment: str) -> Callable[[], bool]:
        """Whether the next of its kind has come."""

        def count() -> int:
            match moment:
                case "a file dropped":
                    return self._drops
                case "a card posted":
                    return len(self._slack.called("chat.postMessage"))
                case "a card edited":
                    return len(self._slack.called("chat.update"))
                case "a code sent":
                    return len(self._place.posts)
                case "a click":
                    return self._clicks
            return 1

        begun = count() if moment != "any time" else 0
        return lambda: count() > begun

    async def _load(self, name: str) -> None:
        """Drops a file and confirms its card, as often as that takes; a file that gets no card is dropped again."""
        await asyncio.sleep(self._chance.uniform(0, 2))
        codes = [f"{self._chance.getrandbits(60):012X}" for _ in range(self._plan.size)]
        upload = None
        while upload is None:
            parent = await self._slack.as_("U1").drop("C1", {f"{name}.csv": "\n".join(["code", *codes]).encode()})
            self._drops += 1
            upload = await self._taken_in(parent.files[0])
            self._unanswered += upload is None
        self._files[upload.ref] = codes
        while (upload := await self._place.uploads.get(upload.ref)).state in (State.CHECKING, State.CHECKED):
            if upload.state is State.CHECKED and upload.shown_version >= upload.version:
                await self._confirm(upload)
            await asyncio.sleep(0.2)

    async def _taken_in(self, file_id: str) -> Upload | None:
        with suppress(TimeoutError):
            async with asyncio.timeout(90):
                while True:
                    async with self._place.database.read() as connection:
                        query = select(uploads.c.ref).where(uploads.c.file_id == file_id)
                        ref = await connection.scalar(query)
                    if ref is not None:
                        return await self._place.uploads.find(ref)
                    await asyncio.sleep(0.1)
        return None

    async def _confirm(self, upload: Upload) -> None:
        """Presses *Upload*, once or twice, with each click at another bot."""
        card = self._slack.workspace.message(upload.channel, upload.card_ts)
        if card is None:
            return
        times = self._chance.choice([1, 1, 2])
        person = self._slack.as_("U1")
        self._clicks += 1
        # A card that has just changed has no such button any more.
        with suppress(AssertionError):
            await asyncio.gather(*(person.click(card, "upload_confirm") for _ in range(times)))

    async def _states(self) -> dict[str, tuple[str, int, int]]:
        found = [await self._place.uploads.find(ref) for ref in await self._refs()]
        return {one.ref: (one.state, one.version, one.shown_version) for one in found if one is not None}

    async def _refs(self) -> list[str]:
        async with self._place.database.read() as connection:
            return list(await connection.scalars(select(uploads.c.ref)))

    async def _settled(self) -> None:
        """Returns once nothing is under way, every card is shown, and Slack hears nothing more for a while."""
        quiet, calls = 0.0, -1
        while quiet < REST_S:
            await asyncio.sleep(0.25)
            states = (await self._states()).values()
            rests = all(state not in (*RUNNING, State.CHECKING) and shown >= now for state, now, shown in states)
            heard = len(self._slack.calls)
            quiet = quiet + 0.25 if rests and heard == calls else 0.0
            calls = heard

    async def _outcome(self) -> Outcome:
        wrong: list[str] = []
        tally = Tally()
        for ref in await self._refs():
            upload = await self._place.uploads.get(ref)
            wrong += untrue(upload, self._slack)
            if ref in self._files:
                tally += await self._place.exactly_once(upload, upload.list_id, [self._files[ref]])
        return Outcome(tuple(wrong), self._unanswered, tally, self._kills)


@asynccontextmanager
async def workspace() -> AsyncIterator[StandInSlack]:
    """A Slack that sends an event again for half a minute."""
    slack = StandInSlack(retry_after_s=(0.2, 0.5, 1, 2, 2, 2, 3, 3, 5, 5, 5))
    await slack.start()
    try:
        yield slack
    finally:
        await slack.stop()


async def rounds(
    count: int, seed: int, at_once: int, *, module: str = "bot", within_s: float = 240, late: bool = False
) -> Outcome:
    """So many rounds, some at a time."""
    turns, making, total = asyncio.Semaphore(at_once), asyncio.Lock(), Outcome()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        databases = await asyncio.to_thread(Databases, folder)

        async def turn(number: int) -> Outcome:
            async with turns:
                async with making:
                    url = await asyncio.to_thread(databases.make, 2 * number)
                log = Path(folder) / f"{number}.log"
                async with town(url, TIMEOUT_S) as place, workspace() as slack:
                    bots = Bots(slack, environment(place, slack, max(plan(number).size // 8, 20)), module, log)
                    try:
                        found = await Round(place, slack, bots, number, late=late).run(within_s)
                    finally:
                        await bots.end()
                for words in found.untrue:
                    print(f"seed {number}: {words}", flush=True)
                if "Traceback" in (said := log.read_text()):
                    print(f"seed {number}: {said[max(said.index('Traceback') - 200, 0) :][:3000]}", flush=True)
                return found

        try:
            for finished in asyncio.as_completed([turn(seed + number) for number in range(count)]):
                total += await finished
        finally:
            await asyncio.to_thread(databases.drop)
    return total


def line(count: int, total: Outcome) -> str:
    """How it went."""
    codes, untold = total.codes, f", {total.codes.untold} told wrongly" if total.codes.untold else ""
    return (
        f"{count} rounds, {total.kills} kills: {len(total.untrue)} untrue cards, {codes.lost} lost, "
        f"{codes.twice} twice{untold}, asked {codes.asked} times, {total.unanswered} files dropped again"
    )


def main() -> int:
    """The command line; 1 when a card is untrue or a code was not dealt with exactly."""
    parser = argparse.ArgumentParser(description="kills process groups of bots, and holds their cards to the truth")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parallel", type=int, default=3)
    parser.add_argument("--hurried", action="store_true", help="give up what a dead process held within seconds")
    parser.add_argument("--late", action="store_true", help="a Slack that does and answers much of it 0.5 to 3 s later")
    asked = parser.parse_args()
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    module = "tests.faults.hurried" if asked.hurried else "bot"
    total = asyncio.run(rounds(asked.rounds, asked.seed, asked.parallel, module=module, late=asked.late))
    print(line(asked.rounds, total))
    return 1 if total.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
