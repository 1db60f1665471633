"""A stand-in Slack and PersonaClick, and an environment that is right."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.settings.settings import KNOWN
from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.stand_ins.slack import StandInSlack


@pytest.fixture
async def slack() -> AsyncIterator[StandInSlack]:
    """A workspace."""
    made = StandInSlack()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def shop() -> AsyncIterator[StandInPersonaClick]:
    """A shop."""
    made = StandInPersonaClick()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def right(
    slack: StandInSlack, shop: StandInPersonaClick, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> pytest.MonkeyPatch:
    """The environment of a bot in order, in a folder of its own."""
    for name in (*KNOWN, "DYNO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    values = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": "0123456789abcdef" * 2,
        "SLACK_API_URL": slack.base_url,
        "SLACK_FILE_HOSTS": slack.host,
        "PERSONACLICK_SHOP_ID": shop.shop_id,
        "PERSONACLICK_SHOP_SECRET": shop.shop_secret,
        "PERSONACLICK_API_URL": shop.base_url,
        "DATABASE_URL": "sqlite:///promo.db",
        "SECRET_KEY": "k" * 32,
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return monkeypatch
