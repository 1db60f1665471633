"""What Slack refuses in the blocks of a message, a modal or the Home tab.

Sources: https://docs.slack.dev/reference/block-kit/blocks and each block's own page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.stand_ins.slack.card_rules import ALERT, CARD, CAROUSEL, CONTEXT_ACTIONS, PLAN, TASK_CARD, VIDEO, container
from bot.stand_ins.slack.data_rules import DATA_TABLE, DATA_VISUALIZATION, MOST_CHARACTERS, TABLE, characters
from bot.stand_ins.slack.element_rules import IN_ACTIONS, IN_CONTEXT, IN_INPUT, IN_SECTION
from bot.stand_ins.slack.rich_text_rules import RICH_TEXT
from bot.stand_ins.slack.shape import (
    Check,
    Report,
    Surface,
    array,
    at_least_one,
    boolean,
    exactly_one,
    integer,
    record,
    repeated,
    string,
)
from bot.stand_ins.slack.text_rules import ID, SLACK_FILE, URL, plain, text

MOST_BLOCKS: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
_TABLES = ("table", "data_table")
_MARKDOWN_CHARACTERS = 12_000
_BLOCK: dict[str, Check] = {"block_id": ID}


def _no_dispatch_with_file(block: dict[str, Any], at: str, report: Report) -> None:
    if block.get("dispatch_action") and block["element"].get("type") == "file_input":
        report.add(f"{at}/dispatch_action", "not supported with file_input")


_IMAGE = record(
    {"alt_text": string(1, 2000)},
    {**_BLOCK, "image_url": URL, "slack_file": SLACK_FILE, "title": plain(2000)},
    exactly_one("image_url", "slack_file"),
)
_EVERYWHERE: dict[str, Check] = {
    "section": record(
        {},
        {
            **_BLOCK,
            "text": text(3000),
            "fields": array(text(2000), 1, 10),
            "accessory": IN_SECTION,
            "expand": boolean,
        },
        at_least_one("text", "fields"),
    ),
    "actions": record({"elements": array(IN_ACTIONS, 1, 25)}, _BLOCK),
    "context": record({"elements": array(IN_CONTEXT, 1, 10)}, _BLOCK),
    "divider": record({}, _BLOCK),
    "header": record({"text": plain(150)}, {**_BLOCK, "level": integer(1, 4)}),
    "image": _IMAGE,
    "input": record(
        {"label": plain(2000), "element": IN_INPUT},
        {**_BLOCK, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
        _no_dispatch_with_file,
    ),
    "rich_text": RICH_TEXT,
    "video": VIDEO,
}
_FOLDABLE = {kind: _EVERYWHERE[kind] for kind in _EVERYWHERE} | {"table": TABLE}
_IN_MESSAGES: dict[str, Check] = {
    "table": TABLE,
    "data_table": DATA_TABLE,
    "data_visualization": DATA_VISUALIZATION,
    "card": CARD,
    "carousel": CAROUSEL,
    "container": container(_FOLDABLE),
    "markdown": record({"text": string(1, _MARKDOWN_CHARACTERS)}, _BLOCK),
    "context_actions": CONTEXT_ACTIONS,
    "plan": PLAN,
    "task_card": TASK_CARD,
}
# `table` in the Home tab and `card` in a modal are documented and then not shown, so they are refused here.
_ON: dict[Surface, dict[str, Check]] = {
    "message": {**_EVERYWHERE, **_IN_MESSAGES},
    "modal": {**_EVERYWHERE, "alert": ALERT},
    "home": {**_EVERYWHERE, **{kind: _IN_MESSAGES[kind] for kind in ("card", "carousel", "container")}},
}
_KNOWN = {*_EVERYWHERE, *_IN_MESSAGES, "alert"}


def problems_with_blocks(blocks: Any, surface: Surface, at: str = "/blocks") -> list[str]:
    """What Slack would refuse, each with its JSON pointer; empty when all is well."""
    report = Report(surface)
    if not isinstance(blocks, list):
        report.add(at, "must be an array")
        return report.messages
    if len(blocks) > MOST_BLOCKS[surface]:
        report.add(at, f"no more than {MOST_BLOCKS[surface]} items allowed")
    for index, block in enumerate(blocks):
        _check_block(block, f"{at}/{index}", report)
    if not report.messages:
        _check_together(blocks, at, report)
    return report.messages


def _check_block(block: Any, at: str, report: Report) -> None:
    kind = block.get("type") if isinstance(block, dict) else None
    if not isinstance(kind, str) or kind not in _KNOWN:
        report.add(f"{at}/type", f"unsupported block type: {kind}")
    elif kind not in _ON[report.surface]:
        report.add(f"{at}/type", f"{kind} is not supported in a {report.surface}")
    else:
        _ON[report.surface][kind](block, at, report)


def _check_together(blocks: list[dict[str, Any]], at: str, report: Report) -> None:
    every = list(_with_children(blocks))
    for block_id in repeated(block["block_id"] for block in every if "block_id" in block):
        report.add(at, f"block_id already exists: {block_id}")
    for block in every:
        for action_id in repeated(one["action_id"] for one in elements_of(block) if "action_id" in one):
            report.add(at, f"action_id already exists in its block: {action_id}")
    tables = [block for block in every if block["type"] in _TABLES]
    if len(tables) > 1:
        report.add(at, "only_one_table_allowed")
    if sum(characters(block["rows"]) for block in tables) > MOST_CHARACTERS:
        report.add(at, f"all tables must hold less than {MOST_CHARACTERS + 1} characters")
    if sum(block["type"] == "data_visualization" for block in every) > 2:
        report.add(at, "no more than 2 data_visualization blocks allowed")
    if sum(block["type"] == "plan" for block in every) > 1:
        report.add(at, "no more than 1 plan block allowed")
    if sum(len(block["text"]) for block in every if block["type"] == "markdown") > _MARKDOWN_CHARACTERS:
        report.add(at, f"all markdown must be less than {_MARKDOWN_CHARACTERS + 1} characters")


def _with_children(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        yield block
        yield from block.get("child_blocks") or ()


def elements_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The elements of one block that can be used: buttons, selects, inputs."""
    found = (
        [one for one in block.get("elements") or () if isinstance(one, dict)] if block["type"] != "rich_text" else []
    )
    for name in ("accessory", "element"):
        if isinstance(block.get(name), dict):
            found.append(block[name])
    if block["type"] == "data_table":
        found += [cell["element"] for row in block["rows"] for cell in row if cell["type"] == "action_cell"]
    if block["type"] == "card":
        found += block.get("actions") or ()
    if block["type"] == "carousel":
        found += [button for card in block["elements"] for button in card.get("actions") or ()]
    return [one for one in found if one.get("type") not in ("plain_text", "mrkdwn", "image", "card")]
