"""What is logged, and how: ids and counts, never a token, a secret or a code."""

from __future__ import annotations

import datetime
import json
import logging
import re
import sys
from collections.abc import Sequence
from typing import TextIO

# Their DEBUG lines carry whole payloads, with tokens, file contents and pasted codes.
_TALKATIVE = (
    "slack_bolt",
    "slack_sdk",
    "aiosqlite",
    "sqlalchemy",
    "psycopg",
    "httpx",
    "httpcore",
    "aiohttp",
    "asyncio",
    "alembic",
)
_PATTERNS = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=Bearer )\S+|(?:(?<=shop_secret=)|(?<=shop_id=)|(?<=ticket=))[^&\s\"']+"
)
MASK = "***"
# A shorter one would be found in words, and is no secret of Slack's or PersonaClick's.
_SHORTEST = 8


def masked(text: str, secrets: Sequence[str]) -> str:
    """The text without these secrets, the longest first, and without what looks like one."""
    for secret in sorted(set(secrets), key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, MASK)
    return _PATTERNS.sub(MASK, text)


class Discreet(logging.Formatter):
    """Formats as text or JSON, with every secret masked, in exceptions too."""

    def __init__(self, secrets: Sequence[str], *, as_json: bool) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = tuple(secrets)
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """The line of one record."""
        if not self._as_json:
            return masked(super().format(record), self._secrets)
        line = {
            "at": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return masked(json.dumps(line, ensure_ascii=False), self._secrets)


def quiet_libraries(level: str = "DEBUG") -> None:
    """Keeps libraries from logging more than warnings."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def _not_bolts_warnings(record: logging.LogRecord) -> bool:
    # Bolt's warnings quote payloads, and its loggers set their own level.
    return record.levelno >= logging.ERROR or not record.name.startswith("slack_bolt")


def configure(level: str, log_format: str, secrets: Sequence[str], *, stream: TextIO | None = None) -> None:
    """Sends every log line of this process to standard output, discreetly."""
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.addFilter(_not_bolts_warnings)
    handler.setFormatter(Discreet(secrets, as_json=log_format == "json"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    quiet_libraries(level)
