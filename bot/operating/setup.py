"""`python -m bot setup`: asks for what is missing, verifies each answer as it is given, and writes `.env`."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dotenv import dotenv_values

from bot.errors import SettingsError
from bot.operating import check_others, check_settings, check_slack
from bot.operating.lines import Line, Mark, of
from bot.settings import Settings
from bot.settings.words import THEN

ENV_FILE = Path(".env")
SECRET = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "PERSONACLICK_SHOP_SECRET")
# Another answer would not mend these: the app's scopes, this machine's clock, and a shape that is only usual.
NOT_THE_ANSWER = ("scope", "scopes", "clock", "SLACK_SIGNING_SECRET")
LAST_WORDS = (
    "{how} Start it with: python -m bot {mode}",
    "Then, in each channel where people share codes, invite the bot to the channel: /invite @Promo codes",
)
Ask = Callable[[str, bool], str]
Say = Callable[[str], None]


class Setup:
    """One conversation. `ask` gets a question and whether the answer is secret; an empty answer keeps what is there."""

    def __init__(self, ask: Ask, say: Say, env_file: Path = ENV_FILE) -> None:
        self._ask = ask
        self._say = say
        self._env_file = env_file
        self._to_mend = False

    def run(self) -> None:
        """Asks until all that is needed is there and verified.

        Raises EOFError when nobody answers any more, SettingsError when `.env` cannot be read or written.
        """
        Settings.examine("setup")
        self._say("Enter keeps what is already right. Answers are kept in .env as soon as they are verified.")
        self._one("SLACK_BOT_TOKEN")
        mode = self._mode()
        self._one("SLACK_APP_TOKEN" if mode == "socket" else "SLACK_SIGNING_SECRET")
        if not self._value("SHOPS"):
            self._shop()
        self._one("DATABASE_URL", otherwise="sqlite:///promo-bot.db")
        if not self._value("DATABASE_URL").startswith("sqlite") and not self._value("SECRET_KEY"):
            self._keep({"SECRET_KEY": secrets.token_hex(32)})
            self._say("SECRET_KEY was made and written to .env: keep it, it opens the stored codes.")
        how = "First mend what is marked with ! above; python -m bot check tells when it is." if self._to_mend else ""
        for words in LAST_WORDS:
            self._say(words.format(how=how or "All set.", mode=mode))

    def _mode(self) -> str:
        if self._value("SLACK_APP_TOKEN"):
            return "socket"
        if self._value("SLACK_SIGNING_SECRET"):
            return "http"
        self._say("Socket Mode needs no public address and is the usual way.")
        return "http" if self._ask("Serve over [socket] or http?", False).strip().lower() == "http" else "socket"

    def _one(self, name: str, otherwise: str = "") -> None:
        """Asks for one setting until it is verified."""
        while True:
            given = self._value(name)
            if given and self._right({name: given}, name):
                self._keep({name: given})
                return
            answer = self._question(name, otherwise)
            value = answer or otherwise
            if value and self._right({name: value}, name):
                self._keep({name: value})
                return
            if not value:
                self._say(f"{name} is needed.")
            self._forget(name)

    def _shop(self) -> None:
        names = ("PERSONACLICK_SHOP_ID", "PERSONACLICK_SHOP_SECRET")
        values = {name: self._value(name) for name in names}
        while not (all(values.values()) and self._right(values, "shop")):
            shop_id, secret = names
            values[shop_id] = self._question(shop_id, values[shop_id]) or values[shop_id]
            values[secret] = self._question(secret)
        self._keep(values)

    def _question(self, name: str, otherwise: str = "") -> str:
        hint = f" [{otherwise}]" if otherwise else ""
        return self._ask(f"{name}{hint} ({THEN[name].rstrip('.')})", name in SECRET).strip()

    def _right(self, values: Mapping[str, str], about: str) -> bool:
        """Whether these can be kept; what is found is said, a line each."""
        with _set(values):
            lines = asyncio.run(_verify(about))
        for line in lines:
            self._say(str(line))
        wrong = [line for line in lines if line.mark is not Mark.OK]
        right = all(line.mark is Mark.WRONG and line.about in NOT_THE_ANSWER for line in wrong)
        self._to_mend = self._to_mend or (right and bool(wrong))
        return right

    def _value(self, name: str) -> str:
        return (os.environ.get(name) or dotenv_values(self._env_file).get(name) or "").strip()

    def _forget(self, name: str) -> None:
        if dotenv_values(self._env_file).get(name):
            write(self._env_file, {name: ""})

    def _keep(self, values: Mapping[str, str]) -> None:
        if any(dotenv_values(self._env_file).get(name) != value for name, value in values.items()):
            write(self._env_file, values)


async def _verify(about: str) -> list[Line]:
    settings, problems = Settings.examine("setup")
    if found := [of(error) for error in problems if error.name == about]:
        return found
    match about:
        case "SLACK_BOT_TOKEN" | "SLACK_APP_TOKEN":
            return [line async for line in check_slack.lines(settings, only=about)]
        case "SLACK_SIGNING_SECRET":
            return [*check_settings.signing_secret(settings)]
        case "shop":
            return [line async for line in check_others.shops(settings)]
        case "DATABASE_URL":
            return [*check_others.database(settings)]
    return []


@contextmanager
def _set(values: Mapping[str, str]) -> Iterator[None]:
    """The environment with these in it, for as long as they are verified."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def write(env_file: Path, values: Mapping[str, str]) -> None:
    """Puts values into the file, for its owner alone; an empty one is taken out, everything else stays as it is.

    Raises SettingsError when this user may not write there.
    """
    kept = env_file.read_text().splitlines() if env_file.exists() else []
    names = tuple(values)
    lines = [line for line in kept if line.removeprefix("export ").partition("=")[0].strip() not in names]
    lines += [f"{name}={_quoted(value)}" for name, value in values.items() if value]
    made = env_file.with_name(f"{env_file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write("\n".join(lines) + "\n")
        made.replace(env_file)
    except PermissionError:
        fix = "Run this as the user that owns this folder."
        raise SettingsError(env_file.name, "cannot be written by this user", fix) from None


def _quoted(value: str) -> str:
    if all(letter.isalnum() or letter in "-_.:/@%?=&+," for letter in value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def run() -> int:
    """The conversation in a terminal; secrets are not shown as they are typed."""
    from getpass import getpass

    def ask(question: str, secret: bool) -> str:
        return getpass(f"{question}: ") if secret else input(f"{question}: ")

    try:
        Setup(ask, print).run()
    except (EOFError, KeyboardInterrupt):
        print("\nNot finished: run it again, it goes on with what is missing.")
        return 1
    return 0
