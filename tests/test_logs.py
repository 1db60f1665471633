"""Log lines: text or JSON, and never a secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.logs import configure

SECRETS = ["topsecret-shop", "k" * 32]


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The root logger as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def logged(log_format: str, level: str = "DEBUG") -> io.StringIO:
    """Where the lines go."""
    out = io.StringIO()
    configure(level, log_format, SECRETS, stream=out)
    return out


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize(
    "text",
    [
        "topsecret-shop",
        "k" * 32,
        "xoxb-123-abc",
        "xapp-1-A-2",
        "GET /promo_codes?shop_id=abc123&shop_secret=def456 HTTP/1.1",
        "Authorization: Bearer abc.def",
    ],
)
def test_secrets_are_masked(log_format: str, text: str) -> None:
    """Configured secrets, tokens, credentials in addresses and bearers are masked, in arguments and exceptions too."""
    out = logged(log_format)
    log = logging.getLogger("somebody.else")
    log.info("said %s", text)
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("failed")
    lines = out.getvalue()
    assert "***" in lines
    assert not any(word in lines for word in ("topsecret", "k" * 32, "123-abc", "1-A-2", "abc123", "def456", "abc.def"))


def test_json_lines() -> None:
    """Each line of the JSON format is one object with level, logger and message."""
    out = logged("json")
    logging.getLogger("bot.x").warning("hello %d", 5)
    line = json.loads(out.getvalue())
    assert (line["level"], line["logger"], line["message"]) == ("WARNING", "bot.x", "hello 5")


@pytest.mark.parametrize("name", ["slack_sdk.web", "slack_bolt.AsyncApp", "httpx", "httpcore.http11", "aiosqlite"])
def test_libraries_stay_quiet_even_at_debug(name: str) -> None:
    """Libraries whose DEBUG lines carry payloads are not heard at LOG_LEVEL=DEBUG."""
    out = logged("text")
    logging.getLogger(name).debug("payload with a code")
    logging.getLogger(name).info("payload with a code")
    assert out.getvalue() == ""
