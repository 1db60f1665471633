"""files.*: what Slack says of a file, and the three-step upload."""

from __future__ import annotations

from bot.stand_ins.slack.api import Api, Refusal, needed
from bot.stand_ins.slack.cast import BOT_USER
from bot.stand_ins.slack.chat_methods import checked_content, thread_of
from bot.stand_ins.slack.stored_files import StoredFile
from bot.stand_ins.slack.workspace import Json, Message, Workspace


def file_shared(workspace: Workspace, file: StoredFile, channel: str, user: str) -> Json:
    """The event of one shared file; it carries ids only: https://docs.slack.dev/reference/events/file_shared"""
    return {
        "type": "file_shared",
        "channel_id": channel,
        "file_id": file.id,
        "user_id": user,
        "file": {"id": file.id},
        "event_ts": workspace.ts(),
    }


def info(api: Api, args: Json) -> Json:
    file = _known(api, needed(args, "file")[0])
    if file.condition == "denied":
        raise Refusal("access_denied")
    return {"file": api.workspace.file_as_slack(file, lagging=True), "comments": [], "response_metadata": {}}


def _known(api: Api, file_id: str) -> StoredFile:
    file = api.workspace.files.get(file_id)
    if file is None or not file.complete:
        raise Refusal("file_not_found")
    if file.condition == "deleted":
        raise Refusal("file_deleted")
    return file


def delete(api: Api, args: Json) -> Json:
    file = _known(api, needed(args, "file")[0])
    if file.user != BOT_USER:
        raise Refusal("cant_delete_file")
    file.condition, file.content = "deleted", b""
    api.workspace.touch()
    return {}


def get_upload_url(api: Api, args: Json) -> Json:
    name, length = needed(args, "filename", "length")
    if not str(length).isdigit() or int(length) < 1:
        raise Refusal("invalid_arguments")
    file = api.workspace.store(str(name), b"", BOT_USER, complete=False)
    return {"upload_url": f"{api.workspace.root}/upload/v1/{file.id}?length={length}", "file_id": file.id}


def complete_upload(api: Api, args: Json) -> Json:
    files = []
    for one in needed(args, "files")[0]:
        file = api.workspace.files.get(str(one.get("id")))
        if file is None or file.complete or not file.content:
            raise Refusal("file_not_found")
        file.title = one.get("title") or file.name
        files.append(file)
    wanted = str(args.get("channels") or args.get("channel_id") or "")
    channels = [api.channel(one) for one in wanted.split(",") if one]
    # Blocks are ignored beside initial_comment; https://docs.slack.dev/reference/methods/files.completeUploadExternal
    comment = str(args.get("initial_comment") or "")
    text, blocks, _ = checked_content({"text": comment or " ", "blocks": None if comment else args.get("blocks")})
    threads = [thread_of(api, channel, args.get("thread_ts")) for channel in channels]
    for file in files:
        file.complete = True
    for channel, thread_ts in zip(channels, threads, strict=True):
        ts = api.workspace.ts()
        message = Message(channel.id, ts, BOT_USER, text.strip(), blocks, thread_ts=thread_ts)
        api.workspace.post_files(files, message)
        for file in files:
            api.announce(channel.id, file_shared(api.workspace, file, channel.id, BOT_USER))
    return {"files": [api.workspace.file_as_slack(file) for file in files]}


METHODS = {
    "files.completeUploadExternal": complete_upload,
    "files.delete": delete,
    "files.getUploadURLExternal": get_upload_url,
    "files.info": info,
}
