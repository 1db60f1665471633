"""An event loop whose time runs as fast as nobody has anything to do: minutes of waiting pass in milliseconds."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

# Work in threads (the database, sealing) ends within so long, seen on the wall.
_PATIENCE_S = 5.0


class _Selector(selectors.DefaultSelector):
    """Waits for work in threads really, and for everything else not at all."""

    passed = 0.0
    busy = 0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is not None and timeout <= 0:
            return super().select(0)
        found = super().select(_PATIENCE_S if self.busy else 0.0005)
        if not found and timeout is not None:
            self.passed += timeout
        return found


class VirtualLoop(asyncio.SelectorEventLoop):
    """Time passes only while every task waits for it."""

    def __init__(self) -> None:
        self._waits = _Selector()
        super().__init__(self._waits)

    def time(self) -> float:
        """Seconds since the loop began."""
        return self._waits.passed

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Something goes on in a thread: no time passes."""
        self._waits.busy += 1
        try:
            yield
        finally:
            self._waits.busy -= 1

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:  # type: ignore[override]
        """As usual, and no time passes meanwhile."""
        self._waits.busy += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(lambda _: self._done())
        return future

    def _done(self) -> None:
        self._waits.busy -= 1


def timeless(transaction: Callable[[], Any]) -> Callable[[], Any]:
    """A transaction of the database in which no time passes."""

    @asynccontextmanager
    async def during() -> AsyncIterator[Any]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        with loop.at_work():
            async with transaction() as connection:
                yield connection

    return during
