"""chat.*, reactions.* and blocks.validate."""

from __future__ import annotations

from typing import Any

from bot.stand_ins.slack.api import Api, Refusal, needed
from bot.stand_ins.slack.block_rules import problems_with_blocks
from bot.stand_ins.slack.cast import BOT_USER, Channel
from bot.stand_ins.slack.view_rules import problems_with_view
from bot.stand_ins.slack.workspace import Json, Message

LONGEST_TEXT = 40_000


def checked_content(args: Json) -> tuple[str, list[Json], list[Json]]:
    """Text, blocks and attachments of a message to post. Raises Refusal."""
    text, blocks, attachments = args.get("text") or "", args.get("blocks") or [], args.get("attachments") or []
    problems = problems_with_blocks(blocks, "message")
    for index, one in enumerate(attachments):
        problems += problems_with_blocks(one.get("blocks") or [], "message", f"/attachments/{index}/blocks")
    if problems:
        raise Refusal("invalid_blocks", errors=problems, response_metadata={"messages": problems})
    if not isinstance(text, str) or not (text or blocks or attachments):
        raise Refusal("no_text")
    if len(text) > LONGEST_TEXT:
        raise Refusal("msg_too_long")
    return text, blocks, attachments


def thread_of(api: Api, channel: Channel, asked: Any) -> str:
    """The root of a thread; empty for none. Raises Refusal."""
    if not asked:
        return ""
    root = api.workspace.message(channel.id, str(asked))
    if root is None or root.seen_by:
        raise Refusal("thread_not_found")
    return root.root_ts


def post_message(api: Api, args: Json) -> Json:
    channel = api.channel(needed(args, "channel")[0], by_name=True)
    text, blocks, attachments = checked_content(args)
    thread_ts = thread_of(api, channel, args.get("thread_ts"))
    message = api.workspace.add(Message(channel.id, api.workspace.ts(), BOT_USER, text, blocks, attachments, thread_ts))
    message.metadata = args.get("metadata")
    about = api.workspace.message_as_slack(message)
    api.announce(channel.id, {**about, "type": "message", "channel": channel.id, "event_ts": message.ts})
    return {"channel": channel.id, "ts": message.ts, "message": about}


def update(api: Api, args: Json) -> Json:
    channel_id, ts = needed(args, "channel", "ts")
    channel = api.channel(channel_id)
    message = api.message(channel, ts)
    if not message.is_bot:
        raise Refusal("cant_update_message")
    # Blocks that are not named stay as they are; https://docs.slack.dev/reference/methods/chat.update
    kept = message.blocks if args.get("blocks") is None else []
    text, blocks, attachments = checked_content({"text": message.text if kept else "", **_given(args)})
    api.workspace.edit(message, text, kept or blocks)
    message.attachments = attachments
    about = api.workspace.message_as_slack(message)
    return {"channel": channel.id, "ts": message.ts, "text": text, "message": about}


def _given(args: Json) -> Json:
    return {name: value for name, value in args.items() if value is not None}


def delete(api: Api, args: Json) -> Json:
    channel_id, ts = needed(args, "channel", "ts")
    channel = api.channel(channel_id)
    message = api.message(channel, ts)
    if not message.is_bot:
        raise Refusal("cant_delete_message")
    api.workspace.remove(message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(api: Api, args: Json) -> Json:
    channel_id, user = needed(args, "channel", "user")
    channel = api.channel(channel_id)
    if user not in channel.members:
        raise Refusal("user_not_in_channel")
    text, blocks, attachments = checked_content(args)
    thread_ts = thread_of(api, channel, args.get("thread_ts"))
    ts = api.workspace.ts()
    api.workspace.add(Message(channel.id, ts, BOT_USER, text, blocks, attachments, thread_ts, seen_by=user))
    return {"message_ts": ts}


def get_permalink(api: Api, args: Json) -> Json:
    channel_id, ts = needed(args, "channel", "message_ts")
    channel = api.channel(channel_id, member=False)
    message = api.message(channel, ts)
    link = f"{api.workspace.root}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    return {"channel": channel.id, "permalink": link + thread}


def add_reaction(api: Api, args: Json) -> Json:
    channel_id, ts, name = needed(args, "channel", "timestamp", "name")
    message = api.message(api.channel(channel_id), ts)
    who = message.reactions.setdefault(name, [])
    if BOT_USER in who:
        raise Refusal("already_reacted")
    who.append(BOT_USER)
    api.workspace.touch()
    return {}


def remove_reaction(api: Api, args: Json) -> Json:
    channel_id, ts, name = needed(args, "channel", "timestamp", "name")
    message = api.message(api.channel(channel_id), ts)
    if BOT_USER not in message.reactions.get(name, []):
        raise Refusal("no_reaction")
    message.reactions[name].remove(BOT_USER)
    if not message.reactions[name]:
        del message.reactions[name]
    api.workspace.touch()
    return {}


def validate(_api: Api, args: Json) -> Json:
    given = [name for name in ("blocks", "message", "view") if args.get(name) is not None]
    if len(given) != 1:
        raise Refusal("invalid_arguments")
    match given[0]:
        case "blocks":
            problems = problems_with_blocks(args["blocks"], "message")
        case "message":
            problems = problems_with_blocks(args["message"].get("blocks") or [], "message", "/message/blocks")
        case _:
            problems = problems_with_view(args["view"])
    errors = []
    for problem in problems:
        said, _, pointer = problem.partition(" [json-pointer:")
        errors.append({"pointer": pointer.rstrip("]"), "code": "invalid", "message": said.removeprefix("[ERROR] ")})
    return {"errors": errors}


METHODS = {
    "blocks.validate": validate,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
    "chat.postEphemeral": post_ephemeral,
    "chat.postMessage": post_message,
    "chat.update": update,
    "reactions.add": add_reaction,
    "reactions.remove": remove_reaction,
}
