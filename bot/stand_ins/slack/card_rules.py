"""The blocks of 2025 and 2026 that carry other things.

Sources: https://docs.slack.dev/reference/block-kit/blocks, pages alert, card, carousel, container, plan, task_card.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.stand_ins.slack.element_rules import BUTTON
from bot.stand_ins.slack.rich_text_rules import RICH_TEXT
from bot.stand_ins.slack.shape import (
    Check,
    Report,
    anything,
    array,
    at_least_one,
    boolean,
    by_type,
    exactly_one,
    one_of,
    record,
    string,
)
from bot.stand_ins.slack.text_rules import ID, IMAGE, URL, plain, text

_BLOCK: dict[str, Check] = {"block_id": ID}
_IMAGE = by_type({"image": IMAGE}, "an image")
_ICON = by_type({"icon": record({"name": string(1, 255)})}, "an icon")
_BUTTONS = array(by_type({"button": BUTTON}, "a card's button"), 1, 3)


def _one_icon(card: dict[str, object], at: str, report: Report) -> None:
    if "icon" in card and "slack_icon" in card:
        report.add(at, "must not have both icon and slack_icon")


ALERT = record({"text": text(200)}, {**_BLOCK, "level": one_of("default", "info", "warning", "error", "success")})
CARD = record(
    {},
    {
        **_BLOCK,
        "hero_image": _IMAGE,
        "icon": _IMAGE,
        "slack_icon": _ICON,
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "subtext": text(200),
        "actions": _BUTTONS,
    },
    at_least_one("hero_image", "title", "actions", "body"),
    _one_icon,
)
CAROUSEL = record({"elements": array(by_type({"card": CARD}, "a carousel's card"), 1, 10)}, _BLOCK)


def _no_divider_with_fold(block: dict[str, object], at: str, report: Report) -> None:
    if block.get("has_header_divider") and block.get("is_collapsible"):
        report.add(f"{at}/has_header_divider", "not supported with is_collapsible")


def container(children: Mapping[str, Check]) -> Check:
    """A container that may hold these blocks."""
    return record(
        {"child_blocks": array(by_type(children, "a container's child"), 1, 10)},
        {
            **_BLOCK,
            "title": plain(150),
            "rich_text_title": by_type({"rich_text": RICH_TEXT}, "a title"),
            "subtitle": plain(150),
            "width": one_of("narrow", "standard", "wide", "full"),
            "icon": _IMAGE,
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
        exactly_one("title", "rich_text_title"),
        _no_divider_with_fold,
    )


_RICH = by_type({"rich_text": RICH_TEXT}, "rich text")


def _task(*statuses: str) -> Check:
    return record(
        {"task_id": string(1, 255), "title": string(1, 255)},
        {**_BLOCK, "status": one_of(*statuses), "details": _RICH, "output": _RICH, "sources": array(anything, 0, 100)},
    )


TASK_CARD = _task("in_progress", "complete", "error")
PLAN = record(
    {"title": string(1, 255)},
    {
        **_BLOCK,
        "tasks": array(by_type({"task_card": _task("pending", "in_progress", "complete", "error")}, "a task"), 1, 50),
    },
)
_FEEDBACK = record({"text": plain(75), "value": string(1, 2000)}, {"accessibility_label": string(1, 75)})
CONTEXT_ACTIONS = record(
    {
        "elements": array(
            by_type(
                {
                    "feedback_buttons": record(
                        {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {"action_id": ID}
                    ),
                    "icon_button": record(
                        {"icon": one_of("trash"), "text": plain(75)},
                        {
                            "action_id": ID,
                            "value": string(1, 2000),
                            "confirm": anything,
                            "accessibility_label": string(1, 75),
                            "visible_to_user_ids": array(string(1, 255), 1, 100),
                        },
                    ),
                },
                "a context action",
            ),
            1,
            5,
        )
    },
    _BLOCK,
)
VIDEO = record(
    {"alt_text": string(1, 2000), "title": plain(199), "thumbnail_url": URL, "video_url": URL},
    {
        **_BLOCK,
        "author_name": string(1, 49),
        "description": plain(200),
        "provider_icon_url": URL,
        "provider_name": string(1, 255),
        "title_url": URL,
    },
)
