"""A stand-in with two small lists on a real socket, and the real client in front of it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from bot.personaclick.client import PersonaClick
from bot.personaclick.exchange import http_client
from bot.personaclick.rate import RateLimit
from bot.promo.lists import Shop
from bot.stand_ins.personaclick import StandInList, StandInPersonaClick, control


def two_lists() -> list[StandInList]:
    spring, vip = StandInList("100500", "Spring sale"), StandInList("vip", "VIP birthday")
    spring.add(["s1", "s2", "s3"])
    spring.received = 0
    return [spring, vip]


@pytest.fixture
async def stand_in() -> AsyncIterator[StandInPersonaClick]:
    made = StandInPersonaClick(make_lists=two_lists)
    made.add_routes(control.routes(made))
    await made.start(control_port=0)
    yield made
    await made.stop()


@pytest.fixture
async def http(stand_in: StandInPersonaClick) -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(stand_in.base_url) as client:
        yield client


Connect = Callable[..., PersonaClick]


@pytest.fixture
def connect(stand_in: StandInPersonaClick, http: httpx.AsyncClient) -> Connect:
    """Makes a client; `timeout_s` and `secret` may be chosen."""

    async def no_sleep(_: float) -> None:
        return None

    def make(timeout_s: float = 5.0, secret: str = stand_in.shop_secret) -> PersonaClick:
        return PersonaClick(
            Shop("", stand_in.shop_id, secret),
            http=http,
            base_url=stand_in.base_url,
            timeout_s=timeout_s,
            rate=RateLimit(0, clock=time.monotonic, sleep=no_sleep),
            sleep=no_sleep,
        )

    return make
