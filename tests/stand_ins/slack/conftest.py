"""A stand-in Slack, and a small real Bolt app behind it over HTTP or over Socket Mode."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.stand_ins.slack import StandInSlack
from tests.stand_ins.slack.small_bot import SmallBot


class Clock:
    """Unix seconds that move only when told."""

    def __init__(self) -> None:
        self.now = 1_760_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[StandInSlack]:
    made = StandInSlack(clock=clock, retry_after_s=(0.01, 0.02, 0.03))
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def web(slack: StandInSlack) -> AsyncWebClient:
    """The real SDK, without its own retries."""
    return AsyncWebClient(slack.bot_token, base_url=slack.base_url, timeout=5, retry_handlers=[])


@pytest.fixture(params=["http", "socket"])
async def bot(slack: StandInSlack, request: pytest.FixtureRequest) -> AsyncIterator[SmallBot]:
    """The small bot, once over HTTP and once over Socket Mode."""
    made = SmallBot(slack)
    if request.param == "http":
        slack.connect_http(await made.serve())
    else:
        await made.connect(slack.app_token)
        await slack.sockets.connected()
    yield made
    await made.close()


@pytest.fixture
async def http_bot(slack: StandInSlack) -> AsyncIterator[SmallBot]:
    made = SmallBot(slack)
    slack.connect_http(await made.serve())
    yield made
    await made.close()


@pytest.fixture
async def socket_bot(slack: StandInSlack) -> AsyncIterator[SmallBot]:
    made = SmallBot(slack)
    await made.connect(slack.app_token)
    await slack.sockets.connected()
    yield made
    await made.close()
