"""A stand-in Slack and the bot's client for it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.stand_ins.slack.server import StandInSlack


@pytest.fixture
async def slack() -> AsyncIterator[StandInSlack]:
    """A workspace with Anna, Ben, a guest and a stranger."""
    slack = StandInSlack()
    await slack.start()
    yield slack
    await slack.stop()


@pytest.fixture
def web(slack: StandInSlack) -> AsyncWebClient:
    """The bot's client."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.base_url)
