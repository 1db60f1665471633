"""One person of the workspace, and what people do: type, drop files, click, fill forms, open the Home tab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.stand_ins.slack import payloads, views
from bot.stand_ins.slack.api import Api, Refusal
from bot.stand_ins.slack.delivery import Delivered, Delivery
from bot.stand_ins.slack.events import Events
from bot.stand_ins.slack.file_methods import file_shared
from bot.stand_ins.slack.forms import respond, unfit
from bot.stand_ins.slack.reading import choice, find_control, find_option
from bot.stand_ins.slack.response_urls import ResponseUrls
from bot.stand_ins.slack.stored_files import Share, StoredFile
from bot.stand_ins.slack.workspace import Json, Message, Workspace

LARGEST_FORM_FILE = 10 * 1024 * 1024


@dataclass(frozen=True)
class Person:
    """Somebody by id; what they do reaches the bot as Slack would send it."""

    id: str
    api: Api
    delivery: Delivery
    answers: ResponseUrls
    events: Events
    commands: frozenset[str]

    @property
    def workspace(self) -> Workspace:
        """Where they are."""
        return self.api.workspace

    async def command(self, channel: str, text: str) -> Delivered:
        """Types `/promo …` in a channel; what the bot says in its ack appears there."""
        word = text.split()[0]
        self._in_channel(channel)
        if word not in self.commands:
            self.workspace.tell(self.id, f"{word} is not a valid command.")
            return Delivered(problem="not_a_command")
        if self.workspace.users[self.id].kind == "stranger":
            self.workspace.tell(self.id, f"{word} is only for members of this workspace.")
            return Delivered(problem="not_a_member")
        url = self.answers.make(self.id, channel)
        answer = await self.delivery.send("slash_commands", payloads.command(self.api, self.id, channel, text, url))
        if not answer.ok:
            why = "operation_timeout" if answer.problem == "http_timeout" else "dispatch_failed"
            self.workspace.tell(self.id, f"{word} failed with the error “{why}”")
        elif answer.body:
            try:
                self.answers.ack(url, answer.body)
            except Refusal as refusal:
                self.workspace.tell(self.id, f"{word} failed with the error “{refusal.error}”")
        return answer

    def say(self, channel: str, text: str, thread_ts: str = "") -> Message:
        """Posts a plain message."""
        self._in_channel(channel)
        message = self.workspace.add(
            Message(channel, self.workspace.ts(), self.id, text, thread_ts=self._root(channel, thread_ts))
        )
        self.events.announce_message(message)
        return message

    async def drop(
        self,
        channel: str,
        files: Mapping[str, bytes] | Sequence[tuple[str, bytes]],
        thread_ts: str = "",
        text: str = "",
        lag: int = 0,
    ) -> Message:
        """Drops files, by name or as (name, content), in a channel: one message, one file_shared event for each.

        For `lag` calls files.info does not tell yet where the file was posted.
        """
        self._in_channel(channel)
        stored = [
            self.workspace.store(name, content, self.id)
            for name, content in (files.items() if isinstance(files, Mapping) else files)
        ]
        for file in stored:
            file.shares_lag = lag
        message = Message(channel, self.workspace.ts(), self.id, text, thread_ts=self._root(channel, thread_ts))
        self.workspace.post_files(stored, message)
        for file in stored:
            self.events.announce(channel, file_shared(self.workspace, file, channel, self.id))
        self.events.announce_message(message)
        return message

    async def share(self, file: StoredFile, channel: str) -> Message:
        """Shares a file that is already in Slack in one more channel."""
        self._in_channel(channel)
        message = Message(channel, self.workspace.ts(), self.id, "", files=[file.id])
        file.shares.append(Share(channel, message.ts))
        self.workspace.add(message)
        self.events.announce(channel, file_shared(self.workspace, file, channel, self.id))
        return message

    async def click(
        self,
        where: Message | Json,
        control: str,
        option: str | Json | list[str] | None = None,
    ) -> Delivered:
        """Clicks a button, or chooses an `option`, by action_id, block_id or visible name.

        Raises AssertionError that lists what is there.
        """
        where = self._on_screen(where)
        block, element = find_control(where.blocks if isinstance(where, Message) else where["blocks"], control)
        chosen = choice(element, option) if element["type"] != "button" else {}
        return await self.act(where, block["block_id"], element, chosen)

    def _on_screen(self, where: Message | Json) -> Message | Json:
        """The message or view as it is now. Raises AssertionError when it is gone."""
        if isinstance(where, Message):
            assert self.workspace.message(where.channel, where.ts) is where, "the message is gone"
            return where
        view = self.workspace.view(where["id"])
        assert view, "the view is not open any more"
        return view

    async def act(self, where: Message | Json, block_id: str, element: Json, chosen: Json) -> Delivered:
        """Sends one click or selection; `chosen` is what the wire carries of it."""
        where, url = self._on_screen(where), ""
        if isinstance(where, Message):
            url = self.answers.make(self.id, where.channel, where)
            if chosen:
                mine = where.chosen.setdefault(self.id, {}).setdefault(block_id, {})
                mine[element["action_id"]] = {"type": element["type"], **chosen}
        elif chosen:
            views.type_in(where, {block_id: {element["action_id"]: {"type": element["type"], **chosen}}})
        payload = payloads.block_action(self.api, self.id, where, block_id, element, chosen, url)
        return self._or_notice(await self.delivery.send("interactive", payload))

    async def suggest(self, where: Message | Json, control: str, typed: str = "") -> list[Json]:
        """What a type-ahead select offers, groups flattened."""
        answer = await self.suggestions(where, control, typed)
        groups = answer.get("option_groups") or ()
        found: list[Json] = [*(answer.get("options") or ()), *(one for group in groups for one in group["options"])]
        return found

    async def suggestions(self, where: Message | Json, control: str, typed: str) -> Json:
        """The bot's answer to one keystroke: options or option_groups; none when Slack would show none."""
        where = self._on_screen(where)
        block, element = find_control(where.blocks if isinstance(where, Message) else where["blocks"], control)
        if len(typed) < element.get("min_query_length", 3):
            return {"options": []}
        payload = payloads.suggestion(self.api, self.id, where, block["block_id"], element["action_id"], typed)
        answer = self._or_notice(await self.delivery.send("interactive", payload))
        return answer.body if answer.ok and isinstance(answer.body, dict) else {"options": []}

    async def choose(self, where: Message, control: str, typed: str, option: str = "") -> Delivered:
        """Types into a type-ahead select of a message and takes the option with this text or value."""
        offered = await self.suggest(where, control, typed)
        return await self.click(where, control, find_option(offered, option or typed))

    async def shortcut(self, message: Message, callback_id: str) -> Delivered:
        """Uses a message shortcut."""
        if self.workspace.users[self.id].kind == "stranger":
            self.workspace.tell(self.id, "Shortcuts are only for members of this workspace.")
            return Delivered(problem="not_a_member")
        url = self.answers.make(self.id, message.channel, message)
        payload = payloads.message_shortcut(self.api, self.id, message, callback_id, url)
        return self._or_notice(await self.delivery.send("interactive", payload))

    async def open_home(self, tab: str = "home") -> None:
        """Opens the bot's Home tab."""
        self.events.announce(self.workspace.direct(self.id).id, payloads.home_opened(self.workspace, self.id, tab))

    def form_file(self, name: str, content: bytes) -> Json:
        """A file put into a form's file_input; raises AssertionError above Slack's 10 MB."""
        assert len(content) <= LARGEST_FORM_FILE, f"{name} is larger than 10 MB"
        return self.workspace.file_as_slack(self.workspace.store(name, content, self.id))

    async def submit(self, view: Json, values: Mapping[str, Any] | None = None) -> dict[str, str]:
        """Fills a form by action_id, block_id or label and sends it; answers the errors by block_id.

        A value is a string, an option's text or value, a list of them, or for files {name: bytes}.
        """
        typed: Json = {}
        view = self._open(view)
        for wanted, value in (values or {}).items():
            block, element = find_control(view["blocks"], wanted)
            filled = await self._filled(view, element, value)
            typed.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], **filled}
        return await self.submit_values(view, typed)

    def _open(self, view: Json) -> Json:
        """The form as it is now. Raises AssertionError when it is closed."""
        mine = [one for one in self.workspace.stacks.get(self.id, ()) if one["id"] == view["id"]]
        assert mine, "the view is not open any more"
        return mine[0]

    async def _filled(self, view: Json, element: Json, value: Any) -> Json:
        match element["type"]:
            case "file_input":
                files = value.items() if isinstance(value, Mapping) else ()
                return {"files": [self.form_file(name, content) for name, content in files]}
            case "external_select" if isinstance(value, str):
                offered = await self.suggest(view, element["action_id"], value)
                return {"selected_option": find_option(offered, value)}
            case _:
                return choice(element, value)

    async def submit_values(self, view: Json, typed: Json) -> dict[str, str]:
        """Sends a form with `state.values` as the wire carries them; answers the errors by block_id."""
        view = self._open(view)
        views.type_in(view, typed)
        errors = unfit(view)
        if not errors:
            answer = await self.delivery.send("interactive", payloads.submission(self.api, self.id, view))
            errors = respond(self.api, self.id, view, answer)
        view["errors"] = errors
        self.workspace.touch()
        return errors

    async def close(self, view: Json, *, every: bool = False) -> None:
        """Closes a form, or all of them, as the person."""
        cleared = every or view["clear_on_close"]
        closed = views.close(self.workspace, self.id, view["id"], every=cleared)
        for one in closed:
            if one["notify_on_close"]:
                payload = payloads.view_closed(self.api, self.id, one, cleared=cleared)
                await self.delivery.send("interactive", payload)

    def _root(self, channel: str, thread_ts: str) -> str:
        if not thread_ts:
            return ""
        root = self.workspace.message(channel, thread_ts)
        assert root, f"no message {thread_ts} in {channel}"
        return root.root_ts

    def _in_channel(self, channel: str) -> None:
        members = self.workspace.channels[channel].members
        assert self.id in members, f"{self.id} is not in {channel}"

    def _or_notice(self, answer: Delivered) -> Delivered:
        if not answer.ok:
            why = "operation_timeout" if answer.problem == "http_timeout" else answer.problem
            self.workspace.tell(self.id, f"The app did not answer ({why}).")
        return answer
