"""Files in the stand-in: where they are, who may fetch them, and how they go wrong."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.stand_ins.slack import StandInSlack, StoredFile
from bot.stand_ins.slack.stored_files import Condition


async def dropped(slack: StandInSlack) -> StoredFile:
    return slack.file(await slack.as_("U1").drop("C1", {"a.csv": b"code\nA1\n"}))


async def fetch(url: str, token: str) -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as session, session.get(url) as answer:
        return answer.status, answer.content_type, await answer.read()


async def test_the_right_token_gets_the_bytes(slack: StandInSlack, web: AsyncWebClient) -> None:
    """files.info names the address on the stand-in's own host."""
    file = await dropped(slack)
    about = (await web.files_info(file=file.id))["file"]
    told = [about[name] for name in ("name", "size", "mimetype", "filetype", "mode", "user")]
    assert told == ["a.csv", 8, "text/csv", "csv", "hosted", "U1"]
    url = about["url_private_download"]
    assert url.startswith(f"{slack.root}/files-pri/")
    assert await fetch(url, slack.bot_token) == (200, "text/csv", b"code\nA1\n")


async def test_a_wrong_token_gets_a_login_page(slack: StandInSlack) -> None:
    """HTTP 200 and HTML, as the real Slack answers."""
    file = await dropped(slack)
    url = file.as_slack(slack.root)["url_private_download"]
    status, kind, body = await fetch(url, "xoxb-wrong")
    assert (status, kind, body[:15]) == (200, "text/html", b"<!DOCTYPE html>")


async def test_without_the_scope_the_right_token_gets_a_login_page_too() -> None:
    """A missing files:read shows at the download only."""
    slack = StandInSlack(scopes=["chat:write"])
    await slack.start()
    file = await dropped(slack)
    status, kind, _ = await fetch(file.as_slack(slack.root)["url_private"], slack.bot_token)
    await slack.stop()
    assert (status, kind) == (200, "text/html")


@pytest.mark.parametrize(
    ("condition", "status", "kind"),
    [
        ("page", 200, "text/html"),
        ("deleted", 404, "application/octet-stream"),
        ("error", 500, "application/octet-stream"),
    ],
)
async def test_a_download_can_go_wrong(slack: StandInSlack, condition: Condition, status: int, kind: str) -> None:
    """As the test ordered."""
    file = await dropped(slack)
    file.condition = condition
    answer = await fetch(file.as_slack(slack.root)["url_private"], slack.bot_token)
    assert answer[:2] == (status, kind)


async def test_a_download_can_hang_and_be_cut(slack: StandInSlack) -> None:
    """Nothing comes; or half comes."""
    file = await dropped(slack)
    url = file.as_slack(slack.root)["url_private"]
    slack.fail("download", cut=True)
    with pytest.raises(aiohttp.ClientError):
        await fetch(url, slack.bot_token)
    file.condition = "hang"
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(fetch(url, slack.bot_token), 0.05)


@pytest.mark.parametrize(("condition", "error"), [("deleted", "file_deleted"), ("denied", "access_denied")])
async def test_files_info_refuses(slack: StandInSlack, web: AsyncWebClient, condition: Condition, error: str) -> None:
    """Gone or not for the bot."""
    file = await dropped(slack)
    file.condition = condition
    with pytest.raises(SlackApiError) as caught:
        await web.files_info(file=file.id)
    assert caught.value.response["error"] == error


async def test_external_files_and_tombstones_are_told_as_such(slack: StandInSlack, web: AsyncWebClient) -> None:
    """Their addresses lie outside, or nowhere."""
    file = await dropped(slack)
    file.condition = "external"
    about = (await web.files_info(file=file.id))["file"]
    assert (about["is_external"], about["mode"], about["url_private"][:21]) == (
        True,
        "external",
        "https://drive.example",
    )
    file.condition = "tombstone"
    assert (await web.files_info(file=file.id))["file"] == {"id": file.id, "mode": "tombstone"}


async def test_shares_tell_the_thread_and_may_lag(slack: StandInSlack, web: AsyncWebClient) -> None:
    """The first two calls know no thread yet."""
    root = slack.as_("U1").say("C1", "here")
    message = await slack.as_("U1").drop("C1", {"a.csv": b"A"}, thread_ts=root.ts, lag=2)
    told = [(await web.files_info(file=message.files[0]))["file"]["shares"] for _ in range(3)]
    none_yet = {"reply_users": [], "reply_users_count": 0, "reply_count": 0}
    share = {"ts": message.ts, "thread_ts": root.ts, **none_yet}
    assert told == [{}, {}, {"public": {"C1": [share]}}]


async def test_a_file_shared_again_has_two_places(slack: StandInSlack, web: AsyncWebClient) -> None:
    """The same file_id in another channel, with an event of its own."""
    file = await dropped(slack)
    await slack.as_("U2").share(file, "C2")
    shares = (await web.files_info(file=file.id))["file"]["shares"]["public"]
    assert sorted(shares) == ["C1", "C2"]
    await slack.delivery.settled()
    assert [one.payload["event"]["channel_id"] for one in slack.sent] == ["C1", "C2"]


async def test_the_bot_deletes_its_own_files_only(slack: StandInSlack, web: AsyncWebClient) -> None:
    """A person's file stays."""
    theirs = await dropped(slack)
    with pytest.raises(SlackApiError) as caught:
        await web.files_delete(file=theirs.id)
    assert caught.value.response["error"] == "cant_delete_file"
    sent = await web.files_upload_v2(filename="r.csv", content="x")
    await web.files_delete(file=sent["file"]["id"])
    assert slack.file(sent["file"]["id"]).condition == "deleted"


async def test_an_upload_is_nothing_until_it_is_completed(slack: StandInSlack, web: AsyncWebClient) -> None:
    """Neither files.info nor a wrong length makes it a file."""
    opened = await web.files_getUploadURLExternal(filename="r.csv", length=3)
    async with aiohttp.ClientSession() as session:
        async with session.post(opened["upload_url"], data=b"four") as answer:
            assert answer.status == 400
        async with session.post(opened["upload_url"], data=b"abc") as answer:
            assert (answer.status, await answer.text()) == (200, "OK - 3")
    with pytest.raises(SlackApiError):
        await web.files_info(file=opened["file_id"])
    await web.files_completeUploadExternal(files=[{"id": opened["file_id"], "title": "R"}], channel_id="C1")
    assert (await web.files_info(file=opened["file_id"]))["file"]["title"] == "R"


async def test_a_file_in_a_direct_message_is_shared_privately(slack: StandInSlack, web: AsyncWebClient) -> None:
    """files_upload_v2 into D1."""
    opened = await web.conversations_open(users="U1")
    sent = await web.files_upload_v2(channel=opened["channel"]["id"], filename="r.csv", content="x")
    shares = (await web.files_info(file=sent["file"]["id"]))["file"]["shares"]
    assert list(shares["private"]) == ["D1"]


async def test_no_event_comes_from_a_channel_without_the_bot(slack: StandInSlack) -> None:
    """Delivery follows what the bot can see."""
    slack.workspace.channels["C1"].members.remove("UBOT")
    await dropped(slack)
    await slack.delivery.settled()
    assert slack.sent == []
