"""Rich text. Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

from __future__ import annotations

from typing import Any

from bot.stand_ins.slack.shape import array, boolean, by_type, integer, one_of, record, string
from bot.stand_ins.slack.text_rules import ID, URL

_STYLE = record(
    {},
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean
    ),
)
_INLINE = by_type(
    {
        "text": record({"text": string(1, 4000)}, {"style": _STYLE}),
        "link": record({"url": URL}, {"text": string(1, 4000), "unsafe": boolean, "style": _STYLE}),
        "emoji": record({"name": string(1, 255)}, {"unicode": string(1, 255), "style": _STYLE}),
        "user": record({"user_id": string(1, 255)}, {"style": _STYLE}),
        "usergroup": record({"usergroup_id": string(1, 255)}, {"style": _STYLE}),
        "channel": record({"channel_id": string(1, 255)}, {"style": _STYLE}),
        "broadcast": record({"range": one_of("here", "channel", "everyone")}, {"style": _STYLE}),
        "color": record({"value": string(1, 255)}, {"style": _STYLE}),
        "date": record(
            {"timestamp": integer(0, 99_999_999_999), "format": string(1, 255)},
            {"url": URL, "fallback": string(1, 255), "style": _STYLE},
        ),
    },
    "a rich text element",
)
_LINES = {"elements": array(_INLINE, 0, 1000)}
_BORDER = {"border": integer(0, 1)}
_SECTION = record(_LINES)
_PART = by_type(
    {
        "rich_text_section": _SECTION,
        "rich_text_preformatted": record(_LINES, {**_BORDER, "language": string(1, 255)}),
        "rich_text_quote": record(_LINES, _BORDER),
        "rich_text_list": record(
            {
                "style": one_of("bullet", "ordered"),
                "elements": array(by_type({"rich_text_section": _SECTION}, "a list item"), 1, 1000),
            },
            {**_BORDER, "indent": integer(0, 8), "offset": integer(0, 100_000)},
        ),
    },
    "a part of a rich text",
)
RICH_TEXT = record({"elements": array(_PART, 1, 1000)}, {"block_id": ID})


def rich_text_length(block: dict[str, Any]) -> int:
    """How many characters of text it shows."""
    return len(block.get("text") or "") + sum(rich_text_length(part) for part in block.get("elements") or ())
