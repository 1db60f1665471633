"""views.*"""

from __future__ import annotations

from typing import Any

from bot.stand_ins.slack import views
from bot.stand_ins.slack.api import Api, Refusal, needed
from bot.stand_ins.slack.view_rules import problems_with_view, too_large
from bot.stand_ins.slack.workspace import Json


def checked_view(api: Api, view: Any, kind: str, *, old: Json | None = None) -> Json:
    """The view as Slack stores it. Raises Refusal."""
    problems = problems_with_view(view)
    if not problems and view["type"] != kind:
        problems = [f"[ERROR] must be a {kind} view [json-pointer:/view/type]"]
    if problems:
        raise Refusal("invalid_arguments", errors=problems, response_metadata={"messages": problems})
    if too_large(view):
        raise Refusal("view_too_large")
    same = api.workspace.view_by_external_id(view["external_id"]) if view.get("external_id") else None
    if same is not None and same is not old:
        raise Refusal("duplicate_external_id")
    return views.stored_view(api.workspace, view, old=old)


def open_view(api: Api, args: Json) -> Json:
    trigger_id, asked = needed(args, "trigger_id", "view")
    view = checked_view(api, asked, "modal")
    user = api.use(trigger_id)
    if len(api.workspace.stacks.get(user, ())) >= views.DEEPEST:
        raise Refusal("push_limit_reached")
    views.push(api.workspace, user, view)
    return {"view": views.as_slack(view)}


def push_view(api: Api, args: Json) -> Json:
    trigger_id, asked = needed(args, "trigger_id", "view")
    view = checked_view(api, asked, "modal")
    user = api.use(trigger_id)
    depth = len(api.workspace.stacks.get(user, ()))
    if depth == 0:
        raise Refusal("not_found")
    if depth >= views.DEEPEST:
        raise Refusal("push_limit_reached")
    views.push(api.workspace, user, view)
    return {"view": views.as_slack(view)}


def update_view(api: Api, args: Json) -> Json:
    asked = needed(args, "view")[0]
    if args.get("view_id"):
        old = api.workspace.view(str(args["view_id"]))
    else:
        old = api.workspace.view_by_external_id(str(needed(args, "external_id")[0]))
    if old is None or old["type"] != "modal":
        raise Refusal("not_found")
    if args.get("hash") and args["hash"] != old["hash"]:
        raise Refusal("hash_conflict")
    view = checked_view(api, asked, "modal", old=old)
    views.replace(api.workspace, api.workspace.owner(old["id"]), old, view)
    return {"view": views.as_slack(view)}


def publish(api: Api, args: Json) -> Json:
    user_id, asked = needed(args, "user_id", "view")
    user = api.user(user_id)
    old = api.workspace.homes.get(user.id)
    if args.get("hash") and (old is None or args["hash"] != old["hash"]):
        raise Refusal("hash_conflict")
    api.workspace.homes[user.id] = view = checked_view(api, asked, "home", old=old)
    api.workspace.touch()
    return {"view": views.as_slack(view)}


METHODS = {
    "views.open": open_view,
    "views.publish": publish,
    "views.push": push_view,
    "views.update": update_view,
}
