"""What the stand-in knows: its lists, who holds which code, and every POST it ever got."""

from __future__ import annotations

import json
import random
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DEMO = (
    ("100500", "Spring sale", 240),
    ("100501", "Welcome 10%", 18_350),
    ("100502", "VIP birthday", 0),
    ("100503", "Black Friday 2026", 52_000),
    ("100504", "Newsletter", 4_120),
    ("100505", "Win-back", 480),
    ("100506", "Abandoned basket", 1_975),
    ("100507", "App install", 7_600),
)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Style:
    """How the API answers: `new` wraps lists in payload and errors in success/false; `page` is the largest page;
    `removal` False has no DELETE calls, as older shops."""

    new: bool = False
    page: int = 1000
    ignore_offset: bool = False
    string_ids: bool = False
    removal: bool = True


@dataclass
class StandInList:
    """One list; codes are handed out first in, first out."""

    id: str
    name: str
    unique: bool = True
    handed_out: int = 0
    received: int = 0
    available: int = 0
    _waiting: OrderedDict[str, int] = field(default_factory=OrderedDict, repr=False)
    _out: set[str] = field(default_factory=set, repr=False)
    _held: dict[str, str] = field(default_factory=dict, repr=False)

    def add(self, codes: Iterable[str]) -> int:
        """Stores codes and says by how many the list grew; with `unique` the ones it ever had are left out silently."""
        before = self.available
        for code in codes:
            if self.unique and (code in self._waiting or code in self._out):
                continue
            self._waiting[code] = self._waiting.get(code, 0) + 1
            self.available += 1
        self.received += self.available - before
        return self.available - before

    def take(self, n: int) -> list[str]:
        """Hands out up to `n` codes."""
        taken: list[str] = []
        while self._waiting and len(taken) < n:
            code, copies = self._waiting.popitem(last=False)
            if copies > 1:
                self._waiting[code] = copies - 1
                self._waiting.move_to_end(code, last=False)
            taken.append(code)
        self._out.update(taken)
        self.available -= len(taken)
        self.handed_out += len(taken)
        return taken

    def take_for(self, device: str) -> str | None:
        """The code of one device, the same at every call; None when the list is empty."""
        if device not in self._held:
            taken = self.take(1)
            if not taken:
                return None
            self._held[device] = taken[0]
        return self._held[device]

    def remove(self, codes: Iterable[str]) -> int:
        """Removes those codes that are not handed out yet and says how many there were."""
        gone = sum(self._waiting.pop(code, 0) for code in codes)
        self.available -= gone
        return gone

    def purge(self) -> None:
        """Removes every code that is not handed out yet."""
        self._waiting.clear()
        self.available = 0


@dataclass
class Post:
    """One POST as it truly went: `stored` says the codes were taken, `added` by how many the list grew,
    `answered` that the answer left; `at` is Unix time, `status` 0 where no answer was given."""

    at: float
    list_id: str
    codes: tuple[str, ...]
    stored: bool = False
    added: int = 0
    status: int = 0
    answered: bool = False


class Record:
    """Every POST in order of arrival; with `path`, one JSON line when it is decided and one when it is answered."""

    def __init__(self, path: Path | None = None) -> None:
        self.posts: list[Post] = []
        self._stored: list[Post] = []
        self._path = path

    def open_post(self, at: float, list_id: str, codes: Sequence[str]) -> Post:
        """Notes that a POST came in."""
        post = Post(at, list_id, tuple(codes))
        self.posts.append(post)
        return post

    def stored(self, post: Post, added: int) -> None:
        """Notes that the codes of a POST were taken and the list grew by `added`."""
        post.stored, post.added = True, added
        self._stored.append(post)

    def decided(self, post: Post) -> None:
        """Writes down whether the codes of a POST were stored."""
        self._write(post, list=post.list_id, codes=post.codes, stored=post.stored, added=post.added)

    def answered(self, post: Post, status: int) -> None:
        """Writes down that the answer left with `status`."""
        post.status, post.answered = status, True
        self._write(post, status=status)

    def codes(self, list_id: str) -> list[str]:
        """Every code taken into a list, repeats included, in the order in which they were stored."""
        return [code for post in self._stored if post.list_id == list_id for code in post.codes]

    def _write(self, post: Post, **facts: Any) -> None:
        if self._path:
            number = next(n for n in range(len(self.posts) - 1, -1, -1) if self.posts[n] is post)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"post": number, "at": post.at, **facts}) + "\n")


def demo_lists() -> list[StandInList]:
    """Eight lists to play with; the same codes each time."""
    return [_filled(identity, name, count) for identity, name, count in DEMO]


def lists_from(path: Path) -> Callable[[], list[StandInList]]:
    """A maker of the lists in a JSON file: `[{"id", "name", "available": number}]`, or `"codes": […]`."""
    entries = json.loads(path.read_text(encoding="utf-8"))

    def make() -> list[StandInList]:
        made = [_filled(str(one["id"]), str(one.get("name", "")), int(one.get("available", 0))) for one in entries]
        for one, entry in zip(made, entries, strict=True):
            one.add(entry.get("codes", ()))
            one.received = 0
        return made

    return make


def _filled(identity: str, name: str, count: int) -> StandInList:
    one = StandInList(identity, name)
    dice = random.Random(f"promo {identity}")  # noqa: S311
    while one.available < count:
        one.add("".join(dice.choices(LETTERS, k=8)) for _ in range(count - one.available))
    one.received = 0
    return one
