"""What Slack sent, in a line of log: ids, what answered, how long it took; never a word that a person typed."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from bot import metrics

log = logging.getLogger(__name__)

_PLAIN = re.compile(r"[\w./:-]{1,60}")


def describe(body: Mapping[str, Any]) -> dict[str, str]:
    """Kind, name, id, person and channel of a delivery; what is not a plain name or id is left out."""
    event = body.get("event")
    if isinstance(event, Mapping):
        found = {"kind": "event", "name": event.get("type"), "id": body.get("event_id")}
        found |= {"user": event.get("user_id") or event.get("user"), "channel": event.get("channel_id")}
        found["channel"] = found["channel"] or event.get("channel")
    elif "command" in body:
        found = {"kind": "command", "name": body["command"], "id": body.get("trigger_id")}
        found |= {"user": body.get("user_id"), "channel": body.get("channel_id")}
    else:
        found = {"kind": body.get("type"), "name": _name(body), "id": body.get("trigger_id")}
        found |= {"user": _id(body.get("user")), "channel": _id(body.get("channel"))}
    return {key: value for key, value in found.items() if isinstance(value, str) and _PLAIN.fullmatch(value)}


def _name(body: Mapping[str, Any]) -> object:
    actions, view = body.get("actions"), body.get("view")
    if isinstance(actions, list) and actions and isinstance(actions[0], Mapping):
        return actions[0].get("action_id")
    return (
        body.get("callback_id")
        or body.get("action_id")
        or (view.get("callback_id") if isinstance(view, Mapping) else None)
    )


def _id(value: object) -> object:
    return value.get("id") if isinstance(value, Mapping) else None


def answered(body: Mapping[str, Any], status: int, seconds: float) -> None:
    """One line and one measure for a delivery that was answered."""
    fields = describe(body)
    metrics.ANSWERS.labels(fields.get("kind", "other")).observe(seconds)
    line = " ".join(f"{key}={value}" for key, value in fields.items())
    about = {**fields, "status": status, "ms": round(seconds * 1000, 1)}
    log.info("answered %s status=%d ms=%.1f", line, status, seconds * 1000, extra={"fields": about})
