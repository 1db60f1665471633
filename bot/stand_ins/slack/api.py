"""What every method of the Web API works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.stand_ins.slack.cast import BOT_USER, Channel, User
from bot.stand_ins.slack.workspace import Json, Message, Workspace

TRIGGER_LIVES_S = 3.0

# The scopes a method needs; https://docs.slack.dev/reference/scopes
SCOPES = {
    "bots.info": "users:read",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "channels:history",
    "conversations.info": "channels:read",
    "conversations.list": "channels:read",
    "conversations.members": "channels:read",
    "conversations.open": "im:write",
    "conversations.replies": "channels:history",
    "files.completeUploadExternal": "files:write",
    "files.delete": "files:write",
    "files.getUploadURLExternal": "files:write",
    "files.info": "files:read",
    "reactions.add": "reactions:write",
    "reactions.remove": "reactions:write",
    "usergroups.list": "usergroups:read",
    "usergroups.users.list": "usergroups:read",
    "users.info": "users:read",
    "users.list": "users:read",
}
EVERY_SCOPE = frozenset(
    {
        *SCOPES.values(),
        "app_mentions:read",
        "commands",
        "im:read",
        "im:history",
        "groups:read",
        "groups:history",
        "mpim:read",
    }
)


class Refusal(Exception):
    """Slack's `ok: false`, with its error word and what goes with it."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


@dataclass(slots=True)
class Trigger:
    """The right to open one view within three seconds."""

    user: str
    expires_at: float
    used: bool = False


@dataclass(slots=True)
class Api:
    """The workspace, who may call, and the way to tell the bot of events. Clock and tokens come from outside."""

    workspace: Workspace
    bot_token: str
    app_token: str
    scopes: frozenset[str]
    announce: Callable[[str, Json], None]
    socket_url: Callable[[], str]
    triggers: dict[str, Trigger] = field(default_factory=dict)

    def trigger(self, user: str) -> str:
        """A new trigger_id for something this person did."""
        name = self.workspace.number("trigger")
        self.triggers[name] = Trigger(user, self.workspace.clock() + TRIGGER_LIVES_S)
        return name

    def use(self, trigger_id: str) -> str:
        """The person of a trigger_id, once. Raises Refusal."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        if self.workspace.clock() > trigger.expires_at:
            raise Refusal("expired_trigger_id")
        trigger.used = True
        return trigger.user

    def channel(self, asked: Any, *, member: bool = True, by_name: bool = False) -> Channel:
        """The conversation of an id, or with `by_name` of a `#name` or a person. Raises Refusal."""
        workspace, wanted = self.workspace, str(asked or "")
        if by_name and wanted in workspace.users and wanted != BOT_USER:
            return workspace.direct(wanted)
        named = (one for one in workspace.channels.values() if by_name and f"#{one.name}" == wanted)
        channel = workspace.channels.get(wanted) or next(named, None)
        if channel is None or (channel.is_private and BOT_USER not in channel.members):
            raise Refusal("channel_not_found")
        if member and BOT_USER not in channel.members:
            raise Refusal("not_in_channel")
        return channel

    def user(self, asked: Any) -> User:
        """A person of the workspace or one who shares a channel. Raises Refusal."""
        user = self.workspace.users.get(str(asked or ""))
        if user is None:
            raise Refusal("user_not_found")
        return user

    def message(self, channel: Channel, ts: Any) -> Message:
        """A message that everybody in the channel sees. Raises Refusal."""
        message = self.workspace.message(channel.id, str(ts or ""))
        if message is None or message.seen_by:
            raise Refusal("message_not_found")
        return message


def needed(args: Json, *names: str) -> list[Any]:
    """These arguments, in order. Raises Refusal."""
    missing = [name for name in names if args.get(name) in (None, "")]
    if missing:
        lines = [f"[ERROR] missing required field: {name}" for name in missing]
        raise Refusal("invalid_arguments", response_metadata={"messages": lines})
    return [args[name] for name in names]


def page(items: list[Any], args: Json, name: str) -> Json:
    """One page of `items`, with the cursor of the next."""
    start, limit = int(args.get("cursor") or 0), int(args.get("limit") or 100)
    following = str(start + limit) if start + limit < len(items) else ""
    return {
        name: items[start : start + limit],
        "has_more": bool(following),
        "response_metadata": {"next_cursor": following},
    }
