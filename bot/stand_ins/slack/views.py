"""Open views: how Slack stores one, and what a person has put into it."""

from __future__ import annotations

import copy
from typing import Any

from bot.stand_ins.slack.block_rules import elements_of
from bot.stand_ins.slack.cast import APP_ID, BOT_ID, TEAM
from bot.stand_ins.slack.workspace import Json, Workspace

DEEPEST = 3
_INITIALS = {
    "initial_value": "value",
    "initial_option": "selected_option",
    "initial_options": "selected_options",
    "initial_date": "selected_date",
    "initial_time": "selected_time",
    "initial_date_time": "selected_date_time",
    "initial_user": "selected_user",
    "initial_users": "selected_users",
    "initial_conversation": "selected_conversation",
    "initial_conversations": "selected_conversations",
    "initial_channel": "selected_channel",
    "initial_channels": "selected_channels",
}
# What an untouched element is worth in `state.values`.
_EMPTY: dict[str, Json] = {
    "static_select": {"selected_option": None},
    "external_select": {"selected_option": None},
    "radio_buttons": {"selected_option": None},
    "checkboxes": {"selected_options": []},
    "multi_static_select": {"selected_options": []},
    "multi_external_select": {"selected_options": []},
    "datepicker": {"selected_date": None},
    "timepicker": {"selected_time": None},
    "datetimepicker": {"selected_date_time": None},
    "users_select": {"selected_user": None},
    "multi_users_select": {"selected_users": []},
    "conversations_select": {"selected_conversation": None},
    "multi_conversations_select": {"selected_conversations": []},
    "channels_select": {"selected_channel": None},
    "multi_channels_select": {"selected_channels": []},
    "plain_text_input": {"value": None},
    "number_input": {"value": None},
    "email_text_input": {"value": None},
    "url_text_input": {"value": None},
    "rich_text_input": {"rich_text_value": None},
    "file_input": {"files": []},
}


def initial_values(blocks: list[Json]) -> Json:
    """`state.values` before anybody touches anything."""
    values: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element.get("type") in _EMPTY:
                value: Json = {"type": element["type"], **copy.deepcopy(_EMPTY[element["type"]])}
                value |= {_INITIALS[name]: element[name] for name in _INITIALS if name in element}
                values.setdefault(block["block_id"], {})[element["action_id"]] = value
    return values


def merged(values: Json, typed: Json) -> Json:
    """`values` with what was typed, as far as the same block and action still exist."""
    result: Json = copy.deepcopy(values)
    for block_id, actions in typed.items():
        for action_id, value in actions.items():
            if action_id in result.get(block_id, {}) and isinstance(value, dict):
                result[block_id][action_id] |= value
    return result


def stored_view(workspace: Workspace, asked: Json, *, old: Json | None = None) -> Json:
    """The view object Slack answers; what was typed into `old` is kept where the ids are the same."""
    blocks = workspace.with_ids(asked["blocks"])
    values = initial_values(blocks)
    typed: Json = old["typed"] if old else {}
    view_id = old["id"] if old else workspace.number("V")
    view: Json = {
        "id": view_id,
        "team_id": TEAM,
        "type": asked["type"],
        "title": asked.get("title"),
        "submit": asked.get("submit"),
        "close": asked.get("close"),
        "blocks": blocks,
        "private_metadata": asked.get("private_metadata", ""),
        "callback_id": asked.get("callback_id", ""),
        "external_id": asked.get("external_id", ""),
        "state": {"values": merged(values, typed)},
        "hash": workspace.number("hash"),
        "clear_on_close": bool(asked.get("clear_on_close")),
        "notify_on_close": bool(asked.get("notify_on_close")),
        "root_view_id": old["root_view_id"] if old else view_id,
        "previous_view_id": old["previous_view_id"] if old else None,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM,
        "bot_id": BOT_ID,
        "typed": typed,
    }
    return view


def as_slack(view: Json) -> Json:
    """The view as the wire carries it."""
    return {name: copy.deepcopy(value) for name, value in view.items() if name not in ("typed", "errors")}


def type_in(view: Json, typed: dict[str, Any]) -> None:
    """Remembers what a person put in."""
    for block_id, actions in typed.items():
        view["typed"].setdefault(block_id, {}).update(actions)
    view["state"] = {"values": merged(initial_values(view["blocks"]), view["typed"])}


def push(workspace: Workspace, user: str, view: Json) -> None:
    """Lays a view on top of a person's open ones."""
    stack = workspace.stacks.setdefault(user, [])
    if stack:
        view["root_view_id"], view["previous_view_id"] = stack[0]["id"], stack[-1]["id"]
    stack.append(view)
    workspace.touch()


def replace(workspace: Workspace, user: str, old: Json, new: Json) -> None:
    """Puts `new` where `old` was."""
    if workspace.homes.get(user) is old:
        workspace.homes[user] = new
    else:
        stack = workspace.stacks[user]
        stack[stack.index(old)] = new
    workspace.touch()


def close(workspace: Workspace, user: str, view_id: str, *, every: bool = False) -> list[Json]:
    """Takes the view and those above it away, or all of them; answers what was closed, topmost first."""
    stack = workspace.stacks.get(user, [])
    index = next((place for place, view in enumerate(stack) if view["id"] == view_id), len(stack))
    kept, closed = ([], stack) if every else (stack[:index], stack[index:])
    workspace.stacks[user] = kept
    workspace.touch()
    return closed[::-1]
