"""Events for the bot: what happens in the workspace, as far as the app asked to hear of it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.stand_ins.slack import payloads
from bot.stand_ins.slack.cast import BOT_USER
from bot.stand_ins.slack.delivery import Delivery
from bot.stand_ins.slack.workspace import Json, Message, Workspace


@dataclass
class Events:
    """Tells the bot; `subscribed` are the events it asked for."""

    workspace: Workspace
    delivery: Delivery
    subscribed: frozenset[str]

    def announce(self, channel: str, inner: Json, subscription: str = "") -> None:
        """Tells the bot of an event, if it asked for such events (by type or `subscription`) and is in the channel."""
        about = self.workspace.channels[channel]
        if {inner["type"], subscription} & self.subscribed and BOT_USER in about.members:
            wrapped = payloads.event(self.workspace, inner, ext_shared=about.is_ext_shared)
            self.delivery.spawn(self.delivery.send_event(wrapped))

    def announce_message(self, message: Message) -> None:
        """Tells the bot of a message somebody posted."""
        about = self.workspace.message_as_slack(message)
        kind = "im" if self.workspace.channels[message.channel].im_of else "channel"
        subtype = {"subtype": "file_share", "upload": False} if message.files else {}
        event = {**about, **subtype, "channel": message.channel, "channel_type": kind, "event_ts": message.ts}
        # Messages are asked for by kind of conversation; https://docs.slack.dev/reference/events/message.im
        self.announce(message.channel, event, f"message.{kind}")
        if kind != "im" and f"<@{BOT_USER}>" in message.text:
            self.announce(message.channel, {**event, "type": "app_mention"})
