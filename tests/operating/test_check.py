"""`check`: what is wrong is named with its fix, nothing is sent, made or used up."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.operating.check import every_line
from bot.operating.check_slack import _clock
from bot.operating.lines import Mark, status
from bot.settings.settings import KNOWN
from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.stand_ins.slack import StandInSlack

NOBODY = "http://127.0.0.1:9"


async def test_a_bot_in_order(
    right: pytest.MonkeyPatch, slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path
) -> None:
    """When all is well every line says so and the status is 0; no file is made, nothing is posted, no code is used."""
    right.setenv("ALERTS_CHANNEL", "C1")
    right.setenv("UPLOADERS", "U1")
    before = [list(shop.codes(list_id)) for list_id in shop.lists]
    lines = await every_line()
    assert [str(line) for line in lines if line.mark is not Mark.OK] == []
    assert status(lines) == 0
    assert {line.about for line in lines} >= {
        "Slack",
        "scopes",
        "clock",
        "shop",
        "database",
        "ALERTS_CHANNEL",
        "UPLOADERS",
    }
    assert [list(shop.codes(list_id)) for list_id in shop.lists] == before
    assert not slack.messages("C1")
    assert os.listdir(tmp_path) == []
    assert not any(secret in str(lines) for secret in (slack.bot_token, slack.app_token, shop.shop_secret, "k" * 32))


@pytest.mark.parametrize(
    ("off_s", "said"),
    [
        (0, "✓ clock: agrees with Slack's"),
        (-400, "! clock: is 400 seconds behind Slack's. Set it by"),
        (90, "! clock: is 90 seconds ahead of Slack's. Set it by"),
    ],
)
def test_the_clock(off_s: float, said: str) -> None:
    """A clock that is off is told before Slack's signatures are refused for it."""
    assert str(_clock("Thu, 26 Nov 2026 12:00:00 GMT", lambda: 1_795_694_400 + off_s)).startswith(said)


async def test_an_empty_environment(right: pytest.MonkeyPatch) -> None:
    """Nothing set: all that is needed is named, and the status is 2."""
    for name in KNOWN:
        right.delenv(name, raising=False)
    lines = await every_line()
    assert [line.about for line in lines if line.mark is Mark.STOPS] == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "PERSONACLICK_SHOP_ID",
        "PERSONACLICK_SHOP_SECRET",
    ]
    assert status(lines) == 2
