"""One line of `check`: a mark, what it is about, what was found, and the fix."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bot.errors import SettingsError


class Mark(Enum):
    """How well it is; the value is the exit status it alone would lead to."""

    OK = 0
    WRONG = 1
    STOPS = 2


SHOWN = {Mark.OK: "✓", Mark.WRONG: "!", Mark.STOPS: "✗"}


@dataclass(frozen=True, slots=True)
class Line:
    """`fix` is empty where there is nothing to do."""

    mark: Mark
    about: str
    found: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{SHOWN[self.mark]} {self.about}: {self.found}{f'. {self.fix}' if self.fix else ''}"


def ok(about: str, found: str) -> Line:
    """Nothing to do."""
    return Line(Mark.OK, about, found)


def wrong(about: str, found: str, fix: str) -> Line:
    """The bot starts, and something will not work."""
    return Line(Mark.WRONG, about, found, fix)


def stops(about: str, found: str, fix: str) -> Line:
    """The bot does not start."""
    return Line(Mark.STOPS, about, found, fix)


def of(error: SettingsError) -> Line:
    """What keeps the bot from starting, as `http` and `socket` would say it."""
    return stops(error.name, error.problem, error.then)


def status(lines: list[Line]) -> int:
    """0 when all is well, 1 when something is wrong, 2 when the bot cannot start."""
    return max((line.mark.value for line in lines), default=0)
