"""kill -9 at random points of uploads: `python -m tests.faults.kill --rounds 200`.

Each round sends an upload to a shop that is slow, loses answers, refuses codes or has shoppers. Its process is killed,
up to three times, at a moment drawn from its whole life, and another one takes over; SQLite and Postgres take turns.
Then the shop's own record is held against the ledger. Where the upload asks, a person who knows what the shop has
answers, and it has to end exactly, too. The last line but one says in which moments the kills really fell.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from bot.promo.lifecycle import Event
from bot.promo.uploads import BatchState, Question, Settling, State, Upload
from tests.faults.databases import Databases
from tests.faults.harness import AT_REST, Tally, Town, seen, some, town

TIMEOUT_S = 0.6
# What goes wrong at the shop, once, beside the kills.
FAULTS = ("", "", "cut_before", "cut_after", "error_after", "error_before", "late", "refuse_codes", "refuse_codes")
LOST_ANSWERS = FAULTS[2:7]


@dataclass(frozen=True, slots=True)
class Plan:
    """One round, drawn from its seed: the upload, the shop's mood, and the moments of the kills."""

    ref: str
    batches: list[list[str]]
    available: int
    latency: tuple[str, float]
    fault: str
    hit: str
    shoppers: bool
    moments: list[str]


def plan(seed: int) -> Plan:
    """The round of this seed."""
    chance = random.Random(seed)
    ref = f"r{seed}-{uuid.uuid4().hex[:6]}"
    batches = some(ref, batches=chance.randint(2, 6), size=chance.choice([40, 60, 200]))
    fault = chance.choice(FAULTS)
    moments = ["any time", "sending committed", "in a POST", "stored", "answered"]
    moments += ["settling"] * 3 if fault in LOST_ANSWERS else ["refused"] * 5 if fault == "refuse_codes" else []
    return Plan(
        ref,
        batches,
        chance.choice([0, 300]),
        # With `late` the shop carries on with what a dead process had asked for, with `slow` it does not.
        (chance.choice(["slow", "late"]), chance.choice([0.02, 0.05, 0.1, 0.2])),
        fault,
        chance.choice(chance.choice(batches)),
        chance.random() < 0.3,
        [chance.choice(moments) for _ in range(chance.choice([1, 1, 2, 3]))],
    )


