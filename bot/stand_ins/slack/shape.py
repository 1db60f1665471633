"""The shapes of JSON values, and the report of what does not fit. Messages end in a JSON pointer, as Slack's do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

Surface = Literal["message", "modal", "home"]


class Report:
    """What is wrong with one payload for one surface."""

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self.messages: list[str] = []

    def add(self, pointer: str, problem: str) -> None:
        self.messages.append(f"[ERROR] {problem} [json-pointer:{pointer or '/'}]")


Check = Callable[[Any, str, Report], None]


def string(low: int = 1, high: int = 3000, pattern: str = "") -> Check:
    """A string of `low` to `high` characters that matches `pattern` entirely."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str):
            report.add(at, "must be a string")
        elif len(value) < low:
            report.add(at, f"must be more than {low - 1} characters")
        elif len(value) > high:
            report.add(at, f"must be less than {high + 1} characters")
        elif pattern and not re.fullmatch(pattern, value):
            report.add(at, "has a wrong format")

    return check


def boolean(value: Any, at: str, report: Report) -> None:
    """True or false."""
    if not isinstance(value, bool):
        report.add(at, "must be a boolean")


def anything(_value: Any, _at: str, _report: Report) -> None:
    """A value that Slack does not look into."""


def integer(low: int, high: int) -> Check:
    """A whole number within both limits."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            report.add(at, "must be an integer")
        elif not low <= value <= high:
            report.add(at, f"must be between {low} and {high}")

    return check


def is_number(value: Any) -> bool:
    """Whether JSON would call it a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def number(*, above: float | None = None) -> Check:
    """A number, larger than `above`."""

    def check(value: Any, at: str, report: Report) -> None:
        if not is_number(value):
            report.add(at, "must be a number")
        elif above is not None and not value > above:
            report.add(at, f"must be greater than {above:g}")

    return check


def one_of(*words: str) -> Check:
    """One of these words."""

    def check(value: Any, at: str, report: Report) -> None:
        if value not in words:
            report.add(at, f"must be one of: {', '.join(words)}")

    return check


def array(item: Check, low: int, high: int) -> Check:
    """`low` to `high` items, each of one shape."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, list):
            report.add(at, "must be an array")
            return
        if len(value) < low:
            report.add(at, f"no less than {low} items required")
        if len(value) > high:
            report.add(at, f"no more than {high} items allowed")
        for index, one in enumerate(value):
            item(one, f"{at}/{index}", report)

    return check


def record(
    required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *further: Callable[..., None]
) -> Check:
    """An object with these properties and no others; `further` checks look at the whole of it."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add(at, "must be an object")
            return
        before = len(report.messages)
        for name in required:
            if name not in value:
                report.add(at, f"missing required field: {name}")
        for name, one in value.items():
            if name in known:
                known[name](one, f"{at}/{name}", report)
            elif name != "type":
                report.add(f"{at}/{name}", "invalid additional property")
        if len(report.messages) == before:
            for rule in further:
                rule(value, at, report)

    return check


def by_type(kinds: Mapping[str, Check], what: str) -> Check:
    """An object whose `type` says which of `kinds` it is."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add(at, "must be an object")
        elif not isinstance(value.get("type"), str) or value["type"] not in kinds:
            report.add(f"{at}/type", f"unsupported type for {what}: {value.get('type')}")
        else:
            kinds[value["type"]](value, at, report)

    return check


def exactly_one(*names: str) -> Callable[..., None]:
    """A further check: one of these properties, not several."""

    def check(value: dict[str, Any], at: str, report: Report) -> None:
        if sum(name in value for name in names) != 1:
            report.add(at, f"must have exactly one of: {', '.join(names)}")

    return check


def at_least_one(*names: str) -> Callable[..., None]:
    """A further check: any of these properties."""

    def check(value: dict[str, Any], at: str, report: Report) -> None:
        if not any(value.get(name) for name in names):
            report.add(at, f"must have at least one of: {', '.join(names)}")

    return check


def repeated(values: Iterable[Any]) -> list[Any]:
    """The values that come more than once."""
    seen: set[Any] = set()
    again = []
    for value in values:
        if value in seen:
            again.append(value)
        seen.add(value)
    return again
