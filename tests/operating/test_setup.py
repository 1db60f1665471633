"""`setup`: a conversation that ends with a `.env` that is right."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from dotenv import dotenv_values

import bot
from bot.errors import SettingsError
from bot.manifest import SCOPES
from bot.operating.setup import Setup, write
from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.stand_ins.slack import StandInSlack

ASKED = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "PERSONACLICK_SHOP_ID",
    "PERSONACLICK_SHOP_SECRET",
)


class Person:
    """Answers in turn; keeps what was asked, and what was said."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, bool]] = []
        self.said: list[str] = []

    def ask(self, question: str, secret: bool) -> str:
        """The next answer."""
        self.asked.append((question.split()[0], secret))
        if not self.answers:
            raise EOFError
        return self.answers.pop(0)

    async def set_up(self) -> None:
        """The whole conversation."""
        await asyncio.to_thread(Setup(self.ask, self.said.append).run)


async def test_it_asks_verifies_and_writes(
    right: pytest.MonkeyPatch, slack: StandInSlack, shop: StandInPersonaClick, tmp_path: Path
) -> None:
    """Wrong answers are told and asked again, right ones are kept, secrets are asked without echo; it can run again."""
    for name in (*ASKED, "DATABASE_URL", "SECRET_KEY"):
        right.delenv(name)
    person = Person(
        *("", "nonsense", "xoxb-other", slack.bot_token),
        "",
        *("xapp-other", slack.app_token),
        *(shop.shop_id, "wrong", shop.shop_id, shop.shop_secret),
        "",
    )
    await person.set_up()
    found = tmp_path / ".env"
    assert dotenv_values(found) == {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "PERSONACLICK_SHOP_ID": shop.shop_id,
        "PERSONACLICK_SHOP_SECRET": shop.shop_secret,
        "DATABASE_URL": "sqlite:///promo-bot.db",
    }
    assert stat.S_IMODE(found.stat().st_mode) == 0o600
    assert {name for name, secret in person.asked if secret} == {
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "PERSONACLICK_SHOP_SECRET",
    }
    assert any(line.startswith("! SLACK_BOT_TOKEN: is refused by Slack") for line in person.said)
    assert person.said[-1].endswith("/invite @Promo codes")
    assert not any(slack.bot_token in line or shop.shop_secret in line for line in person.said)
    again = Person()
    await again.set_up()
    assert again.asked == []


async def test_what_was_verified_is_kept_when_it_is_broken_off(
    right: pytest.MonkeyPatch, slack: StandInSlack, tmp_path: Path
) -> None:
    """Ctrl-D in the middle loses nothing."""
    for name in (*ASKED, "DATABASE_URL", "SECRET_KEY"):
        right.delenv(name)
    with pytest.raises(EOFError):
        await Person(slack.bot_token).set_up()
    assert dotenv_values(tmp_path / ".env") == {"SLACK_BOT_TOKEN": slack.bot_token}


async def test_postgres_gets_a_key(right: pytest.MonkeyPatch, tmp_path: Path, empty_postgres: str) -> None:
    """With Postgres a SECRET_KEY is made and kept."""
    right.delenv("SECRET_KEY")
    right.setenv("DATABASE_URL", empty_postgres)
    await Person().set_up()
    assert len(dotenv_values(tmp_path / ".env")["SECRET_KEY"] or "") == 64


def test_other_lines_stay(tmp_path: Path) -> None:
    """Comments and other settings of a `.env` stay as they are; values with quotes and blanks come back whole."""
    path = tmp_path / ".env"
    path.write_text("# mine\nLOG_LEVEL=DEBUG\nexport CONTACT=old\n")
    write(path, {"CONTACT": "it's Anna # 5", "UPLOADERS": "U1,U2"})
    assert path.read_text().startswith("# mine\nLOG_LEVEL=DEBUG\n")
    assert dotenv_values(path) == {"LOG_LEVEL": "DEBUG", "CONTACT": "it's Anna # 5", "UPLOADERS": "U1,U2"}


async def test_an_answer_that_is_right_is_kept_whatever_else_is_to_mend(
    right: pytest.MonkeyPatch, shop: StandInPersonaClick, tmp_path: Path
) -> None:
    """A scope that is missing and a signing secret of another shape are told, and asked for no second time."""
    for name in ASKED:
        right.delenv(name)
    slack = StandInSlack(scopes=set(SCOPES) - {"files:write"})
    await slack.start()
    right.setenv("SLACK_API_URL", slack.base_url)
    person = Person(slack.bot_token, "http", "not-of-slack", shop.shop_id, shop.shop_secret)
    await person.set_up()
    await slack.stop()
    assert dotenv_values(tmp_path / ".env")["SLACK_SIGNING_SECRET"] == "not-of-slack"
    marked = [line.partition(": ")[0] for line in person.said if line.startswith("!")]
    assert marked == ["! scope", "! SLACK_SIGNING_SECRET"]
    assert person.said[-2] == (
        "First mend what is marked with ! above; python -m bot check tells when it is. "
        "Start it with: python -m bot http"
    )


async def test_an_env_that_belongs_to_another_user_is_named(right: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where `.env` may not be read, or the folder not be written, a sentence says so and nothing is asked."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    with right.context() as patch:
        patch.setattr("os.open", refuse)
        with pytest.raises(SettingsError, match="cannot be written by this user"):
            write(tmp_path / ".env", {"CONTACT": "Anna"})
    right.setattr("pydantic_settings.sources.providers.dotenv.dotenv_values", refuse)
    (tmp_path / ".env").write_text("PORT=3000")
    person = Person()
    with pytest.raises(SettingsError, match="belongs to another user"):
        await person.set_up()
    assert person.asked == []


def shown(terminal: int, words: str = "") -> str:
    """What comes on the screen until it has these words, or until nothing more comes."""
    screen = ""
    with suppress(OSError):
        while (not words or words not in screen) and (more := os.read(terminal, 4096)):
            screen += more.decode()
    return screen


async def test_in_a_terminal(right: pytest.MonkeyPatch, slack: StandInSlack, tmp_path: Path) -> None:
    """A secret is not shown as it is typed, and Ctrl-C says that what was verified is kept and can be gone on with."""
    for name in (*ASKED, "DATABASE_URL", "SECRET_KEY"):
        right.delenv(name)
    right.setenv("PYTHONPATH", str(Path(bot.__file__).parent.parent))
    mine, its = os.openpty()
    # Whoever runs the tests in the background has them ignore Ctrl-C.
    heeding = "import runpy, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    heeding += "sys.argv = ['bot', 'setup']; runpy.run_module('bot', run_name='__main__')"
    command = (sys.executable, "-c", heeding)
    process = await asyncio.create_subprocess_exec(
        *command, stdin=its, stdout=its, stderr=its, env=dict(os.environ), start_new_session=True
    )
    os.close(its)
    await asyncio.to_thread(shown, mine, "SLACK_BOT_TOKEN (")
    await asyncio.sleep(0.2)
    os.write(mine, f"{slack.bot_token}\n".encode())
    screen = await asyncio.to_thread(shown, mine, "Serve over")
    process.send_signal(signal.SIGINT)
    screen += await asyncio.to_thread(shown, mine)
    os.close(mine)
    assert (await process.wait(), slack.bot_token in screen) == (1, False)
    assert screen.endswith("Not finished: run it again, it goes on with what is missing.\r\n")
    assert dotenv_values(tmp_path / ".env") == {"SLACK_BOT_TOKEN": slack.bot_token}
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