class Round:
    """One upload, killed as planned."""

    def __init__(self, place: Town, planned: Plan, seed: int) -> None:
        self._place, self._plan, self._chance = place, planned, random.Random(-seed)
        self.moments: Counter[str] = Counter()

    async def run(self) -> Tally:
        """What became of its codes."""
        place, planned = self._place, self._plan
        place.add_list(planned.ref, planned.available)
        await place.queue(planned.ref, planned.ref, planned.batches)
        await self._spoil()
        shoppers = asyncio.create_task(self._shop()) if planned.shoppers else None
        async with place.nudged():
            process = await place.launch()
            for moment in planned.moments:
                await self._wait_for(moment)
                await place.kill(process)
                self.moments[await self._where()] += 1
                process = await place.launch()
            ended = await self._end()
        if shoppers is not None:
            shoppers.cancel()
        return ended

    async def _spoil(self) -> None:
        shop, planned = self._place.shop, self._plan
        kind, seconds = planned.latency
        await shop.fault(kind, seconds, methods=("POST",))
        if planned.fault == "refuse_codes":
            await shop.fault("refuse_codes", planned.hit)
        elif planned.fault == "late":
            await shop.fault("late", TIMEOUT_S * 1.5, calls=1, methods=("POST",))
        elif planned.fault:
            await shop.fault(planned.fault, calls=1, methods=("POST",))

    async def _shop(self) -> None:
        while True:
            self._place.shop.take(self._plan.ref, self._chance.randint(0, 1))
            await asyncio.sleep(0.2)

    async def _wait_for(self, moment: str) -> None:
        """Waits for the moment, and a random bit of its length; a moment that does not come passes."""
        posts, chance = self._place.posts, self._chance
        begun = len(posts)
        after = begun + chance.randint(0, 2)
        # While it lasts: the latency of a POST, the 1.2 s of quiet before settling, a commit or two.
        happens, lasts = {
            "any time": (lambda: True, 1.5),
            "sending committed": (lambda: len(posts) > after, 0.0),
            "in a POST": (lambda: len(posts) > after, self._plan.latency[1]),
            "stored": (lambda: sum(one.stored for one in posts) > after, 0.004),
            "answered": (lambda: sum(one.answered for one in posts) > after, 0.03),
            "settling": (self._settling(), 1.2),
            "refused": (lambda: any(one.status == 400 for one in posts[begun:]), 0.3),
        }[moment]
        resting = asyncio.create_task(self._place.until(self._plan.ref, within_s=15))
        coming = asyncio.create_task(seen(happens, within_s=15))
        await asyncio.wait([resting, coming], return_when=asyncio.FIRST_COMPLETED)
        for task in (resting, coming):
            task.cancel()
        await asyncio.gather(resting, coming, return_exceptions=True)
        await asyncio.sleep(chance.uniform(0, lasts))

    def _settling(self) -> Callable[[], bool]:
        """Whether an answer was lost: a POST that was not answered well, and nothing new after it for a while."""
        posts, loop = self._place.posts, asyncio.get_running_loop()
        last, since = len(posts), loop.time()

        def happens() -> bool:
            nonlocal last, since
            if len(posts) != last:
                last, since = len(posts), loop.time()
            return bool(posts) and posts[-1].status != 200 and loop.time() - since > 0.5

        return happens

    async def _where(self) -> str:
        """In which part of the upload's life it was killed, by what the dead process left behind."""
        upload, ledger = await self._place.uploads.get(self._plan.ref), await self._place.ledger(self._plan.ref)
        by_state = Counter(batch.state for batch in ledger)
        posts = self._place.posts
        if upload.state in AT_REST:
            return "after the end"
        if by_state[BatchState.SENDING]:
            if isinstance(upload.notice, Settling):
                return "settling"
            stored = sum(one.stored for one in posts)
            if stored > sum(batch.state is BatchState.ACCEPTED for batch in ledger):
                return "stored, not yet noted"
            return "halving" if any(batch.part for batch in ledger) else "in a POST"
        if upload.state is State.QUEUED or not posts:
            return "before the first POST"
        return "between two POSTs" if by_state[BatchState.PENDING] else "before the end"

    async def _end(self) -> Tally:
        """Waits until the upload rests; where it asks, the truth is counted, told to it, and counted once more."""
        place, planned = self._place, self._plan
        upload = await place.until(planned.ref, within_s=90)
        total = await place.exactly_once(upload, planned.ref, planned.batches)
        while upload.state is State.NEEDS_DECISION and not total.wrong:
            upload = await self._decide(upload)
            ended = await place.exactly_once(upload, planned.ref, planned.batches)
            total = Tally(ended.lost, ended.twice, ended.untold, total.asked + ended.asked)
        return total

    async def _decide(self, upload: Upload) -> Upload:
        place, ref = self._place, self._plan.ref
        assert isinstance(upload.notice, Question)
        event = Event.SKIP if await place.arrived(ref, ref) else Event.SEND_AGAIN
        await place.uploads.apply(ref, event, "U1", upload.version)
        return await place.until(ref, within_s=90)


async def rounds(count: int, seed: int, at_once: int) -> tuple[Tally, Counter[str]]:
    """So many rounds, some at a time: what became of the codes, and where the kills fell."""
    turns, making = asyncio.Semaphore(at_once), asyncio.Lock()
    total, moments, done = Tally(), Counter[str](), 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        databases = await asyncio.to_thread(Databases, folder)

        async def turn(number: int) -> tuple[Tally, Counter[str]]:
            async with turns:
                async with making:
                    url = await asyncio.to_thread(databases.make, number)
                async with town(url, TIMEOUT_S) as place:
                    one = Round(place, plan(seed + number), seed + number)
                    tally = await one.run()
                if tally.wrong:
                    print(f"seed {seed + number}, {url.partition('+')[0]}: {tally}", flush=True)
                return tally, one.moments

        try:
            for finished in asyncio.as_completed([turn(number) for number in range(count)]):
                tally, kills = await finished
                total, done = total + tally, done + 1
                moments.update(kills)
                if done % 20 == 0 and done < count:
                    print(line(done, total), flush=True)
        finally:
            await asyncio.to_thread(databases.drop)
    return total, moments


def line(done: int, total: Tally) -> str:
    """How it stands."""
    untold = f", {total.untold} told wrongly" if total.untold else ""
    return f"{done} rounds: {total.lost} lost, {total.twice} twice{untold}, asked {total.asked} times"


def main() -> int:
    """The command line; 1 when a code was not dealt with exactly."""
    parser = argparse.ArgumentParser(description="kill -9 at random points of uploads")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parallel", type=int, default=4)
    asked = parser.parse_args()
    # The stand-in's server reports every caller that died in the middle of a request.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    total, moments = asyncio.run(rounds(asked.rounds, asked.seed, asked.parallel))
    print("killed " + ", ".join(f"{moment}: {times}" for moment, times in moments.most_common()))
    print(line(asked.rounds, total))
    return 1 if total.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
