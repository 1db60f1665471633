"""Two bots that watch lists, killed in turn: `python -m tests.faults.watching --minutes 60 --rounds 5`.

Each round has two bots on one fresh Postgres database; their time runs 60 times as fast, or as is said. Lists get low,
run dry and are refilled while a bot's whole process group gets SIGTERM or SIGKILL every few minutes and a new one takes
its place. In the end no moment was read twice, every incident has one message, and every digest that was due came once.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from sqlalchemy import select

from bot.stand_ins.personaclick.state import StandInList
from bot.stand_ins.slack import StandInSlack
from bot.store.alert_messages import POSTING_S
from bot.store.digests import POSTING_S as DIGEST_S
from bot.store.digests import Digest, Digests
from bot.store.watching import alert_messages, alerts, digests, readings
from bot.work.readings import LEASE_S
from tests.faults.bots import Bots, environment
from tests.faults.cards import workspace
from tests.faults.databases import Databases
from tests.faults.harness import Town, town
from tests.faults.quick import quick

MINUTE_S = 60.0
READING_S = 5 * MINUTE_S
ALERTS, REPORTS = "C2", ("C1", "C3")
LISTS = tuple(f"L{number}" for number in range(6))
TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of rounds, and what was wrong, in words."""

    wrong: tuple[str, ...] = ()
    kills: int = 0
    readings: int = 0
    alerts: int = 0
    digests: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.wrong + other.wrong,
            self.kills + other.kills,
            self.readings + other.readings,
            self.alerts + other.alerts,
            self.digests + other.digests,
        )


class Round:
    """So many minutes of two bots; `every_s` is the usual time between two kills, on the wall."""

    def __init__(self, place: Town, slack: StandInSlack, bots: Bots, seed: int, since: float, speed: float) -> None:
        self._place, self._slack, self._bots = place, slack, bots
        self._chance = random.Random(seed)
        self._speed = speed
        self._now = quick(speed, since).now
        self._kills = 0

    async def run(self, minutes: float, every_s: float) -> Outcome:
        """What it came to."""
        lists = {name: StandInList(name, name, unique=False) for name in LISTS}
        for one in lists.values():
            one.add(f"{one.id}-{number}" for number in range(900))
        self._place.shop.lists.update(lists)
        await self._bots.launch(2)
        await self._order_digests(minutes)
        ends = self._now() + minutes * MINUTE_S
        shopping = asyncio.create_task(self._shop())
        try:
            while self._now() < ends:
                await asyncio.sleep(self._chance.uniform(0.5, 1.5) * every_s)
                await self._bots.kill(1, self._chance.choice([signal.SIGTERM, signal.SIGKILL]))
                self._kills += 1
        finally:
            shopping.cancel()
        # Whatever a killed bot held is taken over within these times.
        await asyncio.sleep((max(LEASE_S, POSTING_S, DIGEST_S) + 2 * READING_S) / self._speed)
        assert set(await self._bots.stop()) == {0}
        return await self._outcome()

    async def _order_digests(self, minutes: float) -> None:
        store = Digests(self._place.database.by(self._now))
        for channel in REPORTS:
            due = self._now() + self._chance.uniform(0.2, 0.8) * minutes * MINUTE_S
            # The next one after it is a day later.
            await store.set(Digest(channel, tuple(range(7)), 0, 0, "UTC", "U1", due))

    async def _shop(self) -> None:
        """Lists lose codes at different paces, and are refilled some time after they are low."""
        rates = {name: self._chance.uniform(5, 60) for name in LISTS}
        refill_at = dict.fromkeys(LISTS, 0.0)
        while True:
            await asyncio.sleep(0.25)
            for name, rate in rates.items():
                self._place.shop.take(name, round(rate * 0.25))
                one = self._place.shop.lists[name]
                if one.available < 300 and not refill_at[name]:
                    refill_at[name] = self._now() + self._chance.uniform(10, 30) * MINUTE_S
                if refill_at[name] and self._now() > refill_at[name]:
                    refill_at[name] = 0.0
                    one.add(f"{name}-{self._chance.random()}" for _ in range(2_000))

    async def _outcome(self) -> Outcome:
        async with self._place.database.read() as connection:
            moments = sorted(await connection.scalars(select(readings.c.at)))
            told = (await connection.execute(select(alert_messages))).all()
            incidents = (await connection.execute(select(alerts))).all()
            reports = (await connection.execute(select(digests))).all()
        wrong = [
            f"read {after - before:.0f} s apart"
            for before, after in pairwise(moments)
            if after - before < 0.9 * READING_S
        ]
        longest = max((after - before for before, after in pairwise(moments)), default=0.0)
        if longest > LEASE_S + 2 * READING_S + 60 * TIMEOUT_S:
            wrong.append(f"not read for {longest:.0f} s")
        roots = {channel: self._roots(channel) for channel in (ALERTS, *REPORTS)}
        known = Counter(row.ts for row in told if row.ts)
        wrong += [f"alert {ts} is of no message that is known" for ts in roots[ALERTS] if known[ts] != 1]
        wrong += [f"alert {row.id} was never posted" for row in incidents if not row.closed_at and not row.message_id]
        wrong += [
            f"{len(roots[row.channel])} digests in {row.channel}"
            for row in reports
            if len(roots[row.channel]) != 1 or row.next_at <= self._now()
        ]
        count = sum(len(roots[channel]) for channel in REPORTS)
        return Outcome(tuple(wrong), self._kills, len(moments), len(incidents), count)

    def _roots(self, channel: str) -> list[str]:
        return [one.ts for one in self._slack.messages(channel) if one.is_bot and not one.thread_ts]


async def rounds(count: int, seed: int, *, minutes: float = 60.0, every_s: float = 4.0, speed: float = 60.0) -> Outcome:
    """So many rounds, one after the other."""
    total = Outcome()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        databases = await asyncio.to_thread(Databases, folder)
        try:
            for number in range(seed, seed + count):
                url = await asyncio.to_thread(databases.make, 2 * number)
                log = Path(folder) / f"{number}.log"
                async with town(url, TIMEOUT_S) as place, workspace() as slack:
                    since = time.time()
                    settings = environment(place, slack, 100) | {
                        "ALERTS_CHANNEL": ALERTS,
                        "READING_EVERY_MINUTES": str(READING_S / MINUTE_S),
                        "SPEED": str(speed),
                        "SINCE": str(since),
                    }
                    bots = Bots(slack, settings, "tests.faults.quick", log)
                    try:
                        found = await Round(place, slack, bots, number, since, speed).run(minutes, every_s)
                    finally:
                        await bots.end()
                if "Traceback" in (said := log.read_text()):
                    found += Outcome((said[said.index("Traceback") - 200 :][:3000],))
                for words in found.wrong:
                    print(f"seed {number}: {words}", flush=True)
                total += found
        finally:
            await asyncio.to_thread(databases.drop)
    return total


def main() -> int:
    """The command line; 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description="kills bots that watch lists, and counts what they read and say")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    total = asyncio.run(rounds(asked.rounds, asked.seed, minutes=asked.minutes))
    print(
        f"{asked.rounds} rounds, {total.kills} kills, {total.readings} readings, {total.alerts} alerts, "
        f"{total.digests} digests: {len(total.wrong)} wrong"
    )
    return 1 if total.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
