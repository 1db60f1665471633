"""Every setting of the bot, read once from the environment (and a local `.env`)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.errors import SettingsError
from bot.promo.lists import Shop
from bot.settings import dyno
from bot.settings.database_address import async_url
from bot.settings.key import SHORTEST_KEY, key_beside
from bot.settings.kinds import ApiRoot, ChannelId, Hosts, Level, LogFormat, OrOff, People, WebAddress, bare
from bot.settings.shops import shops_of
from bot.settings.words import DOORS, THEN, all_together, kind_of_token, malformed, missing, misspelt

_NEEDS = {
    "http": ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"),
    "socket": ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"),
}
_YEAR_H = 8760
ENV_FILE = ".env"


class Settings(BaseSettings):
    """The settings, by the names of the environment in lower case; the README has a table of them."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True
    )

    slack_bot_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_api_url: ApiRoot = "https://slack.com/api/"
    slack_file_hosts: Hosts = ("files.slack.com",)
    personaclick_shop_id: SecretStr = SecretStr("")
    personaclick_shop_secret: SecretStr = SecretStr("")
    shops_json: SecretStr = Field(SecretStr(""), validation_alias="SHOPS")
    personaclick_api_url: WebAddress = "https://api.personaclick.com"
    personaclick_batch_size: int = Field(5000, ge=1, le=100_000)
    personaclick_requests_per_minute: int = Field(40, ge=0)
    personaclick_timeout_s: float = Field(30, gt=0, le=600, allow_inf_nan=False)
    personaclick_settle_s: float = Field(90, ge=0, le=3600, allow_inf_nan=False)
    contact: str = Field("", max_length=200)
    database_url: str = "sqlite:///promo-bot.db"
    secret_key_text: SecretStr = Field(SecretStr(""), validation_alias="SECRET_KEY")
    secret_key_before: SecretStr = SecretStr("")
    uploaders: People = ()
    alerts_channel: ChannelId = ""
    approval_over: Annotated[int | None, OrOff] = Field(None, ge=0)
    max_file_mb: int = Field(50, ge=1)
    max_codes: int = Field(2_000_000, ge=1)
    undo_hours: float = Field(24, ge=0, le=_YEAR_H, allow_inf_nan=False)
    reading_every_minutes: float = Field(5, ge=0.02, le=1440, allow_inf_nan=False)
    port: int = Field(3000, ge=0, le=65535)
    log_level: Level = "INFO"
    log_format: LogFormat = "text"

    @field_validator("*", mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return bare(value)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """On a small dyno fewer codes are the default: what fits it."""
        fits = {"max_codes": dyno.MOST_CODES} if dyno.is_small() else {}
        return init_settings, env_settings, dotenv_settings, InitSettingsSource(settings_cls, init_kwargs=fits)

    @classmethod
    def read(cls, mode: str = "", **values: Any) -> Settings:
        """The settings for a command of the command line.

        Raises SettingsError for the first that is missing or wrong, with all the others in its `more`.
        """
        settings, wrong = cls.examine(mode, **values)
        all_together(wrong)
        return settings

    @classmethod
    def examine(cls, mode: str = "", **values: Any) -> tuple[Settings, list[SettingsError]]:
        """The settings as far as they are right, and everything that is wrong with them for that command."""
        settings, wrong = cls._parsed(values)
        strange = cls.misspelt() if mode in _NEEDS else {}
        missing_names = [name for name in _NEEDS.get(mode, ()) if not settings._has(name)]
        if settings._has("SLACK_APP_TOKEN") and "SLACK_SIGNING_SECRET" in missing_names:
            # The `web` process of an app for Socket Mode: it serves health, and says how to scale.
            missing_names.remove("SLACK_SIGNING_SECRET")
        wrong += [missing(name, strange) for name in missing_names if name not in {found.name for found in wrong}]
        wrong += _doors(strange)
        checks: list[Callable[[], object]] = [settings._check_tokens, settings._check_database]
        if mode in _NEEDS or mode == "playground":
            checks += [settings.shops, settings.check_key]
        for check in checks:
            try:
                check()
            except SettingsError as error:
                known = {found.name for found in wrong}
                wrong += [found for found in (error, *error.more) if found.name not in known]
        return settings, wrong

    @classmethod
    def _parsed(cls, values: dict[str, Any]) -> tuple[Settings, list[SettingsError]]:
        """The settings, with the default in place of each that is malformed, and what is wrong with these."""
        wrong: list[SettingsError] = []
        try:
            return cls(**values), wrong
        except ValidationError as error:
            wrong = malformed(error)
        except PermissionError:
            raise SettingsError(ENV_FILE, "belongs to another user", "Give it to the user that runs the bot.") from None
        except (UnicodeDecodeError, OSError):
            raise SettingsError(ENV_FILE, "cannot be read as UTF-8 text", "Save it as plain text, as UTF-8.") from None
        fields = {_environment_name(name): name for name in cls.model_fields}
        defaults = {fields[found.name]: cls.model_fields[fields[found.name]].default for found in wrong}
        return cls(**(values | defaults)), wrong

    @classmethod
    def _given(cls) -> set[str]:
        """Every name in the environment and in `.env`."""
        return {*os.environ, *dotenv_values(ENV_FILE)}

    @classmethod
    def misspelt(cls) -> dict[str, str]:
        """Names that are set and mean nothing, each with the setting that may be meant."""
        return misspelt(cls._given(), KNOWN)

    def _has(self, name: str) -> bool:
        return bool(getattr(self, name.lower()).get_secret_value())

    def _check_tokens(self) -> None:
        wrong = []
        for name, prefix in (("SLACK_BOT_TOKEN", "xoxb-"), ("SLACK_APP_TOKEN", "xapp-")):
            value = getattr(self, name.lower()).get_secret_value()
            if value and not value.startswith(prefix):
                problem = f"does not begin with {prefix}{kind_of_token(value)}"
                wrong.append(SettingsError(name, problem, THEN[name]))
            elif value and not re.fullmatch(r"[A-Za-z0-9._-]+", value[len(prefix) :]):
                wrong.append(SettingsError(name, "is not a whole token", THEN[name]))
        all_together(wrong)

    def _check_database(self) -> None:
        if self.async_database_url.startswith("sqlite") and os.environ.get("DYNO"):
            raise SettingsError(
                "DATABASE_URL",
                "names a file, and a dyno loses its disk at every restart",
                "Add a database: heroku addons:create heroku-postgresql:essential-0",
            )

    def shops(self) -> tuple[Shop, ...]:
        """The shops, one or several. Raises SettingsError when none is named, or both ways are used."""
        shop_id, shop_secret = (
            one.get_secret_value() for one in (self.personaclick_shop_id, self.personaclick_shop_secret)
        )
        several = self.shops_json.get_secret_value()
        if several and (shop_id or shop_secret):
            raise SettingsError("SHOPS", "is set beside PERSONACLICK_SHOP_ID", "Keep one of the two.")
        if several:
            return shops_of(several)
        if not (shop_id and shop_secret):
            given = {"PERSONACLICK_SHOP_ID": shop_id, "PERSONACLICK_SHOP_SECRET": shop_secret}
            strange = self.misspelt()
            all_together(missing(name, strange) for name, value in given.items() if not value)
        return (Shop("", shop_id, shop_secret),)

    @property
    def async_database_url(self) -> str:
        """DATABASE_URL as SQLAlchemy wants it. Raises SettingsError."""
        return async_url(self.database_url)

    def check_key(self) -> None:
        """Raises SettingsError when there can be no SECRET_KEY; makes none."""
        given = self.secret_key_text.get_secret_value()
        if given and len(given) < SHORTEST_KEY:
            raise SettingsError("SECRET_KEY", "is shorter than 32 characters", THEN["SECRET_KEY"])
        if given:
            return
        if self._key_file is None:
            raise missing("SECRET_KEY")
        if self._key_file.exists():
            key_beside(self._key_file)

    def secret_key(self) -> str:
        """SECRET_KEY; with SQLite it is made beside the file when there is none. Raises SettingsError."""
        self.check_key()
        return self.kept_key() or (key_beside(self._key_file) if self._key_file else "")

    def kept_key(self) -> str:
        """SECRET_KEY, or the one beside an SQLite file; empty when neither is there. Raises SettingsError."""
        given = self.secret_key_text.get_secret_value()
        beside = self._key_file if not given else None
        return key_beside(beside) if beside is not None and beside.exists() else given

    @property
    def _key_file(self) -> Path | None:
        url = self.async_database_url
        return Path(f"{url.partition(':///')[2]}.key") if url.startswith("sqlite") else None

    @property
    def check_mb(self) -> int | None:
        """The memory of a check where there is room for one at a time only, in MB; None where there is more."""
        return dyno.CHECK_MB if dyno.is_small() else None

    def secrets(self) -> tuple[str, ...]:
        """Every value that must not show in a log, as far as the settings are right."""
        single = (
            self.slack_bot_token,
            self.slack_app_token,
            self.slack_signing_secret,
            self.personaclick_shop_secret,
            self.secret_key_text,
            self.secret_key_before,
        )
        shops: tuple[Shop, ...] = ()
        with suppress(SettingsError):
            shops = self.shops()
        values = [*(one.get_secret_value() for one in single), *(shop.shop_secret for shop in shops)]
        return tuple(value for value in values if value)


def _doors(strange: Mapping[str, str]) -> list[SettingsError]:
    """Misspelt names that leave a door open."""
    return [
        SettingsError(name, f"is no setting, and {meant} is not set", f"Write {meant}, or remove it.")
        for name, meant in strange.items()
        if meant in DOORS
    ]


def _environment_name(field: str) -> str:
    return {"shops_json": "SHOPS", "secret_key_text": "SECRET_KEY"}.get(field, field.upper())


KNOWN = frozenset(_environment_name(field) for field in Settings.model_fields)
