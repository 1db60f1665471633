"""`check`: what is wrong is named with its fix, nothing is sent, made or used up."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.operating.check import every_line
from bot.operating.check_slack import _clock
from bot.operating.lines import Mark, status
from bot.settings.settings import KNOWN
from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.stand_ins.slack import StandInSlack
from bot.store.migrate import upgrade

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
    ("name", "value", "exit_status", "said"),
    [
        ("SLACK_BOT_TOKEN", None, 2, "✗ SLACK_BOT_TOKEN: is missing. Find it at api.slack.com/apps"),
        ("SLACK_BOT_TOKEN", "xoxp-1", 2, "✗ SLACK_BOT_TOKEN: does not begin with xoxb-."),
        ("SLACK_BOT_TOKEN", "xoxb-other", 1, "! SLACK_BOT_TOKEN: is refused by Slack (invalid_auth). Find it at"),
        ("SLACK_APP_TOKEN", "xapp-other", 2, "✗ SLACK_APP_TOKEN: is refused by Slack (invalid_auth). Find it at"),
        ("SLACK_SIGNING_SECRET", "xoxb-in-the-wrong-place", 1, "! SLACK_SIGNING_SECRET: is not 32 characters"),
        ("SLACK_API_URL", f"{NOBODY}/", 1, f"! SLACK_API_URL: {NOBODY}/ cannot be reached"),
        ("SLACK_API_URL", "slack.com", 2, "✗ SLACK_API_URL: is not a web address. Write https://slack.com/api/"),
        ("PERSONACLICK_SHOP_ID", None, 2, "✗ PERSONACLICK_SHOP_ID: is missing. Find it in PersonaClick"),
        ("PERSONACLICK_SHOP_SECRET", "wrong", 1, "! shop: PersonaClick refuses its id or secret. Find it in"),
        ("PERSONACLICK_API_URL", NOBODY, 1, f"! shop: {NOBODY} cannot be reached. Write https://api.personaclick.com"),
        ("SHOPS", "{", 2, "✗ SHOPS: and PERSONACLICK_SHOP_ID are both set; keep one of them."),
        ("DATABASE_URL", "mysql://x", 2, "✗ DATABASE_URL: is not an address of SQLite or Postgres."),
        ("DATABASE_URL", "sqlite:////no/where/x.db", 2, "✗ database: the folder of x.db is not there."),
        (
            "DATABASE_URL",
            "postgres://nobody@127.0.0.1:9/x",
            2,
            "✗ DATABASE_URL: names a database that does not answer.",
        ),
        ("DATABASE_URL", "sqlite:///text.db", 2, "✗ DATABASE_URL: names a file that is damaged, or no database"),
        ("DATABASE_URL", "sqlite:///newer.db", 2, "✗ database: is of a newer promo bot (version 9999). Run the newer"),
        ("DATABASE_URL", "sqlite:///of-another-key.db", 2, "✗ SECRET_KEY: is not the one this database was made with."),
        ("SECRET_KEY", "short", 2, "✗ SECRET_KEY: is shorter than 32 characters."),
        ("DYNO", "worker.1", 2, "✗ DATABASE_URL: names a file, and a dyno loses its disk at every restart. Add a"),
        ("UPLOADERS", "anna", 2, "✗ UPLOADERS: is not a list of user ids and user-group ids."),
        ("UPLOADER", "U1", 2, "✗ UPLOADER: is no setting, and UPLOADERS is not set. Write UPLOADERS, or remove it."),
        ("UPLOADERS", "U404", 1, "! UPLOADERS: U404 is not known to Slack (user_not_found)."),
        ("UPLOADERS", "S404", 1, "! UPLOADERS: there is no user group S404."),
        ("ALERTS_CHANNEL", "C404", 1, "! ALERTS_CHANNEL: C404 is not known to Slack (channel_not_found)."),
        ("MAX_CODE", "5", 1, "! MAX_CODE: is no setting and is ignored; MAX_CODES may be meant."),
        ("MAX_CODES", "fifty", 2, "✗ MAX_CODES: is not a whole number. Write a whole number of codes, such as"),
    ],
)
async def test_a_wrong_configuration(
    right: pytest.MonkeyPatch,
    slack: StandInSlack,
    tmp_path: Path,
    name: str,
    value: str | None,
    exit_status: int,
    said: str,
) -> None:
    """Each wrong configuration is named with its fix, and what is right beside it is still checked."""
    if value in ("sqlite:///newer.db", "sqlite:///of-another-key.db", "sqlite:///text.db"):
        make(tmp_path / value.removeprefix("sqlite:///"))
    right.delenv(name) if value is None else right.setenv(name, value)
    lines = await every_line()
    bad = [str(line) for line in lines if line.mark is not Mark.OK]
    assert any(line.startswith(said) for line in bad), bad
    assert status(lines) == exit_status
    assert any(line.mark is Mark.OK for line in lines)
    assert not slack.messages("C1")


def make(path: Path) -> None:
    """A database that cannot be used, as its name says."""
    if path.name == "text.db":
        path.write_text("not a database " * 1000)
        return
    upgrade(f"sqlite+aiosqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection, connection:
        if path.name == "newer.db":
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        else:
            connection.execute("INSERT INTO facts VALUES ('secret_key', 'another')")


async def test_missing_scopes_are_named(right: pytest.MonkeyPatch, slack: StandInSlack) -> None:
    """Each scope Slack did not give is named with what it is for."""
    slack.api.scopes = slack.api.scopes - {"files:read", "usergroups:read"}
    bad = [str(line) for line in await every_line() if line.mark is not Mark.OK]
    assert [line.partition(". ")[0] for line in bad] == [
        "! scope: files:read is missing: files dropped in a channel the bot is in",
        "! scope: usergroups:read is missing: user groups named in UPLOADERS",
    ]


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
