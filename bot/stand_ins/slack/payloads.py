"""What Slack sends: commands, events and interactions.

Source: https://docs.slack.dev/reference/interaction-payloads and https://docs.slack.dev/apis/events-api/
"""

from __future__ import annotations

import copy
from typing import Any

from bot.stand_ins.slack import views
from bot.stand_ins.slack.api import Api
from bot.stand_ins.slack.cast import APP_ID, BOT_USER, TEAM
from bot.stand_ins.slack.workspace import Json, Message, Workspace

# Slack still sends a verification token; nothing may rely on it.
_OLD_TOKEN = "deprecated"  # noqa: S105


def command(api: Api, user: str, channel: str, text: str, response_url: str) -> Json:
    """The form of a slash command typed as `/word rest`."""
    word, _, rest = text.strip().partition(" ")
    about = api.workspace.channels[channel]
    return {
        "token": _OLD_TOKEN,
        "team_id": TEAM,
        "team_domain": "playground",
        "channel_id": channel,
        "channel_name": "directmessage" if about.im_of else about.name,
        "user_id": user,
        "user_name": api.workspace.users[user].name,
        "command": word,
        "text": rest.strip(),
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": api.trigger(user),
    }


def event(workspace: Workspace, inner: Json, *, ext_shared: bool = False) -> Json:
    """The envelope of one event."""
    return {
        "token": _OLD_TOKEN,
        "team_id": TEAM,
        "context_team_id": TEAM,
        "api_app_id": APP_ID,
        "event": inner,
        "type": "event_callback",
        "event_id": workspace.number("Ev"),
        "event_time": int(workspace.clock()),
        "is_ext_shared_channel": ext_shared,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
    }


def _interaction(api: Api, kind: str, user: str) -> Json:
    person = api.workspace.users[user]
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": "playground"},
        "user": {"id": user, "username": person.name, "name": person.name, "team_id": person.team},
        "api_app_id": APP_ID,
        "token": _OLD_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _place(workspace: Workspace, message: Message) -> Json:
    """Container, channel and message of something done in a message; an ephemeral one's content is not sent."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": bool(message.seen_by),
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    place: Json = {"container": container, "channel": channel(workspace, message.channel)}
    if not message.seen_by:
        place["message"] = workspace.message_as_slack(message)
    return place


def channel(workspace: Workspace, channel_id: str) -> Json:
    """A channel as payloads name it."""
    about = workspace.channels[channel_id]
    return {"id": channel_id, "name": "directmessage" if about.im_of else about.name}


def _view_place(view: Json) -> Json:
    return {"container": {"type": "view", "view_id": view["id"]}, "view": views.as_slack(view)}


def block_action(
    api: Api, user: str, where: Message | Json, block_id: str, element: Json, chosen: Json, response_url: str
) -> Json:
    """A click or a selection in a message or a view."""
    action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id}
    for name in ("text", "value", "style", "placeholder", "initial_option", "confirm"):
        if name in element:
            action[name] = copy.deepcopy(element[name])
    action |= {**chosen, "action_ts": api.workspace.ts()}
    payload = {**_interaction(api, "block_actions", user), "trigger_id": api.trigger(user), "actions": [action]}
    if isinstance(where, Message):
        payload |= {**_place(api.workspace, where), "response_url": response_url}
        values = views.merged(views.initial_values(where.blocks), where.chosen.get(user, {}))
        return payload | {"state": {"values": values}}
    return payload | _view_place(where)


def suggestion(api: Api, user: str, where: Message | Json, block_id: str, action_id: str, typed: str) -> Json:
    """One keystroke in a type-ahead select."""
    payload = _interaction(api, "block_suggestion", user)
    payload |= {"action_id": action_id, "block_id": block_id, "value": typed}
    return payload | (_place(api.workspace, where) if isinstance(where, Message) else _view_place(where))


def submission(api: Api, user: str, view: Json) -> Json:
    """A form sent off."""
    payload = _interaction(api, "view_submission", user)
    return payload | {"trigger_id": api.trigger(user), "view": views.as_slack(view), "response_urls": []}


def view_closed(api: Api, user: str, view: Json, *, cleared: bool) -> Json:
    """A form closed."""
    return {**_interaction(api, "view_closed", user), "view": views.as_slack(view), "is_cleared": cleared}


def message_shortcut(api: Api, user: str, message: Message, callback_id: str, response_url: str) -> Json:
    """A message shortcut: the whole message with its files."""
    return {
        **_interaction(api, "message_action", user),
        "callback_id": callback_id,
        "trigger_id": api.trigger(user),
        "action_ts": api.workspace.ts(),
        "response_url": response_url,
        "message_ts": message.ts,
        "channel": channel(api.workspace, message.channel),
        "message": api.workspace.message_as_slack(message),
    }


def home_opened(workspace: Workspace, user: str, tab: str = "home") -> Json:
    """The event of an opened Home tab."""
    inner: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": workspace.direct(user).id,
        "tab": tab,
        "event_ts": workspace.ts(),
    }
    home: Any = workspace.homes.get(user)
    return inner | ({"view": views.as_slack(home)} if home else {})
