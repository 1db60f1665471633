"""Blocks that Slack's reference pages allow and forbid, with the pointer of what is wrong."""

from __future__ import annotations

from typing import Any

from bot.stand_ins.slack.shape import Surface

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def option(text: str = "One", value: str = "1") -> Block:
    return {"text": plain(text), "value": value}


def section(**more: Any) -> Block:
    return {"type": "section", "text": mrkdwn("x"), **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def button(**more: Any) -> Block:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def select(**more: Any) -> Block:
    return {"type": "static_select", "action_id": "s", "options": [option()], **more}


def field(element: Block, **more: Any) -> Block:
    return {"type": "input", "label": plain("Label"), "element": element, **more}


def cell(text: str) -> Block:
    return {"type": "raw_text", "text": text}


def count(value: Any, text: str = "1") -> Block:
    return {"type": "raw_number", "value": value, "text": text}


def data_table(*rows: list[Block], **more: Any) -> Block:
    return {"type": "data_table", "caption": "Lists", "rows": [[cell("Name"), cell("Left")], *rows], **more}


def table(*rows: list[Block], **more: Any) -> Block:
    return {"type": "table", "rows": list(rows), **more}


def chart(kind: str = "line", **more: Any) -> Block:
    series = [{"name": "Left", "data": [{"label": "Mon", "value": 3}, {"label": "Tue", "value": -1}]}]
    made = {"type": kind, "series": series, "axis_config": {"categories": ["Mon", "Tue"]}, **more}
    return {"type": "data_visualization", "title": "Left", "chart": made}


def pie(*values: float) -> Block:
    segments = [{"label": f"s{index}", "value": value} for index, value in enumerate(values)]
    return {"type": "data_visualization", "title": "Share", "chart": {"type": "pie", "segments": segments}}


def rich(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


CONFIRM = {"title": plain("Sure"), "text": plain("Really"), "confirm": plain("Yes"), "deny": plain("No")}
ROW = [cell("Spring"), count(7)]

GOOD: list[tuple[Surface, Block]] = [
    ("message", section()),
    ("message", {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10}),
    ("message", section(accessory=button(confirm=CONFIRM, style="danger"), expand=True)),
    ("message", section(text=mrkdwn("x" * 3000), block_id="b" * 255)),
    ("message", actions(*(button(action_id=f"a{index}") for index in range(25)))),
    ("message", actions(button(text=plain("x" * 75), value="v" * 2000, url="https://a.example"))),
    (
        "message",
        actions({"type": "external_select", "action_id": "e", "min_query_length": 0, "placeholder": plain("L")}),
    ),
    ("message", actions(select(option_groups=[{"label": plain("G"), "options": [option()]}], options=None))),
    ("message", actions({"type": "overflow", "action_id": "o", "options": [option()]})),
    (
        "message",
        actions({"type": "radio_buttons", "action_id": "r", "options": [option()], "initial_option": option()}),
    ),
    ("message", actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-11-24"})),
    ("message", {"type": "context", "elements": [mrkdwn("x")] * 10}),
    ("message", {"type": "header", "text": plain("x" * 150), "level": 2}),
    ("message", {"type": "image", "alt_text": "a", "slack_file": {"id": "F1"}}),
    ("message", data_table(ROW)),
    ("message", data_table(*[ROW] * 100, page_size=100, row_header_column_index=1)),
    ("message", table(ROW, ROW, column_settings=[None, {"align": "right"}])),
    ("message", chart()),
    ("message", chart("bar")),
    ("message", pie(1, 2.5)),
    ("message", rich({"type": "text", "text": "a", "style": {"bold": True}}, {"type": "user", "user_id": "U1"})),
    ("message", {"type": "card", "title": plain("x"), "body": mrkdwn("x" * 200), "actions": [button()]}),
    ("message", {"type": "container", "title": plain("x"), "child_blocks": [section(), actions(button())]}),
    ("message", {"type": "plan", "title": "t", "tasks": [{"type": "task_card", "task_id": "1", "title": "a"}]}),
    ("message", {"type": "markdown", "text": "x" * 12_000}),
    ("modal", {"type": "alert", "text": mrkdwn("x" * 200), "level": "warning"}),
    ("modal", field({"type": "file_input", "action_id": "f", "max_files": 10, "filetypes": ["csv"]})),
    ("modal", field({"type": "plain_text_input", "action_id": "p", "multiline": True, "max_length": 3000})),
    ("modal", field({"type": "number_input", "action_id": "n", "is_decimal_allowed": False}, optional=True)),
    ("home", section(accessory=select())),
    ("home", {"type": "divider"}),
]
for _surface, _block in GOOD:
    for _element in _block.get("elements", ()):
        if _element.get("options", 0) is None:
            del _element["options"]

BAD: list[tuple[Surface, Block, str]] = [
    ("message", {"type": "nothing"}, "/blocks/0/type"),
    ("message", {"text": plain("x")}, "/blocks/0/type"),
    ("message", {"type": "section"}, "/blocks/0"),
    ("message", section(text=mrkdwn("")), "/blocks/0/text/text"),
    ("message", section(text=mrkdwn("x" * 3001)), "/blocks/0/text/text"),
    ("message", section(text="bare"), "/blocks/0/text"),
    ("message", section(fields=[mrkdwn("x")] * 11), "/blocks/0/fields"),
    ("message", section(fields=[mrkdwn("x" * 2001)]), "/blocks/0/fields/0/text"),
    ("message", section(colour="red"), "/blocks/0/colour"),
    ("message", section(block_id="b" * 256), "/blocks/0/block_id"),
    ("message", section(block_id=""), "/blocks/0/block_id"),
    ("message", section(accessory={"type": "plain_text_input", "action_id": "p"}), "/blocks/0/accessory/type"),
    ("message", actions(), "/blocks/0/elements"),
    ("message", actions(*(button(action_id=f"a{index}") for index in range(26))), "/blocks/0/elements"),
    ("message", actions(button(), button()), "/blocks"),
    ("message", actions(button(text=plain("x" * 76))), "/blocks/0/elements/0/text/text"),
    ("message", actions(button(text=mrkdwn("x"))), "/blocks/0/elements/0/text/type"),
    ("message", actions(button(value="v" * 2001)), "/blocks/0/elements/0/value"),
    ("message", actions(button(url="https://a.example/" + "x" * 3000)), "/blocks/0/elements/0/url"),
    ("message", actions(button(action_id="a" * 256)), "/blocks/0/elements/0/action_id"),
    ("message", actions(button(style="green")), "/blocks/0/elements/0/style"),
    (
        "message",
        actions(button(confirm={**CONFIRM, "title": plain("x" * 101)})),
        "/blocks/0/elements/0/confirm/title/text",
    ),
    (
        "message",
        actions(button(confirm={**CONFIRM, "text": plain("x" * 301)})),
        "/blocks/0/elements/0/confirm/text/text",
    ),
    (
        "message",
        actions(button(confirm={**CONFIRM, "deny": plain("x" * 31)})),
        "/blocks/0/elements/0/confirm/deny/text",
    ),
    ("message", actions(button(confirm={"title": plain("x")})), "/blocks/0/elements/0/confirm"),
    ("message", actions(select(options=[])), "/blocks/0/elements/0/options"),
    ("message", actions(select(options=[option()] * 101)), "/blocks/0/elements/0/options"),
    ("message", actions(select(options=[option("x" * 76)])), "/blocks/0/elements/0/options/0/text/text"),
    ("message", actions(select(options=[option("x", "v" * 151)])), "/blocks/0/elements/0/options/0/value"),
    ("message", actions(select(initial_option=option("Two", "2"))), "/blocks/0/elements/0"),
    ("message", actions({"type": "static_select", "action_id": "s"}), "/blocks/0/elements/0"),
    (
        "message",
        actions({"type": "radio_buttons", "action_id": "r", "options": [option()] * 11}),
        "/blocks/0/elements/0/options",
    ),
    (
        "message",
        actions({"type": "overflow", "action_id": "o", "options": [option()] * 6}),
        "/blocks/0/elements/0/options",
    ),
    (
        "message",
        actions({"type": "datepicker", "action_id": "d", "initial_date": "24.11.26"}),
        "/blocks/0/elements/0/initial_date",
    ),
    ("message", {"type": "context", "elements": [mrkdwn("x")] * 11}, "/blocks/0/elements"),
    ("message", {"type": "context", "elements": [button()]}, "/blocks/0/elements/0/type"),
    ("message", {"type": "header", "text": plain("x" * 151)}, "/blocks/0/text/text"),
    ("message", {"type": "header", "text": mrkdwn("x")}, "/blocks/0/text/type"),
    ("message", {"type": "image", "alt_text": "a"}, "/blocks/0"),
    ("message", {"type": "alert", "text": plain("x")}, "/blocks/0/type"),
    ("message", field({"type": "file_input", "action_id": "f"}), "/blocks/0/element"),
    ("message", data_table(), "/blocks/0/rows"),
    ("message", data_table(*[ROW] * 101), "/blocks/0/rows"),
    ("message", data_table([cell("one")]), "/blocks/0/rows"),
    ("message", data_table([cell(""), cell("-")]), "/blocks/0/rows/1/0/text"),
    ("message", data_table([cell("x" * 5000), cell("y" * 5000)]), "/blocks/0/rows"),
    ("message", data_table([cell("x"), count("7")]), "/blocks/0/rows/1/1/value"),
    ("message", data_table([cell("x"), count(True)]), "/blocks/0/rows/1/1/value"),
    ("message", data_table([cell("x"), count(7, "")]), "/blocks/0/rows/1/1/text"),
    ("message", data_table(ROW, caption=""), "/blocks/0/caption"),
    ("message", data_table(ROW, page_size=101), "/blocks/0/page_size"),
    ("message", data_table(ROW, row_header_column_index=2), "/blocks/0/row_header_column_index"),
    ("message", {"type": "data_table", "rows": [ROW, ROW]}, "/blocks/0"),
    ("message", {"type": "data_table", "caption": "c", "rows": [ROW, ROW]}, "/blocks/0/rows/0/1/type"),
    ("message", {"type": "data_table", "caption": "c", "rows": [[cell("x")] * 21] * 2}, "/blocks/0/rows/0"),
    ("message", table(*[ROW] * 101), "/blocks/0/rows"),
    ("message", table(ROW, column_settings=[{"align": "top"}]), "/blocks/0/column_settings/0/align"),
    ("message", chart("radar"), "/blocks/0/chart/type"),
    ("message", {**chart(), "title": "x" * 51}, "/blocks/0/title"),
    ("message", chart(axis_config={"categories": ["Mon", "Tue", "Wed"]}), "/blocks/0/chart/series/0/data"),
    (
        "message",
        chart(axis_config={"categories": [str(day) for day in range(21)]}),
        "/blocks/0/chart/axis_config/categories",
    ),
    ("message", chart(series=chart()["chart"]["series"] * 2), "/blocks/0/chart/series"),
    ("message", chart(series=chart()["chart"]["series"] * 7), "/blocks/0/chart/series"),
    ("message", pie(*range(1, 8)), "/blocks/0/chart/segments"),
    ("message", pie(0), "/blocks/0/chart/segments/0/value"),
    ("message", rich({"type": "text", "text": ""}), "/blocks/0/elements/0/elements/0/text"),
    ("message", rich({"type": "blink", "text": "x"}), "/blocks/0/elements/0/elements/0/type"),
    ("message", {"type": "card", "subtitle": plain("x")}, "/blocks/0"),
    ("message", {"type": "card", "title": "bare"}, "/blocks/0/title"),
    ("message", {"type": "card", "title": plain("x"), "actions": [button()] * 4}, "/blocks/0/actions"),
    (
        "message",
        {"type": "container", "title": plain("x"), "child_blocks": [data_table(ROW)]},
        "/blocks/0/child_blocks/0/type",
    ),
    ("message", {"type": "container", "child_blocks": [section()]}, "/blocks/0"),
    ("message", {"type": "task_card", "task_id": "1", "title": "a", "status": "pending"}, "/blocks/0/status"),
    ("message", {"type": "markdown", "text": "x" * 12_001}, "/blocks/0/text"),
    ("modal", {"type": "alert", "text": plain("x" * 201)}, "/blocks/0/text/text"),
    ("modal", {"type": "card", "title": plain("x")}, "/blocks/0/type"),
    ("modal", data_table(ROW), "/blocks/0/type"),
    ("modal", field({"type": "file_input", "action_id": "f", "max_files": 11}), "/blocks/0/element/max_files"),
    ("modal", field({"type": "file_input", "action_id": "f"}, dispatch_action=True), "/blocks/0/dispatch_action"),
    (
        "modal",
        field({"type": "plain_text_input", "action_id": "p", "max_length": 3001}),
        "/blocks/0/element/max_length",
    ),
    ("modal", field(button()), "/blocks/0/element/type"),
    ("home", data_table(ROW), "/blocks/0/type"),
    ("home", chart(), "/blocks/0/type"),
    ("home", {"type": "table", "rows": [ROW]}, "/blocks/0/type"),
    ("home", {"type": "alert", "text": plain("x")}, "/blocks/0/type"),
]
