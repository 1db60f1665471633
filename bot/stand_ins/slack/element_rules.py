"""Block elements. Source: https://docs.slack.dev/reference/block-kit/block-elements"""

from __future__ import annotations

from typing import Any

from bot.stand_ins.slack.shape import (
    Check,
    Report,
    anything,
    array,
    boolean,
    by_type,
    exactly_one,
    integer,
    one_of,
    record,
    string,
)
from bot.stand_ins.slack.text_rules import (
    CONFIRM,
    ID,
    IMAGE,
    OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    RICH_OPTION,
    URL,
    initial_is_offered,
    plain,
    text,
)

_PLACEHOLDER = plain(150)
_ALWAYS: dict[str, Check] = {"action_id": ID}
_CHOICE: dict[str, Check] = {**_ALWAYS, "confirm": CONFIRM, "focus_on_load": boolean}
_MENU: dict[str, Check] = {**_CHOICE, "placeholder": _PLACEHOLDER}
_MANY: dict[str, Check] = {**_MENU, "max_selected_items": integer(1, 1000)}
_INPUT: dict[str, Check] = {
    **_ALWAYS,
    "placeholder": _PLACEHOLDER,
    "focus_on_load": boolean,
    "dispatch_action_config": record(
        {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 1, 2)}
    ),
}
_OPTIONS: dict[str, Check] = {"options": array(OPTION, 1, 100), "option_groups": array(OPTION_GROUP, 1, 100)}
_FILTER = record({}, {"include": anything, "exclude_external_shared_channels": boolean, "exclude_bot_users": boolean})
_DAY = string(10, 10, r"\d{4}-\d\d-\d\d")
_LENGTH = {"min_length": integer(0, 3000), "max_length": integer(1, 3000)}


def _lengths_agree(element: dict[str, Any], at: str, report: Report) -> None:
    if element.get("min_length", 0) > element.get("max_length", 3000):
        report.add(at, "min_length must not be larger than max_length")
    if len(element.get("initial_value") or "") > element.get("max_length", 3000):
        report.add(f"{at}/initial_value", "must not be longer than max_length")


BUTTON = record(
    {"text": plain(75)},
    {
        **_ALWAYS,
        "url": URL,
        "value": string(1, 2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(1, 75),
    },
)


def _picks(kind: str, first: str, **more: Check) -> dict[str, Check]:
    """The select and the multi-select of one data source."""
    return {
        f"{kind}_select": record({}, {**_MENU, f"initial_{first}": string(1, 255), **more}),
        f"multi_{kind}_select": record({}, {**_MANY, f"initial_{first}s": array(string(1, 255), 0, 1000), **more}),
    }


_ASKED = {"min_query_length": integer(0, 1000)}
SELECTS: dict[str, Check] = {
    "static_select": record(
        {}, {**_MENU, **_OPTIONS, "initial_option": OPTION}, exactly_one("options", "option_groups"), initial_is_offered
    ),
    "multi_static_select": record(
        {},
        {**_MANY, **_OPTIONS, "initial_options": array(OPTION, 1, 100)},
        exactly_one("options", "option_groups"),
        initial_is_offered,
    ),
    "external_select": record({}, {**_MENU, **_ASKED, "initial_option": OPTION}),
    "multi_external_select": record({}, {**_MANY, **_ASKED, "initial_options": array(OPTION, 1, 100)}),
    **_picks("users", "user"),
    **_picks(
        "conversations",
        "conversation",
        default_to_current_conversation=boolean,
        response_url_enabled=boolean,
        filter=_FILTER,
    ),
    **_picks("channels", "channel", response_url_enabled=boolean),
}

PICKERS: dict[str, Check] = {
    "checkboxes": record(
        {"options": array(RICH_OPTION, 1, 10)},
        {**_CHOICE, "initial_options": array(RICH_OPTION, 1, 10)},
        initial_is_offered,
    ),
    "radio_buttons": record(
        {"options": array(RICH_OPTION, 1, 10)}, {**_CHOICE, "initial_option": RICH_OPTION}, initial_is_offered
    ),
    "datepicker": record({}, {**_MENU, "initial_date": _DAY}),
    "timepicker": record({}, {**_MENU, "initial_time": string(5, 5, r"\d\d:\d\d"), "timezone": string(1, 255)}),
    "datetimepicker": record({}, {**_CHOICE, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
}

INPUTS: dict[str, Check] = {
    "plain_text_input": record(
        {}, {**_INPUT, **_LENGTH, "multiline": boolean, "initial_value": string(0, 3000)}, _lengths_agree
    ),
    "number_input": record(
        {"is_decimal_allowed": boolean},
        {
            **_INPUT,
            "initial_value": string(1, 255),
            "min_value": string(1, 255),
            "max_value": string(1, 255),
        },
    ),
    "email_text_input": record({}, {**_INPUT, "initial_value": string(1, 3000)}),
    "url_text_input": record({}, {**_INPUT, "initial_value": string(1, 3000)}),
    "file_input": record({}, {**_ALWAYS, "filetypes": array(string(1, 20), 1, 100), "max_files": integer(1, 10)}),
    "rich_text_input": record({}, {**_INPUT, "initial_value": anything}),
}

_OVERFLOW: Check = record({"options": array(OVERFLOW_OPTION, 1, 5)}, {**_ALWAYS, "confirm": CONFIRM})

# Where an element is not at home: measured by TightknitAI/slack-block-kit-validator, check-surface-compatibility.ts
_ONLY_ON = {
    "file_input": ("modal",),
    "number_input": ("modal",),
    "email_text_input": ("modal",),
    "url_text_input": ("modal",),
    "datetimepicker": ("message", "modal"),
    "rich_text_input": ("modal", "home"),
}


def _at_home(kind: str, check: Check) -> Check:
    def checked(value: Any, at: str, report: Report) -> None:
        if kind in _ONLY_ON and report.surface not in _ONLY_ON[kind]:
            report.add(at, f"{kind} is not supported in a {report.surface}")
        check(value, at, report)

    return checked


def _kinds(*tables: dict[str, Check]) -> dict[str, Check]:
    return {kind: _at_home(kind, check) for table in tables for kind, check in table.items()}


IN_ACTIONS = by_type(_kinds({"button": BUTTON, "overflow": _OVERFLOW}, SELECTS, PICKERS), "an actions element")
IN_SECTION = by_type(
    _kinds({"button": BUTTON, "overflow": _OVERFLOW, "image": IMAGE}, SELECTS, PICKERS), "a section accessory"
)
IN_INPUT = by_type(_kinds(INPUTS, SELECTS, PICKERS), "an input element")
IN_CONTEXT = by_type(
    {
        "image": IMAGE,
        "plain_text": text(3000),
        "mrkdwn": text(3000),
    },
    "a context element",
)
