"""What settings are made of besides numbers: ids, hosts and addresses; each raises ValueError that says why."""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import NoDecode

from bot.settings.database_address import port_is_right

_CHANNEL = re.compile(r"[CG][A-Z0-9]+")
_UPLOADER = re.compile(r"[USW][A-Z0-9]+")
_HOST = re.compile(r"([\w.-]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?")
_WEB_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")


def bare(value: Any) -> Any:
    """The value without what a paste brings with it (a line break), and without the quotes of `.env`, which
    `docker run --env-file` hands on."""
    if not isinstance(value, str):
        return value
    inner = value.strip()
    return inner[1:-1] if len(inner) > 1 and inner[0] == inner[-1] and inner[0] in "'\"" else inner


def _words(value: Any) -> Any:
    return tuple(one.strip() for one in value.split(",") if one.strip()) if isinstance(value, str) else value


def _channel(value: str) -> str:
    if value and not _CHANNEL.fullmatch(value):
        raise ValueError("is not the id of a channel")
    return value


def _hosts(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value or not all(_HOST.fullmatch(one) for one in value):
        raise ValueError("is not a host or host:port")
    return value


def _somebody(value: Any) -> Any:
    # Who sets it means to let only some in; a comma alone would let everybody in.
    if isinstance(value, str) and value and not value.replace(",", "").strip():
        raise ValueError("names nobody")
    return _words(value)


def _people(value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(_UPLOADER.fullmatch(name) for name in value):
        raise ValueError("is not a list of user ids and user-group ids")
    return value


def _level(value: str) -> str:
    if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("is not DEBUG, INFO, WARNING or ERROR")
    return value.upper()


def _log_format(value: str) -> str:
    if value not in ("text", "json"):
        raise ValueError("is not text or json")
    return value


def _web_address(value: str) -> str:
    if not _WEB_ADDRESS.fullmatch(value) or not port_is_right(value) or not urlsplit(value).hostname:
        raise ValueError("is not a web address")
    return value


def _with_slash(value: str) -> str:
    return value if value.endswith("/") else f"{value}/"


def _unless_off(value: Any) -> Any:
    return None if value == "off" else value


ChannelId = Annotated[str, AfterValidator(_channel)]
Hosts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words), AfterValidator(_hosts)]
People = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_somebody), AfterValidator(_people)]
Level = Annotated[str, AfterValidator(_level)]
LogFormat = Annotated[str, AfterValidator(_log_format)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
ApiRoot = Annotated[WebAddress, AfterValidator(_with_slash)]
OrOff = BeforeValidator(_unless_off)
