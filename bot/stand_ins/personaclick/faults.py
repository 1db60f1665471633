"""What can be made to go wrong, and for how many calls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """One fault: its words on the page, the unit of its value (empty: none) and the value that `true` stands for."""

    label: str
    unit: str
    default: Any
    posts_only: bool = False


KINDS: dict[str, Kind] = {
    "slow": Kind("Answer slowly", "seconds", 10.0),
    "late": Kind("Carry out and answer late, even when the caller has gone", "seconds", 20.0),
    "refuse_all": Kind("Refuse every upload (400)", "message", "Promo codes are invalid", posts_only=True),
    "refuse_codes": Kind("Refuse an upload with a code that contains (400)", "text", "BAD", posts_only=True),
    "too_large": Kind("Refuse an upload of more codes than (413)", "codes", 1000, posts_only=True),
    "rate_limited": Kind("Too many requests (429), asking to wait", "seconds", 5.0),
    "forbidden": Kind("Refuse the credentials (403)", "", True),
    "gone": Kind("List not found (404)", "", True),
    "html": Kind("Answer a web page with status 200, nothing carried out", "", True),
    "empty": Kind("Carry out, then answer an empty body", "", True),
    "cut_before": Kind("Cut the connection before carrying out", "", True),
    "cut_after": Kind("Carry out, then cut the connection", "", True),
    "error_before": Kind("Fail (500) before carrying out", "", True),
    "error_after": Kind("Carry out, then fail (500)", "", True),
    "down": Kind("Accept no connections", "", True),
}


@dataclass
class _Fault:
    value: Any
    calls: int | None
    methods: frozenset[str]


class Faults:
    """The faults that are on."""

    def __init__(self) -> None:
        self._on: dict[str, _Fault] = {}

    def turn_on(self, name: str, value: Any = True, *, calls: int | None = None, methods: Iterable[str] = ()) -> None:
        """Makes the next `calls` calls (None: all, until turned off) of `methods` (none named: all) go wrong.

        `value` True stands for the fault's own default. Raises KeyError for an unknown name, ValueError or TypeError
        for a value that does not fit.
        """
        kind = KINDS[name]
        fitting = kind.default if value is True else type(kind.default)(value)
        wanted = frozenset(method.upper() for method in methods) or (frozenset({"POST"}) if kind.posts_only else None)
        self._on[name] = _Fault(fitting, calls, wanted or frozenset())

    def turn_off(self, name: str) -> None:
        """Lets it go right again."""
        self._on.pop(name, None)

    def clear(self) -> None:
        """Turns every fault off."""
        self._on.clear()

    def is_on(self, name: str) -> bool:
        """Whether a fault waits for the next call."""
        return name in self._on

    def strike(self, method: str) -> dict[str, Any]:
        """The faults that hit this call, name to value; each counts one call down."""
        hit = {}
        for name, fault in list(self._on.items()):
            if fault.methods and method not in fault.methods:
                continue
            hit[name] = fault.value
            if fault.calls is not None:
                fault.calls -= 1
                if fault.calls <= 0:
                    del self._on[name]
        return hit

    def state(self) -> dict[str, dict[str, Any]]:
        """Every fault as the page shows it."""
        return {
            name: {
                "on": name in self._on,
                "value": self._on[name].value if name in self._on else kind.default,
                "label": kind.label,
                "unit": kind.unit,
            }
            for name, kind in KINDS.items()
        }
