"""A client without waiting: time moves only when somebody sleeps."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from bot.errors import PersonaClickError
from bot.personaclick.client import PersonaClick
from bot.personaclick.rate import RateLimit
from bot.promo.lists import Shop

BASE_URL = "https://api.personaclick.test"
SHOP = Shop("EU", "0d42fd8b713d0752776ca589cc0056", "0123456789abcdef0123456789abcdef")


@dataclass
class FakeTime:
    """A clock that `sleep` moves; `slept` are the pauses asked for."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def client_on(http: httpx.AsyncClient, time: FakeTime, timeout_s: float = 5.0) -> PersonaClick:
    """The client under test over `http`."""
    return PersonaClick(
        SHOP,
        http=http,
        base_url=BASE_URL,
        timeout_s=timeout_s,
        rate=RateLimit(0, clock=time.clock, sleep=time.sleep),
        sleep=time.sleep,
        clock=time.clock,
        jitter=lambda: 0.5,
        now=lambda: 1_700_000_000.0,
    )


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()


@pytest.fixture
async def personaclick(fake_time: FakeTime) -> AsyncIterator[PersonaClick]:
    async with httpx.AsyncClient() as http:
        yield client_on(http, fake_time)


def facts(error: BaseException) -> tuple[Any, ...]:
    """An error as a value: its class and its data."""
    return (type(error), *vars(error).values())


async def failure(call: Any) -> tuple[Any, ...]:
    """The error a call ends in, as a value; nothing may stand behind it, for that could carry a URL."""
    with pytest.raises(PersonaClickError) as caught:
        await call
    assert (caught.value.__context__, caught.value.__cause__) == (None, None)
    return facts(caught.value)


def give(outcome: Any) -> httpx.Response:
    """Raises an exception, returns an answer: for `side_effect`."""
    if isinstance(outcome, Exception):
        raise outcome
    assert isinstance(outcome, httpx.Response)
    return outcome
