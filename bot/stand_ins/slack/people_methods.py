"""auth.test, apps.connections.open, users.*, usergroups.*, bots.info and conversations.*"""

from __future__ import annotations

from bot.stand_ins.slack.api import Api, Refusal, needed, page
from bot.stand_ins.slack.cast import APP_ID, BOT_ID, BOT_USER, TEAM
from bot.stand_ins.slack.workspace import Json


def auth_test(api: Api, _: Json) -> Json:
    return {
        "url": f"{api.workspace.root}/",
        "team": "Playground",
        "user": api.workspace.users[BOT_USER].name,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def open_connection(api: Api, _: Json) -> Json:
    return {"url": api.socket_url()}


def user_info(api: Api, args: Json) -> Json:
    return {"user": api.user(needed(args, "user")[0]).as_slack()}


def user_list(api: Api, args: Json) -> Json:
    return {"members": [user.as_slack() for user in api.workspace.users.values()]}


def group_members(api: Api, args: Json) -> Json:
    group = api.workspace.groups.get(needed(args, "usergroup")[0])
    if group is None:
        raise Refusal("no_such_subteam")
    return {"users": list(group.users)}


def group_list(api: Api, args: Json) -> Json:
    listed = []
    for group in api.workspace.groups.values():
        about: Json = {
            "id": group.id,
            "team_id": TEAM,
            "handle": group.handle,
            "name": group.name,
            "date_delete": int(group.disabled),
        }
        if args.get("include_users") in (True, "true", "1"):
            about["users"] = list(group.users)
        listed.append(about)
    return {"usergroups": listed}


def bot_info(api: Api, args: Json) -> Json:
    if args.get("bot") not in (None, BOT_ID):
        raise Refusal("bot_not_found")
    name = api.workspace.users[BOT_USER].name
    return {"bot": {"id": BOT_ID, "app_id": APP_ID, "user_id": BOT_USER, "name": name, "deleted": False}}


def conversation_info(api: Api, args: Json) -> Json:
    channel = api.channel(needed(args, "channel")[0], member=False)
    return {"channel": channel.as_slack()}


def conversation_open(api: Api, args: Json) -> Json:
    if args.get("channel"):
        channel = api.channel(args["channel"])
    else:
        channel = api.workspace.direct(api.user(needed(args, "users")[0]).id)
    return {"channel": channel.as_slack() if args.get("return_im") in (True, "true") else {"id": channel.id}}


def conversation_list(api: Api, args: Json) -> Json:
    kinds = str(args.get("types") or "public_channel").split(",")
    listed = []
    for channel in api.workspace.channels.values():
        kind = "im" if channel.im_of else "private_channel" if channel.is_private else "public_channel"
        if kind in kinds and (kind == "public_channel" or BOT_USER in channel.members):
            listed.append(channel.as_slack())
    return page(listed, args, "channels")


def conversation_members(api: Api, args: Json) -> Json:
    return page(list(api.channel(needed(args, "channel")[0], member=False).members), args, "members")


def conversation_history(api: Api, args: Json) -> Json:
    channel = api.channel(needed(args, "channel")[0])
    roots = [one for one in api.workspace.messages(channel.id) if not one.seen_by and not one.thread_ts]
    oldest, latest = str(args.get("oldest") or "0"), str(args.get("latest") or "9" * 18)
    within = [one for one in roots if oldest <= one.ts <= latest]
    return page([api.workspace.message_as_slack(one) for one in reversed(within)], args, "messages")


def conversation_replies(api: Api, args: Json) -> Json:
    channel_id, ts = needed(args, "channel", "ts")
    channel = api.channel(channel_id)
    root = api.workspace.message(channel.id, str(ts))
    if root is None or root.seen_by:
        raise Refusal("thread_not_found")
    every = [one for one in api.workspace.messages(channel.id) if one.root_ts == root.root_ts and not one.seen_by]
    return page([api.workspace.message_as_slack(one) for one in every], args, "messages")


METHODS = {
    "apps.connections.open": open_connection,
    "auth.test": auth_test,
    "bots.info": bot_info,
    "conversations.history": conversation_history,
    "conversations.info": conversation_info,
    "conversations.list": conversation_list,
    "conversations.members": conversation_members,
    "conversations.open": conversation_open,
    "conversations.replies": conversation_replies,
    "usergroups.list": group_list,
    "usergroups.users.list": group_members,
    "users.info": user_info,
    "users.list": user_list,
}
