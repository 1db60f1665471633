"""Everything one person may see, as the page gets it."""

from __future__ import annotations

from typing import Any

from bot.stand_ins.slack import views
from bot.stand_ins.slack.server import StandInSlack
from bot.stand_ins.slack.stored_files import StoredFile
from bot.stand_ins.slack.workspace import Json, Message


def state_of(slack: StandInSlack, me: str) -> Json:
    """Users, channels, messages, open modals, Home tab and notices of one person."""
    workspace = slack.workspace
    mine = [one for one in workspace.channels.values() if me in one.members]
    return {
        "version": workspace.version,
        "me": me,
        "users": [
            {
                "id": user.id,
                "name": user.name,
                "real_name": user.real_name,
                "title": user.title,
                "kind": user.kind,
                "color": user.color,
            }
            for user in workspace.users.values()
        ],
        "channels": [
            {
                "id": one.id,
                "name": one.name,
                "kind": "im" if one.im_of else "channel",
                "is_ext_shared": one.is_ext_shared,
                "members": list(one.members),
                "topic": one.topic,
            }
            for one in mine
        ],
        "messages": {one.id: _messages(slack, one.id, me) for one in mine},
        "views": [{**views.as_slack(view), "errors": view.get("errors", {})} for view in slack.views(me)],
        "home": views.as_slack(home) if (home := slack.home(me)) else None,
        "notices": [{"id": one.id, "text": one.text} for one in workspace.notices if one.user == me],
    }


def _messages(slack: StandInSlack, channel: str, me: str) -> list[Json]:
    every = slack.workspace.messages(channel)
    return [_message(slack, one) for one in every if one.seen_by in ("", me)]


def _message(slack: StandInSlack, message: Message) -> Json:
    return {
        "ts": message.ts,
        "thread_ts": message.thread_ts or None,
        "user": message.user,
        "is_bot": message.is_bot,
        "text": message.text,
        "blocks": message.blocks,
        "edited": message.edited,
        "ephemeral": bool(message.seen_by),
        "files": [file_for_page(slack, slack.workspace.files[one]) for one in message.files],
        "reply_count": slack.workspace.replies(message),
        "reactions": {name: list(users) for name, users in message.reactions.items()},
        "deleted": False,
    }


def file_for_page(slack: StandInSlack, file: StoredFile) -> Json:
    """A file as the page shows it; `url` serves it to people."""
    about: dict[str, Any] = {
        "id": file.id,
        "name": file.name,
        "size": len(file.content),
        "mimetype": file.mimetype,
        "permalink": f"{slack.root}/api/file/{file.id}",
        "url": f"{slack.root}/api/file/{file.id}",
    }
    return about | ({"preview": file.preview} if file.preview else {})
