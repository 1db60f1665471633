"""Real `python -m bot http` processes, each the head of a process group of its own, as on a dyno."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import aiohttp

from bot.stand_ins.slack import StandInSlack
from tests.environment import between, free_port
from tests.faults.harness import Town
from tests.faults.process import SECRET_KEY

ROOT = Path(__file__).parent.parent.parent
ENDS_WITHIN_S = 25.0


def environment(place: Town, slack: StandInSlack, batch_size: int) -> dict[str, str]:
    """The settings of a bot between the two stand-ins."""
    return between(
        slack,
        place.shop,
        PERSONACLICK_TIMEOUT_S=str(place.timeout_s),
        PERSONACLICK_SETTLE_S=str(2 * place.timeout_s),
        PERSONACLICK_REQUESTS_PER_MINUTE="0",
        PERSONACLICK_BATCH_SIZE=str(batch_size),
        DATABASE_URL=place.database_url.replace("+asyncpg", ""),
        SECRET_KEY=SECRET_KEY,
        LOG_LEVEL="WARNING",
    )


class Bots:
    """So many bots on one database; Slack delivers to those that serve, in turn. `module` is what is run, in `mode`."""

    def __init__(
        self, slack: StandInSlack, settings: Mapping[str, str], module: str, log: Path, mode: str = "http"
    ) -> None:
        self._slack, self._settings, self._module, self._log, self._mode = slack, settings, module, log, mode
        self._serving: dict[asyncio.subprocess.Process, str] = {}
        self._ending: list[asyncio.subprocess.Process] = []

    @property
    def processes(self) -> list[int]:
        """The ids of those that serve."""
        return [process.pid for process in self._serving]

    async def launch(self, count: int = 1) -> None:
        """Starts so many more, and returns once they serve."""
        await asyncio.gather(*(self._launch() for _ in range(count)))

    async def kill(self, count: int, number: signal.Signals) -> None:
        """Sends a signal to the whole process groups of so many bots; new ones take their place at once."""
        for process in list(self._serving)[:count]:
            del self._serving[process]
            self._tell_slack()
            _signal(process, number)
            self._ending.append(process)
        await self.launch(count)

    async def stop(self) -> list[int]:
        """Stops all of them as a platform does; answers their exit statuses. Raises TimeoutError."""
        stopping = list(self._serving)
        self._serving.clear()
        for process in stopping:
            _signal(process, signal.SIGTERM)
        async with asyncio.timeout(ENDS_WITHIN_S + 5):
            return [await process.wait() for process in stopping]

    async def end(self) -> None:
        """Ends all of them without a word."""
        for process in [*self._serving, *self._ending]:
            _signal(process, signal.SIGKILL)
            await process.wait()

    async def ended(self) -> None:
        """Returns once every bot that was told to end has. Raises TimeoutError."""
        async with asyncio.timeout(ENDS_WITHIN_S + 5):
            for process in self._ending:
                await process.wait()

    async def _launch(self) -> None:
        port = free_port()
        with self._log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self._module, self._mode),
                cwd=ROOT,
                env={**self._settings, "PORT": str(port)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._serving[process] = ""
        if self._mode == "http":
            await self._answers(process, port)
            self._tell_slack()
        else:
            await self._slack.sockets.connected(60)

    async def _answers(self, process: asyncio.subprocess.Process, port: int) -> None:
        async with asyncio.timeout(60), aiohttp.ClientSession() as session:
            while process.returncode is None:
                with suppress(aiohttp.ClientError):
                    async with session.get(f"http://127.0.0.1:{port}/readyz"):
                        break
                await asyncio.sleep(0.1)
        if process in self._serving:
            self._serving[process] = f"http://127.0.0.1:{port}/slack/events"

    def _tell_slack(self) -> None:
        # Without any, Slack finds nobody at the last address, and tries again.
        if urls := [url for url in self._serving.values() if url]:
            self._slack.connect_http(*urls)


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
