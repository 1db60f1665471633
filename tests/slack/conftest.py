"""A stand-in Slack and the bot's client for it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import open_session, web_client
from bot.stand_ins.slack.server import StandInSlack


@pytest.fixture
async def slack() -> AsyncIterator[StandInSlack]:
    """A workspace with Anna, Ben, a guest and a stranger."""
    slack = StandInSlack()
    await slack.start()
    yield slack
    await slack.stop()


class Pauses:
    """A sleep that only takes notes."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        """Does not sleep."""
        self.taken.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    """The pauses the client takes."""
    return Pauses()


@pytest.fixture
async def web(slack: StandInSlack, pauses: Pauses) -> AsyncIterator[AsyncWebClient]:
    """The bot's client."""
    made = web_client(slack.bot_token, slack.base_url, pauses)
    async with open_session(made):
        yield made
