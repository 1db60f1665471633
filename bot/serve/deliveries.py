"""One delivery of Slack, by HTTP or by socket: everything that is one is taken, also what nobody here needs.

Slack sends again what is not taken; https://docs.slack.dev/apis/events-api/#failure-limits
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.serve.events import answered
from bot.serve.requests import Refusal, Refusals
from bot.slack.blocks.text import storable

log = logging.getLogger(__name__)

# What listeners rely on; Slack always sends it. https://docs.slack.dev/reference/interaction-payloads
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "command": ("user_id", "channel_id"),
    "block_actions": ("user.id", "actions.0.action_id"),
    "block_suggestion": ("user.id", "action_id"),
    "message_action": ("user.id", "channel.id", "message.ts"),
    "view_submission": ("user.id", "view.id", "view.callback_id", "view.state.values"),
    "app_home_opened": ("event.user",),
    "app_mention": ("event.user", "event.channel", "event.ts"),
    "file_shared": ("event.file_id", "event.channel_id"),
    "message": ("event.channel", "event.ts"),
}
# Of other kinds Bolt itself expects fields that are not always there.
_DISPATCHED = frozenset((*_NEEDED, "event_callback", "ssl_check", "url_verification"))


async def taken(bolt: AsyncApp, make: Callable[[], AsyncBoltRequest], refusals: Refusals) -> BoltResponse:
    """What the bot answers to the request that `make` makes; 200 to what nobody here needs, 400 to what is no delivery.

    Both are told to `refusals`.
    """
    body: Mapping[str, Any] = {}
    began = time.perf_counter()
    try:
        request = make()
        request.body = body = storable(request.body)
        if body.get("type") == "app_rate_limited":
            # https://docs.slack.dev/apis/events-api/#rate_limiting
            log.warning("Slack holds events back: more than 30,000 an hour")
            return BoltResponse(status=200)
        status, why = _look(body)
        found = BoltResponse(status=status) if why else await bolt.async_dispatch(request)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        # Bolt expects a field of another kind. Listeners have their own boundary, so this was raised before one began.
        found, why = BoltResponse(status=400), f"not of a shape that Slack sends ({type(error).__name__})"
    if found.status == 404:
        found, why = BoltResponse(status=200), "for no listener"
    if why:
        refusals.tell(Refusal(found.status, why))
    answered(body, found.status, time.perf_counter() - began)
    return found


def _look(body: Mapping[str, Any]) -> tuple[int, str]:
    """With what a delivery is answered that goes to no listener, and why; no reason for all others."""
    event, view = body.get("event"), body.get("view")
    kind = "command" if "command" in body else body.get("type")
    if not kind and "ssl_check" not in body and not isinstance(event, Mapping):
        return 400, "no delivery of Slack"
    if kind == "event_callback" and isinstance(event, Mapping) and event.get("type") in _NEEDED:
        kind = event["type"]
    step = isinstance(view, Mapping) and view.get("type") == "workflow_step"
    if step or ("ssl_check" not in body and kind not in _DISPATCHED):
        return 200, "of a kind without a listener"
    lacking = [path for path in _NEEDED.get(str(kind), ()) if not _has(body, path)]
    return 200, f"{kind} without {', '.join(lacking)}" if lacking else ""


def _has(body: object, path: str) -> bool:
    """Whether a text or an object is at a path such as `actions.0.action_id`."""
    for key in path.split("."):
        if isinstance(body, Mapping):
            body = body.get(key)
        elif isinstance(body, list) and key.isdecimal() and int(key) < len(body):
            body = body[int(key)]
        else:
            return False
    return isinstance(body, Mapping) or (isinstance(body, str) and bool(body))
