"""What Slack refuses in a modal or a Home tab. Source: https://docs.slack.dev/reference/views"""

from __future__ import annotations

import json
from typing import Any

from bot.stand_ins.slack.block_rules import problems_with_blocks
from bot.stand_ins.slack.shape import Check, Report, anything, boolean, record, string
from bot.stand_ins.slack.text_rules import plain

LARGEST_VIEW = 250_000

_ANY_VIEW: dict[str, Check] = {
    "private_metadata": string(0, 3000),
    "callback_id": string(0, 255),
    "external_id": string(0, 255),
}
_MODAL = record(
    {"title": plain(24), "blocks": anything},
    {
        **_ANY_VIEW,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME = record({"blocks": anything}, _ANY_VIEW)


def problems_with_view(view: Any, at: str = "/view") -> list[str]:
    """What Slack would refuse in a view, each with its JSON pointer; empty when all is well."""
    kind = view.get("type") if isinstance(view, dict) else None
    if kind not in ("modal", "home"):
        return [f"[ERROR] must be a modal or home view [json-pointer:{at}/type]"]
    report = Report(kind)
    (_MODAL if kind == "modal" else _HOME)(view, at, report)
    blocks = view.get("blocks")
    report.messages += problems_with_blocks(blocks, kind, f"{at}/blocks")
    if kind == "modal" and "submit" not in view and isinstance(blocks, list):
        for index, block in enumerate(blocks):
            if isinstance(block, dict) and block.get("type") == "input":
                report.add(f"{at}/blocks/{index}", "a view with an input block must have submit")
    return report.messages


def too_large(view: Any) -> bool:
    """Whether Slack answers view_too_large."""
    return len(json.dumps(view, ensure_ascii=False).encode()) > LARGEST_VIEW
