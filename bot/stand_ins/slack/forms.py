"""What Slack does with a form: refuses what does not fit, and carries out what the bot answers to the rest."""

from __future__ import annotations

from typing import Any

from bot.stand_ins.slack import views
from bot.stand_ins.slack.api import Api, Refusal
from bot.stand_ins.slack.delivery import Delivered
from bot.stand_ins.slack.reading import controls
from bot.stand_ins.slack.view_methods import checked_view
from bot.stand_ins.slack.workspace import Json

_TROUBLE = "We had some trouble connecting. Try again?"


def respond(api: Api, user: str, view: Json, answer: Delivered) -> dict[str, str]:
    """Carries out the bot's response_action; answers the errors by block_id."""
    if not answer.ok:
        api.workspace.tell(user, _TROUBLE)
        return {"": _TROUBLE}
    body = answer.body if isinstance(answer.body, dict) else {}
    try:
        match body.get("response_action"):
            case None:
                views.close(api.workspace, user, view["id"])
            case "clear":
                views.close(api.workspace, user, view["id"], every=True)
            case "update":
                views.replace(api.workspace, user, view, checked_view(api, body.get("view"), "modal", old=view))
            case "push":
                _push(api, user, body.get("view"))
            case "errors":
                return _errors(view, body.get("errors"))
            case other:
                raise Refusal(f"response_action {other}")
    except Refusal as refusal:
        api.workspace.tell(user, f"{_TROUBLE} ({refusal.error})")
        return {"": _TROUBLE}
    return {}


def _push(api: Api, user: str, asked: Any) -> None:
    if len(api.workspace.stacks[user]) >= views.DEEPEST:
        raise Refusal("push_limit_reached")
    views.push(api.workspace, user, checked_view(api, asked, "modal"))


def _errors(view: Json, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise Refusal("errors that name no input block")
    return {block_id: str(words) for block_id, words in errors.items()}


def unfit(view: Json) -> dict[str, str]:
    """What Slack itself refuses before the bot hears of it, by block_id."""
    errors = {}
    for block, element in controls(view["blocks"]):
        if block["type"] == "input":
            value = view["state"]["values"][block["block_id"]][element["action_id"]]
            if words := _misfit(element, value, optional=bool(block.get("optional"))):
                errors[block["block_id"]] = words
    return errors


def _misfit(element: Json, value: Json, *, optional: bool) -> str:
    given = next((one for name, one in value.items() if name != "type" and one), None)
    if not given:
        return "" if optional else "Please complete this required field."
    if element["type"] == "file_input" and len(given) > element.get("max_files", 10):
        return f"You can add up to {element.get('max_files', 10)} files."
    if element["type"] != "plain_text_input":
        return ""
    if len(given) > element.get("max_length", 3000):
        return f"Please use {element.get('max_length', 3000)} characters or fewer."
    if len(given) < element.get("min_length", 0):
        return f"Please use {element['min_length']} characters or more."
    return ""
