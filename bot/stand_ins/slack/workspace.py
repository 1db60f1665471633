"""The state of the stand-in workspace."""

from __future__ import annotations

import asyncio
import copy
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.stand_ins.slack.block_rules import elements_of
from bot.stand_ins.slack.cast import APP_ID, BOT_ID, BOT_USER, TEAM, Channel, User, UserGroup, groups, people, rooms
from bot.stand_ins.slack.stored_files import Share, StoredFile

Json = dict[str, Any]


@dataclass(slots=True)
class Message:
    """One message. `seen_by` names the only reader of an ephemeral one; `chosen` keeps each person's selections."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    files: list[str] = field(default_factory=list)
    seen_by: str = ""
    edited: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    metadata: Json | None = None
    chosen: dict[str, Json] = field(default_factory=dict)
    versions: list[str] = field(default_factory=list)

    @property
    def is_bot(self) -> bool:
        return self.user == BOT_USER

    @property
    def root_ts(self) -> str:
        """The ts under which answers to this message hang."""
        return self.thread_ts or self.ts


@dataclass(frozen=True, slots=True)
class Notice:
    """Words that Slack itself shows one person."""

    id: int
    user: str
    text: str


class Workspace:
    """People, channels, messages, files and open views; each change wakes those who wait in `changed`."""

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        users: Iterable[User] = (),
        channels: Iterable[Channel] = (),
        user_groups: Iterable[UserGroup] = (),
    ) -> None:
        self.clock = clock
        self.users = {user.id: user for user in (*people(), *users)}
        self.channels = {channel.id: channel for channel in (*rooms(), *channels)}
        self.groups = {group.id: group for group in (*groups(), *user_groups)}
        self.files: dict[str, StoredFile] = {}
        self.stacks: dict[str, list[Json]] = {}
        self.homes: dict[str, Json] = {}
        self.notices: list[Notice] = []
        self.root = ""
        self.version = 0
        self._messages: dict[str, dict[str, Message]] = {}
        self._last_us = 0
        self._numbers: dict[str, itertools.count[int]] = {}
        self._waiting = asyncio.Event()
        for user in list(self.users):
            self.direct(user)

    def number(self, prefix: str) -> str:
        """A name never given before."""
        return f"{prefix}{next(self._numbers.setdefault(prefix, itertools.count(1)))}"

    def ts(self) -> str:
        """Seconds with six digits, later than any before."""
        self._last_us = max(int(self.clock() * 1_000_000), self._last_us + 1)
        return f"{self._last_us // 1_000_000}.{self._last_us % 1_000_000:06d}"

    def touch(self) -> None:
        """Says that something changed."""
        self.version += 1
        self.wake()

    def wake(self) -> None:
        """Lets those who wait look again, though nothing changed in the workspace."""
        self._waiting.set()
        self._waiting = asyncio.Event()

    async def changed(self) -> None:
        """Returns at the next change."""
        await self._waiting.wait()

    def direct(self, user: str) -> Channel:
        """The bot's direct messages with a person."""
        channel_id = f"D{user.lstrip('U')}"
        if channel_id not in self.channels:
            self.channels[channel_id] = Channel(channel_id, "", [user, BOT_USER], im_of=user)
        return self.channels[channel_id]

    def messages(self, channel: str) -> list[Message]:
        """Everything in a channel, threads and ephemerals included, by ts."""
        return [one for _, one in sorted(self._messages.get(channel, {}).items())]

    def message(self, channel: str, ts: str) -> Message | None:
        return self._messages.get(channel, {}).get(ts)

    def add(self, message: Message) -> Message:
        """Keeps a message; its blocks and elements get the ids they lack, as Slack gives them."""
        message.blocks = self.with_ids(message.blocks)
        message.versions.append(message.text)
        self._messages.setdefault(message.channel, {})[message.ts] = message
        self.touch()
        return message

    def edit(self, message: Message, text: str, blocks: list[Json]) -> None:
        """Replaces what a message says."""
        message.text, message.blocks, message.edited = text, self.with_ids(blocks), True
        message.versions.append(text)
        self.touch()

    def remove(self, message: Message) -> None:
        self._messages[message.channel].pop(message.ts, None)
        self.touch()

    def with_ids(self, blocks: list[Json]) -> list[Json]:
        """A copy of the blocks in which each has a block_id and each element an action_id."""
        made: list[Json] = copy.deepcopy(blocks)
        for block in made:
            block.setdefault("block_id", self.number("blk"))
            for child in block.get("child_blocks") or ():
                child.setdefault("block_id", self.number("blk"))
            for element in (one for each in (block, *(block.get("child_blocks") or ())) for one in elements_of(each)):
                element.setdefault("action_id", self.number("act"))
        return made

    def store(self, name: str, content: bytes, user: str, *, complete: bool = True) -> StoredFile:
        """Keeps a file that is posted nowhere yet."""
        file = StoredFile(self.number("F"), name, user, content, int(self.clock()), complete=complete, title=name)
        self.files[file.id] = file
        return file

    def post_files(self, files: list[StoredFile], message: Message) -> Message:
        """Posts a message that carries files."""
        message.files = [file.id for file in files]
        for file in files:
            file.shares.append(Share(message.channel, message.ts, message.thread_ts))
        return self.add(message)

    def file_as_slack(self, file: StoredFile, *, lagging: bool = False) -> Json:
        """The file object, with `shares` as files.info tells them when `lagging` may show."""
        about = file.as_slack(self.root)
        if lagging and file.condition != "tombstone":
            private = any(
                self.channels[one.channel].im_of or self.channels[one.channel].is_private for one in file.shares
            )
            about["shares"] = file.shares_as_slack(private, self.replies_as_slack)
        return about

    def replies_as_slack(self, channel: str, ts: str) -> Json:
        """What a file's share tells of the answers under its message."""
        answers = [one for one in self.messages(channel) if one.thread_ts == ts and not one.seen_by]
        users = list(dict.fromkeys(one.user for one in answers))
        about: Json = {"reply_users": users, "reply_users_count": len(users), "reply_count": len(answers)}
        return {**about, "latest_reply": answers[-1].ts} if answers else about

    def message_as_slack(self, message: Message) -> Json:
        """The message object; https://docs.slack.dev/reference/events/message"""
        about: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text, "team": TEAM}
        if message.is_bot:
            about |= {"bot_id": BOT_ID, "app_id": APP_ID}
        for name in ("blocks", "attachments", "thread_ts", "metadata"):
            if value := getattr(message, name):
                about[name] = copy.deepcopy(value)
        if message.files:
            about["files"] = [self.file_as_slack(self.files[one]) for one in message.files]
        if message.edited:
            about["edited"] = {"user": message.user, "ts": message.ts}
        if message.reactions:
            about["reactions"] = [
                {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
            ]
        if replies := self.replies(message):
            about |= {"thread_ts": message.ts, "reply_count": replies}
        return about

    def replies(self, message: Message) -> int:
        """How many answers hang under a message, ephemerals left out."""
        if message.thread_ts:
            return 0
        every = self._messages.get(message.channel, {}).values()
        return sum(one.thread_ts == message.ts and not one.seen_by for one in every)

    def tell(self, user: str, text: str) -> None:
        """Slack's own words to one person."""
        self.notices.append(Notice(len(self.notices) + 1, user, text))
        self.touch()

    def view(self, view_id: str) -> Json | None:
        """An open modal or a Home tab."""
        return next((view for _, view in self._every_view() if view["id"] == view_id), None)

    def view_by_external_id(self, external_id: str) -> Json | None:
        return next((view for _, view in self._every_view() if view.get("external_id") == external_id), None)

    def owner(self, view_id: str) -> str:
        """Whose view it is."""
        return next((user for user, view in self._every_view() if view["id"] == view_id), "")

    def _every_view(self) -> list[tuple[str, Json]]:
        modals = [(user, view) for user, stack in self.stacks.items() for view in stack]
        return modals + list(self.homes.items())
