"""What people do in modals: fill, send and close."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.stand_ins.slack import payloads, views
from bot.stand_ins.slack.acting import Acting
from bot.stand_ins.slack.api import Refusal
from bot.stand_ins.slack.delivery import Delivered
from bot.stand_ins.slack.reading import controls, find_control, find_option
from bot.stand_ins.slack.view_methods import checked_view
from bot.stand_ins.slack.workspace import Json

LARGEST_FORM_FILE = 10 * 1024 * 1024
_TROUBLE = "We had some trouble connecting. Try again?"


class Forms(Acting):
    """A person's hands in modals."""

    def form_file(self, user: str, name: str, content: bytes) -> Json:
        """A file put into a form's file_input; raises AssertionError above Slack's 10 MB."""
        assert len(content) <= LARGEST_FORM_FILE, f"{name} is larger than 10 MB"
        return self.workspace.file_as_slack(self.workspace.store(name, content, user))

    async def submit(self, user: str, view: Json, values: Mapping[str, Any] | None = None) -> dict[str, str]:
        """Fills a form by action_id, block_id or label and sends it; answers the errors by block_id.

        A value is a string, an option's text or value, a list of them, or for files {name: bytes}.
        """
        typed: Json = {}
        view = self._open(user, view)
        for wanted, value in (values or {}).items():
            block, element = find_control(view["blocks"], wanted)
            filled = await self._filled(user, view, element, value)
            typed.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], **filled}
        return await self.submit_values(user, view, typed)

    def _open(self, user: str, view: Json) -> Json:
        """The form as it is now. Raises AssertionError when it is closed."""
        mine = [one for one in self.workspace.stacks.get(user, ()) if one["id"] == view["id"]]
        assert mine, "the view is not open any more"
        return mine[0]

    async def _filled(self, user: str, view: Json, element: Json, value: Any) -> Json:
        match element["type"]:
            case "file_input":
                files = value.items() if isinstance(value, Mapping) else ()
                return {"files": [self.form_file(user, name, content) for name, content in files]}
            case "external_select" if isinstance(value, str):
                offered = await self.suggest(user, view, element["action_id"], value)
                return {"selected_option": find_option(offered, value)}
            case _:
                return self.chosen(element, value)

    async def submit_values(self, user: str, view: Json, typed: Json) -> dict[str, str]:
        """Sends a form with `state.values` as the wire carries them; answers the errors by block_id."""
        view = self._open(user, view)
        views.type_in(view, typed)
        errors = unfit(view)
        if not errors:
            answer = await self.delivery.send("interactive", payloads.submission(self.api, user, view))
            errors = self._respond(user, view, answer)
        view["errors"] = errors
        self.workspace.touch()
        return errors

    def _respond(self, user: str, view: Json, answer: Delivered) -> dict[str, str]:
        """Carries out the bot's response_action."""
        if not answer.ok:
            self.workspace.tell(user, _TROUBLE)
            return {"": _TROUBLE}
        body = answer.body if isinstance(answer.body, dict) else {}
        try:
            match body.get("response_action"):
                case None:
                    views.close(self.workspace, user, view["id"])
                case "clear":
                    views.close(self.workspace, user, view["id"], every=True)
                case "update":
                    views.replace(
                        self.workspace, user, view, checked_view(self.api, body.get("view"), "modal", old=view)
                    )
                case "push":
                    self._push(user, body.get("view"))
                case "errors":
                    return self._errors(view, body.get("errors"))
                case other:
                    raise Refusal(f"response_action {other}")
        except Refusal as refusal:
            self.workspace.tell(user, f"{_TROUBLE} ({refusal.error})")
            return {"": _TROUBLE}
        return {}

    def _push(self, user: str, asked: Any) -> None:
        if len(self.workspace.stacks[user]) >= views.DEEPEST:
            raise Refusal("push_limit_reached")
        views.push(self.workspace, user, checked_view(self.api, asked, "modal"))

    def _errors(self, view: Json, errors: Any) -> dict[str, str]:
        inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
            raise Refusal("errors that name no input block")
        return {block_id: str(words) for block_id, words in errors.items()}

    async def close(self, user: str, view: Json, *, every: bool = False) -> None:
        """Closes a form, or all of them, as the person."""
        cleared = every or view["clear_on_close"]
        closed = views.close(self.workspace, user, view["id"], every=cleared)
        for one in closed:
            if one["notify_on_close"]:
                payload = payloads.view_closed(self.api, user, one, cleared=cleared)
                await self.delivery.send("interactive", payload)


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
