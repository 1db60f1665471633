"""Every setting of the bot, read once from the environment (and a local `.env`)."""

from __future__ import annotations

import json
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError
from bot.promo.lists import Shop

_STORE = "Find it in PersonaClick, Account > Settings > Store Settings"
_APP = "Find it at api.slack.com/apps"
THEN = {
    "SLACK_BOT_TOKEN": f"{_APP}, OAuth & Permissions: Bot User OAuth Token (xoxb-…).",
    "SLACK_APP_TOKEN": f"{_APP}, Basic Information: App-Level Tokens, with connections:write (xapp-…).",
    "SLACK_SIGNING_SECRET": f"{_APP}, Basic Information: Signing Secret.",
    "PERSONACLICK_SHOP_ID": f"{_STORE}.",
    "PERSONACLICK_SHOP_SECRET": f"{_STORE}.",
    "SHOPS": f'{_STORE}; write {{"name": {{"shop_id": "…", "shop_secret": "…"}}}}.',
    "SECRET_KEY": "Make up 32 characters or more once (openssl rand -hex 32), and keep them.",
    "DATABASE_URL": "Write sqlite:///file.db, or the postgres://… address your database came with.",
    "SLACK_FILE_HOSTS": "Write host or host:port, comma separated, without https://.",
    "ALERTS_CHANNEL": "Write the channel's id (C…); Slack shows it at the end of View channel details.",
    "APPROVAL_OVER": "Write a number of codes, such as 10000, or off.",
    "CONTACT": "Write a user id (U…), a user-group id (S…) or a few words.",
    "UPLOADERS": "Write user ids (U…) and user-group ids (S…), comma separated; Slack shows them under Copy member ID.",
}
_NEEDS = {
    "http": ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"),
    "socket": ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"),
}
_CHANNEL = re.compile(r"[CG][A-Z0-9]+")
_UPLOADER = re.compile(r"[USW][A-Z0-9]+")
_HOST = re.compile(r"([\w.-]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?")
_WEB_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")
_YEAR_H = 8760
SHORTEST_KEY = 32
# A shop's name stands before the name of each of its lists.
LONGEST_SHOP_NAME = 60
Words = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """The settings of design section 2, by the names of the environment in lower case."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True
    )

    slack_bot_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"
    slack_file_hosts: Words = ("files.slack.com",)
    personaclick_shop_id: SecretStr = SecretStr("")
    personaclick_shop_secret: SecretStr = SecretStr("")
    shops_json: SecretStr = Field(SecretStr(""), validation_alias="SHOPS")
    personaclick_api_url: str = "https://api.personaclick.com"
    personaclick_batch_size: int = Field(5000, ge=1, le=100_000)
    personaclick_requests_per_minute: int = Field(40, ge=0)
    personaclick_timeout_s: float = Field(30, gt=0, le=600)
    personaclick_settle_s: float = Field(90, ge=0, le=3600)
    contact: str = Field("", max_length=200)
    database_url: str = "sqlite:///promo-bot.db"
    secret_key_text: SecretStr = Field(SecretStr(""), validation_alias="SECRET_KEY")
    uploaders: Words = ()
    alerts_channel: str = ""
    approval_over: int | None = Field(None, ge=0)
    max_file_mb: int = Field(50, ge=1)
    max_codes: int = Field(2_000_000, ge=1)
    undo_hours: float = Field(24, ge=0, le=_YEAR_H)
    reading_every_minutes: float = Field(5, ge=0.02, le=1440)
    port: int = Field(3000, ge=0, le=65535)
    log_level: str = "INFO"
    log_format: str = "text"

    @field_validator("*", mode="before")
    @classmethod
    def _without_spaces_around(cls, value: Any) -> Any:
        # A value that is pasted brings a line break with it.
        return value.strip() if isinstance(value, str) else value

    @field_validator("slack_file_hosts", "uploaders", mode="before")
    @classmethod
    def _comma_separated(cls, value: Any) -> Any:
        return tuple(one.strip() for one in value.split(",") if one.strip()) if isinstance(value, str) else value

    @field_validator("approval_over", mode="before")
    @classmethod
    def _off_is_none(cls, value: Any) -> Any:
        return None if value == "off" else value

    @field_validator("alerts_channel", mode="after")
    @classmethod
    def _channel_id(cls, value: str) -> str:
        if value and not _CHANNEL.fullmatch(value):
            raise ValueError("is not the id of a channel")
        return value

    @field_validator("slack_file_hosts", mode="after")
    @classmethod
    def _hosts_alone(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or not all(_HOST.fullmatch(one) for one in value):
            raise ValueError("is not a host or host:port")
        return value

    @field_validator("uploaders", mode="after")
    @classmethod
    def _ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_UPLOADER.fullmatch(one) for one in value):
            raise ValueError("is not a list of user ids and user-group ids")
        return value

    @field_validator("log_level", mode="after")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("is not DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("log_format", mode="after")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value not in ("text", "json"):
            raise ValueError("is not text or json")
        return value

    @field_validator("slack_api_url", "personaclick_api_url", mode="after")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not _WEB_ADDRESS.fullmatch(value) or not _port_is_right(value) or not urlsplit(value).hostname:
            raise ValueError("is not a web address")
        return value

    @field_validator("slack_api_url", mode="after")
    @classmethod
    def _ends_with_slash(cls, value: str) -> str:
        return value if value.endswith("/") else f"{value}/"

    @classmethod
    def read(cls, mode: str = "", **values: Any) -> Settings:
        """The settings for a command of the command line. Raises SettingsError for the first that is wrong."""
        try:
            settings = cls(**values)
        except ValidationError as error:
            raise _first(error) from None
        except (UnicodeDecodeError, OSError):
            raise SettingsError(".env", "cannot be read as UTF-8 text", "Save it as plain text, as UTF-8.") from None
        for name in _NEEDS.get(mode, ()):
            if not getattr(settings, name.lower()).get_secret_value():
                raise SettingsError(name, "is missing", THEN[name])
        settings._check_tokens()
        if mode in _NEEDS or mode == "playground":
            settings.shops()
            settings.secret_key()
        settings.async_database_url  # noqa: B018 - raises when it is malformed
        return settings

    def _check_tokens(self) -> None:
        for name, prefix in (("SLACK_BOT_TOKEN", "xoxb-"), ("SLACK_APP_TOKEN", "xapp-")):
            value = getattr(self, name.lower()).get_secret_value()
            if value and not value.startswith(prefix):
                raise SettingsError(name, f"does not begin with {prefix}", THEN[name])
            if value and not re.fullmatch(r"[A-Za-z0-9._-]+", value[len(prefix) :]):
                raise SettingsError(name, "is not a whole token", THEN[name])

    def shops(self) -> tuple[Shop, ...]:
        """The shops, one or several. Raises SettingsError when none is named, or both ways are used."""
        shop_id, shop_secret = (
            one.get_secret_value() for one in (self.personaclick_shop_id, self.personaclick_shop_secret)
        )
        several = self.shops_json.get_secret_value()
        if several and (shop_id or shop_secret):
            raise SettingsError("SHOPS", "and PERSONACLICK_SHOP_ID are both set; keep one of them", THEN["SHOPS"])
        if several:
            return _shops(several)
        for name, value in (("PERSONACLICK_SHOP_ID", shop_id), ("PERSONACLICK_SHOP_SECRET", shop_secret)):
            if not value:
                raise SettingsError(name, "is missing", THEN[name])
        return (Shop("", shop_id, shop_secret),)

    @property
    def async_database_url(self) -> str:
        """DATABASE_URL as SQLAlchemy wants it. Raises SettingsError."""
        scheme, found, rest = self.database_url.partition("://")
        drivers = {"sqlite": "sqlite+aiosqlite", "postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
        if not found or scheme not in {*drivers, *drivers.values()} or not _port_is_right(self.database_url):
            raise SettingsError("DATABASE_URL", "is not an address of SQLite or Postgres", THEN["DATABASE_URL"])
        if scheme.startswith("sqlite") and rest.partition("?")[0].lstrip("/") in ("", ":memory:"):
            raise SettingsError("DATABASE_URL", "names no file", THEN["DATABASE_URL"])
        return f"{drivers.get(scheme, scheme)}://{rest}"

    def secret_key(self) -> str:
        """SECRET_KEY; with SQLite it is made beside the file when there is none. Raises SettingsError."""
        given = self.secret_key_text.get_secret_value()
        if given and len(given) < SHORTEST_KEY:
            raise SettingsError("SECRET_KEY", "is shorter than 32 characters", THEN["SECRET_KEY"])
        if given:
            return given
        url = self.async_database_url
        if not url.startswith("sqlite"):
            raise SettingsError("SECRET_KEY", "is missing", THEN["SECRET_KEY"])
        return _key_beside(Path(f"{url.partition(':///')[2]}.key"))

    def secrets(self) -> tuple[str, ...]:
        """Every value that must not show in a log."""
        single = (
            self.slack_bot_token,
            self.slack_app_token,
            self.slack_signing_secret,
            self.personaclick_shop_secret,
            self.secret_key_text,
        )
        shops = _shops(self.shops_json.get_secret_value()) if self.shops_json.get_secret_value() else ()
        values = [*(one.get_secret_value() for one in single), *(shop.shop_secret for shop in shops)]
        return tuple(value for value in values if value)


def _port_is_right(address: str) -> bool:
    try:
        urlsplit(address).port  # noqa: B018 - raises when it is no number
    except ValueError:
        return False
    return True


def _shops(text: str) -> tuple[Shop, ...]:
    try:
        # As pairs, for of two shops with one name JSON would keep the last.
        found = json.loads(text, object_pairs_hook=list)
        shops = tuple(_shop(name, dict(one)) for name, one in found)
    except (ValueError, KeyError, TypeError):
        raise SettingsError("SHOPS", "is not the JSON it should be", THEN["SHOPS"]) from None
    if not shops or not all(shop.name and shop.shop_id and shop.shop_secret for shop in shops):
        raise SettingsError("SHOPS", "names no shop, or one without shop_id or shop_secret", THEN["SHOPS"])
    if any(len(shop.name) > LONGEST_SHOP_NAME for shop in shops):
        raise SettingsError("SHOPS", f"has a name of more than {LONGEST_SHOP_NAME} characters", THEN["SHOPS"])
    if len({shop.name.casefold() for shop in shops}) < len(shops):
        raise SettingsError("SHOPS", "names a shop twice", THEN["SHOPS"])
    return shops


def _shop(name: str, about: dict[str, Any]) -> Shop:
    shop_id, shop_secret = about["shop_id"], about["shop_secret"]
    if isinstance(shop_id, bool) or not isinstance(shop_id, str | int) or not isinstance(shop_secret, str):
        raise ValueError("an id is text or a number, a secret is text")
    return Shop(name.strip(), str(shop_id).strip(), shop_secret.strip())


def _key_beside(path: Path) -> str:
    """The key in that file, made now if there is none; another process may make it at the same moment.

    It is written whole before it has its name: a process that is killed meanwhile leaves no empty key.
    """
    made = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        if not path.exists():
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
            with suppress(FileExistsError):
                os.link(made, path)
            made.unlink()
        key = path.read_text().strip()
    except OSError:
        raise SettingsError("DATABASE_URL", "names a folder that cannot be written to", THEN["DATABASE_URL"]) from None
    if len(key) < SHORTEST_KEY:
        raise SettingsError(
            "SECRET_KEY", f"in {path.name} is not whole", "Put back the file, or remove it and the database."
        )
    return key


def _first(error: ValidationError) -> SettingsError:
    found = error.errors(include_input=False, include_url=False, include_context=False)[0]
    name = str(found["loc"][0]).upper() if found["loc"] else "SETTINGS"
    problem = str(found["msg"]).removeprefix("Value error, ")
    words = problem if problem.startswith("is ") else f"is not right: {problem[:1].lower()}{problem[1:]}"
    return SettingsError(name, words, THEN.get(name, "See the settings in the README."))
