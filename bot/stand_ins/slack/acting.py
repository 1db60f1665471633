"""What people do in channels: type, drop files, click, use the shortcut, open the Home tab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.stand_ins.slack import payloads
from bot.stand_ins.slack.api import Api, Refusal
from bot.stand_ins.slack.cast import BOT_USER
from bot.stand_ins.slack.delivery import Delivered, Delivery
from bot.stand_ins.slack.file_methods import file_shared
from bot.stand_ins.slack.reading import chosen_option, find_control, find_option
from bot.stand_ins.slack.response_urls import ResponseUrls
from bot.stand_ins.slack.stored_files import Share, StoredFile
from bot.stand_ins.slack.views import type_in
from bot.stand_ins.slack.workspace import Json, Message, Workspace

_ONE = ("static_select", "external_select", "radio_buttons", "overflow")
_MANY = ("checkboxes", "multi_static_select", "multi_external_select")
_PLAIN = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
}


class Acting:
    """A person's hands, for the page and for tests. `subscribed` are the events the bot asked for."""

    workspace: Workspace
    api: Api
    delivery: Delivery
    answers: ResponseUrls
    subscribed: frozenset[str]

    async def command(self, user: str, channel: str, text: str) -> Delivered:
        """Types `/promo …` in a channel; what the bot says in its ack appears there."""
        word = text.split()[0]
        self._in_channel(user, channel)
        if self.workspace.users[user].kind == "stranger":
            self.workspace.tell(user, f"{word} is only for members of this workspace.")
            return Delivered(problem="not_a_member")
        url = self.answers.make(user, channel)
        answer = await self.delivery.send("slash_commands", payloads.command(self.api, user, channel, text, url))
        if not answer.ok:
            why = "operation_timeout" if answer.problem == "http_timeout" else "dispatch_failed"
            self.workspace.tell(user, f"{word} failed with the error “{why}”")
        elif answer.body:
            try:
                self.answers.ack(url, answer.body)
            except Refusal as refusal:
                self.workspace.tell(user, f"{word} failed with the error “{refusal.error}”")
        return answer

    def say(self, user: str, channel: str, text: str, thread_ts: str = "") -> Message:
        """Posts a plain message."""
        self._in_channel(user, channel)
        message = self.workspace.add(
            Message(channel, self.workspace.ts(), user, text, thread_ts=self._root(channel, thread_ts))
        )
        self._announce_message(message)
        return message

    async def drop(
        self,
        user: str,
        channel: str,
        files: Mapping[str, bytes] | Sequence[tuple[str, bytes]],
        thread_ts: str = "",
        text: str = "",
        lag: int = 0,
    ) -> Message:
        """Drops files, by name or as (name, content), in a channel: one message, one file_shared event for each.

        For `lag` calls files.info does not tell yet where the file was posted.
        """
        self._in_channel(user, channel)
        stored = [
            self.workspace.store(name, content, user)
            for name, content in (files.items() if isinstance(files, Mapping) else files)
        ]
        for file in stored:
            file.shares_lag = lag
        message = Message(channel, self.workspace.ts(), user, text, thread_ts=self._root(channel, thread_ts))
        self.workspace.post_files(stored, message)
        for file in stored:
            self.announce(channel, file_shared(self.workspace, file, channel, user))
        self._announce_message(message)
        return message

    async def share(self, user: str, file: StoredFile, channel: str) -> Message:
        """Shares a file that is already in Slack in one more channel."""
        self._in_channel(user, channel)
        message = Message(channel, self.workspace.ts(), user, "", files=[file.id])
        file.shares.append(Share(channel, message.ts))
        self.workspace.add(message)
        self.announce(channel, file_shared(self.workspace, file, channel, user))
        return message

    def file(self, message_or_id: Message | str) -> StoredFile:
        """A stored file, by id or as the first of a message; its `condition` may be changed."""
        file_id = message_or_id if isinstance(message_or_id, str) else message_or_id.files[0]
        return self.workspace.files[file_id]

    async def click(
        self,
        user: str,
        where: Message | Json,
        control: str,
        option: str | Json | list[str] | None = None,
    ) -> Delivered:
        """Clicks a button, or chooses an `option`, by action_id, block_id or visible name.

        Raises AssertionError that lists what is there.
        """
        where = self._on_screen(where)
        block, element = find_control(where.blocks if isinstance(where, Message) else where["blocks"], control)
        chosen = self.chosen(element, option) if element["type"] != "button" else {}
        return await self.act(user, where, block["block_id"], element, chosen)

    def chosen(self, element: Json, option: Any) -> Json:
        """What choosing `option` is on the wire."""
        kind = element["type"]
        if kind in _ONE:
            return {"selected_option": option if isinstance(option, dict) else chosen_option(element, str(option))}
        if kind in _MANY:
            wanted = [option] if isinstance(option, (str, dict)) else list(option or ())
            return {
                "selected_options": [one if isinstance(one, dict) else chosen_option(element, one) for one in wanted]
            }
        return {_PLAIN.get(kind, "value"): option}

    def delete_message(self, message: Message) -> None:
        """Takes a message away, as an admin can."""
        self.workspace.remove(message)

    def _on_screen(self, where: Message | Json) -> Message | Json:
        """The message or view as it is now. Raises AssertionError when it is gone."""
        if isinstance(where, Message):
            assert self.workspace.message(where.channel, where.ts) is where, "the message is gone"
            return where
        view = self.workspace.view(where["id"])
        assert view, "the view is not open any more"
        return view

    async def act(self, user: str, where: Message | Json, block_id: str, element: Json, chosen: Json) -> Delivered:
        """Sends one click or selection; `chosen` is what the wire carries of it."""
        where, url = self._on_screen(where), ""
        if isinstance(where, Message):
            url = self.answers.make(user, where.channel, where)
            if chosen:
                mine = where.chosen.setdefault(user, {}).setdefault(block_id, {})
                mine[element["action_id"]] = {"type": element["type"], **chosen}
        elif chosen:
            type_in(where, {block_id: {element["action_id"]: {"type": element["type"], **chosen}}})
        payload = payloads.block_action(self.api, user, where, block_id, element, chosen, url)
        return self._or_notice(user, await self.delivery.send("interactive", payload))

    async def suggest(self, user: str, where: Message | Json, control: str, typed: str = "") -> list[Json]:
        """What a type-ahead select offers, groups flattened."""
        answer = await self.suggestions(user, where, control, typed)
        groups = answer.get("option_groups") or ()
        found: list[Json] = [*(answer.get("options") or ()), *(one for group in groups for one in group["options"])]
        return found

    async def suggestions(self, user: str, where: Message | Json, control: str, typed: str) -> Json:
        """The bot's answer to one keystroke: options or option_groups; none when Slack would show none."""
        where = self._on_screen(where)
        block, element = find_control(where.blocks if isinstance(where, Message) else where["blocks"], control)
        if len(typed) < element.get("min_query_length", 3):
            return {"options": []}
        payload = payloads.suggestion(self.api, user, where, block["block_id"], element["action_id"], typed)
        answer = self._or_notice(user, await self.delivery.send("interactive", payload))
        return answer.body if answer.ok and isinstance(answer.body, dict) else {"options": []}

    async def choose(self, user: str, where: Message, control: str, typed: str, option: str = "") -> Delivered:
        """Types into a type-ahead select of a message and takes the option with this text or value."""
        offered = await self.suggest(user, where, control, typed)
        return await self.click(user, where, control, find_option(offered, option or typed))

    async def shortcut(self, user: str, message: Message, callback_id: str) -> Delivered:
        """Uses a message shortcut."""
        if self.workspace.users[user].kind == "stranger":
            self.workspace.tell(user, "Shortcuts are only for members of this workspace.")
            return Delivered(problem="not_a_member")
        url = self.answers.make(user, message.channel, message)
        payload = payloads.message_shortcut(self.api, user, message, callback_id, url)
        return self._or_notice(user, await self.delivery.send("interactive", payload))

    async def open_home(self, user: str, tab: str = "home") -> None:
        """Opens the bot's Home tab."""
        self.announce(self.workspace.direct(user).id, payloads.home_opened(self.workspace, user, tab))

    def announce(self, channel: str, inner: Json, subscription: str = "") -> None:
        """Tells the bot of an event, if it asked for such events (by type or `subscription`) and is in the channel."""
        about = self.workspace.channels[channel]
        if {inner["type"], subscription} & self.subscribed and BOT_USER in about.members:
            wrapped = payloads.event(self.workspace, inner, ext_shared=about.is_ext_shared)
            self.delivery.spawn(self.delivery.send_event(wrapped))

    def _announce_message(self, message: Message) -> None:
        about = self.workspace.message_as_slack(message)
        kind = "im" if self.workspace.channels[message.channel].im_of else "channel"
        subtype = {"subtype": "file_share", "upload": False} if message.files else {}
        event = {**about, **subtype, "channel": message.channel, "channel_type": kind, "event_ts": message.ts}
        # Messages are asked for by kind of conversation; https://docs.slack.dev/reference/events/message.im
        self.announce(message.channel, event, f"message.{kind}")
        if kind != "im" and f"<@{BOT_USER}>" in message.text:
            self.announce(message.channel, {**event, "type": "app_mention"})

    def _root(self, channel: str, thread_ts: str) -> str:
        if not thread_ts:
            return ""
        root = self.workspace.message(channel, thread_ts)
        assert root, f"no message {thread_ts} in {channel}"
        return root.root_ts

    def _in_channel(self, user: str, channel: str) -> None:
        members = self.workspace.channels[channel].members
        assert user in members, f"{user} is not in {channel}"

    def _or_notice(self, user: str, answer: Delivered) -> Delivered:
        if not answer.ok:
            why = "operation_timeout" if answer.problem == "http_timeout" else answer.problem
            self.workspace.tell(user, f"The app did not answer ({why}).")
        return answer
