"""What went over the wire, safe to show: no token, no secret, no code, no file content."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

KEPT = 300
_LONGEST_DETAIL = 2000
_SECRET = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=shop_secret=)[^&\s\"]+")
_HIDDEN = ("token", "secret", "authorization", "signature", "password", "response_url", "upload_url", "trigger_id")
_CODES = ("codes", "code", "content", "initial_value", "private_metadata", "preview")


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange; `at` in epoch seconds, `ms` its length, `status` the HTTP status (0 when there was no answer)."""

    at: float
    sender: str
    to: str
    what: str
    status: int
    ms: float
    detail: str

    def as_json(self) -> dict[str, Any]:
        """The entry as the control API tells it."""
        return {
            "at": self.at,
            "from": self.sender,
            "to": self.to,
            "what": self.what,
            "status": self.status,
            "ms": round(self.ms, 1),
            "detail": self.detail,
        }


class Log:
    """The last 300 entries; `listen` gets each new one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.entries: deque[Entry] = deque(maxlen=KEPT)
        self.listeners: list[Callable[[Entry], None]] = []

    def add(
        self,
        sender: str,
        to: str,
        what: str,
        *,
        status: int = 0,
        ms: float = 0,
        body: Any = None,
        at: float | None = None,
    ) -> None:
        """Keeps one exchange with its body masked."""
        detail = body if isinstance(body, str) else "" if body is None else safe_json(body)
        entry = Entry(
            self._clock() if at is None else at,
            sender,
            to,
            what,
            status,
            ms,
            _SECRET.sub("•••", detail)[:_LONGEST_DETAIL],
        )
        self.entries.append(entry)
        for listener in list(self.listeners):
            listener(entry)


def safe_json(body: Any) -> str:
    """JSON of `body` without what must not be shown."""
    return _SECRET.sub("•••", json.dumps(masked(body), ensure_ascii=False, default=str))


def masked(value: Any, name: str = "") -> Any:
    """`value` with secrets struck out, and typed text and codes replaced by their length."""
    lowered = name.lower()
    if value and any(word in lowered for word in _HIDDEN):
        return "•••"
    if isinstance(value, (str, list, bytes)) and value and lowered in _CODES:
        return f"({len(value):,} {'items' if isinstance(value, list) else 'characters'})"
    if isinstance(value, dict):
        if _is_typed(value):
            return {**value, "value": f"({len(value['value']):,} characters)"}
        if str(value.get("command", "")).startswith("/") and isinstance(value.get("text"), str):
            word, _, rest = value["text"].partition(" ")
            value = {**value, "text": f"{word} ({len(rest):,} characters)" if rest else word}
        if _is_a_persons(value):
            return {one: masked(each, "content" if one in ("text", "blocks") else one) for one, each in value.items()}
        return {one: masked(each, str(one)) for one, each in value.items()}
    if isinstance(value, list):
        return [masked(one) for one in value]
    return value


def _is_typed(value: dict[str, Any]) -> bool:
    """Whether this is what a person typed into a form, which may be codes."""
    return str(value.get("type", "")).endswith("_input") and isinstance(value.get("value"), str)


def _is_a_persons(value: dict[str, Any]) -> bool:
    """Whether this is a person's message, which may hold codes."""
    return value.get("type") == "message" and "ts" in value and "bot_id" not in value
