"""What `check` says of the settings alone, without asking anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import SecretStr

from bot.errors import SettingsError
from bot.operating.lines import Line, of, ok, stops, wrong
from bot.settings import Settings
from bot.settings.words import THEN

_SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")


def modes(settings: Settings) -> tuple[str, ...]:
    """How this bot can be served: `socket`, `http` or both; both when nothing tells."""
    given = {
        "socket": settings.slack_app_token.get_secret_value(),
        "http": settings.slack_signing_secret.get_secret_value(),
    }
    return tuple(mode for mode, value in given.items() if value) or ("socket", "http")


def examine() -> tuple[Settings, list[SettingsError]]:
    """The settings as far as they are right, and what stops every way to serve. Raises SettingsError for `.env`."""
    settings, problems = Settings.examine("http")
    if modes(settings) == ("http",):
        return settings, problems
    settings, problems = Settings.examine("socket")
    if len(modes(settings)) == 2 and not settings.slack_app_token.get_secret_value():
        fix = f"For Socket Mode: {THEN['SLACK_APP_TOKEN']} For HTTP set SLACK_SIGNING_SECRET instead."
        problems = [p if p.name != "SLACK_APP_TOKEN" else SettingsError(p.name, p.problem, fix) for p in problems]
    return settings, problems


def lines(settings: Settings, problems: list[SettingsError]) -> Iterator[Line]:
    """A line for each setting that is set or in the way."""
    for error in problems:
        yield of(error)
    bad = {error.name for error in problems}
    for name, meant in Settings.misspelt().items():
        if name not in bad:
            yield wrong(name, f"is no setting and is ignored; {meant} may be meant", f"Rename or remove {name}.")
    for field, about in Settings.model_fields.items():
        name = about.validation_alias if isinstance(about.validation_alias, str) else field.upper()
        value = getattr(settings, field)
        if name in bad or value == about.default or name == "SLACK_SIGNING_SECRET":
            continue
        yield ok(name, "set" if isinstance(value, SecretStr) or name == "DATABASE_URL" else _shown(value))
    yield from signing_secret(settings)


def signing_secret(settings: Settings) -> Iterator[Line]:
    """A line on the signing secret's shape, which is all that can be known of it before a request comes."""
    value = settings.slack_signing_secret.get_secret_value()
    if value and _SIGNING_SECRET.fullmatch(value):
        yield ok("SLACK_SIGNING_SECRET", "has the right shape")
    elif value:
        yield wrong(
            "SLACK_SIGNING_SECRET",
            "is not 32 characters of 0-9 and a-f, as Slack's are",
            THEN["SLACK_SIGNING_SECRET"],
        )


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def unused(settings: Settings) -> Iterator[Line]:
    """What is set and plays no part."""
    if settings.secret_key_before.get_secret_value() and not settings.secret_key_text.get_secret_value():
        yield stops("SECRET_KEY_BEFORE", "is set without SECRET_KEY", "Set SECRET_KEY to the new key.")
