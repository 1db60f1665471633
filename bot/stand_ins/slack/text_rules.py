"""Block Kit's composition objects. Source: https://docs.slack.dev/reference/block-kit/composition-objects"""

from __future__ import annotations

from typing import Any

from bot.stand_ins.slack.shape import Check, Report, array, boolean, by_type, exactly_one, one_of, record, string

ID = string(1, 255)
URL = string(1, 3000, r"[a-z]+:\S+")


def plain(high: int, low: int = 1) -> Check:
    """A plain_text object of `low` to `high` characters."""
    return by_type({"plain_text": record({"text": string(low, high)}, {"emoji": boolean})}, "a plain_text object")


def text(high: int, low: int = 1) -> Check:
    """A plain_text or mrkdwn object of `low` to `high` characters."""
    kinds = {
        "plain_text": record({"text": string(low, high)}, {"emoji": boolean}),
        "mrkdwn": record({"text": string(low, high)}, {"verbatim": boolean}),
    }
    return by_type(kinds, "a text object")


CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)

_VALUE = string(1, 150)
OPTION = record({"text": plain(75), "value": _VALUE}, {"description": plain(75)})
RICH_OPTION = record({"text": text(75), "value": _VALUE}, {"description": text(75)})
OVERFLOW_OPTION = record({"text": plain(75), "value": _VALUE}, {"description": plain(75), "url": URL})
OPTION_GROUP = record({"label": plain(75), "options": array(OPTION, 1, 100)})

SLACK_FILE = record({}, {"id": string(1, 255), "url": URL}, exactly_one("id", "url"))
IMAGE = record(
    {"alt_text": string(1, 2000)}, {"image_url": URL, "slack_file": SLACK_FILE}, exactly_one("image_url", "slack_file")
)


def options_of(element: dict[str, Any]) -> list[dict[str, Any]]:
    """Every option an element offers by itself, groups included."""
    found = list(element.get("options") or ())
    for group in element.get("option_groups") or ():
        found += group.get("options") or ()
    return found


def initial_is_offered(element: dict[str, Any], at: str, report: Report) -> None:
    """A further check: what is chosen at first is one of the options."""
    offered = options_of(element)
    first = element.get("initial_option")
    chosen = ([first] if first else []) + list(element.get("initial_options") or ())
    for one in chosen:
        if one not in offered:
            report.add(at, "the initial option must match exactly one of the options")
