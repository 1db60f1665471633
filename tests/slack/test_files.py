"""Files: what Slack says of them, and their safe download."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import DownloadRefused, FileGone, FileTooLarge, PromoBotError
from bot.slack.client import needed
from bot.slack.files import Files
from bot.stand_ins.slack.server import StandInSlack
from bot.stand_ins.slack.stored_files import Condition, StoredFile
from tests.slack.conftest import Pauses


async def no_pause(_: float) -> None:
    """Sleeps not at all."""


@pytest.fixture
def files(slack: StandInSlack, web: AsyncWebClient) -> Files:
    """The bot's way to files of the stand-in, at most 1 MB each."""
    return Files(web, slack.bot_token, hosts=[slack.host], max_file_mb=1, sleep=no_pause)


async def drop(slack: StandInSlack, content: bytes = b"A\nB\n") -> StoredFile:
    """A file Anna posted in #promo."""
    await slack.as_("U1").drop("C1", {"codes.csv": content})
    return list(slack.workspace.files.values())[-1]


async def test_a_file_is_downloaded_whole(slack: StandInSlack, files: Files) -> None:
    """The content of a file and its thread are what Slack has."""
    dropped = await drop(slack)
    file = await files.info(dropped.id, "C1")
    with await files.download(file) as content:
        assert content.read() == b"A\nB\n"
    assert (file.name, file.user, file.size) == ("codes.csv", "U1", 4)
    assert file.thread_in("C1") == slack.messages("C1")[-1].ts
    assert file.thread_in("C2") == ""


async def test_a_file_dropped_in_a_thread_is_answered_there(slack: StandInSlack, files: Files) -> None:
    """The thread of a file is the one it was dropped in."""
    await slack.as_("U1").drop("C1", {"a.txt": b"x"})
    parent = slack.messages("C1")[-1].ts
    await slack.as_("U1").drop("C1", {"b.txt": b"y"}, thread_ts=parent)
    file = await files.info(list(slack.workspace.files)[-1], "C1")
    assert file.thread_in("C1") == parent


async def test_a_thread_that_slack_learns_late_is_waited_for(slack: StandInSlack, files: Files) -> None:
    """Slack may not know a new file's thread at once; a few more questions find it."""
    dropped = await drop(slack)
    dropped.shares_lag = 3
    assert (await files.info(dropped.id, "C1")).thread_in("C1") == slack.messages("C1")[-1].ts


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ("deleted", FileGone),
        ("tombstone", FileGone),
        ("external", FileGone),
        ("denied", FileGone),
        ("page", DownloadRefused),
        ("error", DownloadRefused),
    ],
)
async def test_a_file_that_cannot_be_had(
    slack: StandInSlack, files: Files, condition: Condition, problem: type[PromoBotError]
) -> None:
    """A file that is gone, elsewhere, or answered by a login page is told apart."""
    dropped = await drop(slack)
    dropped.condition = condition
    with pytest.raises(problem):
        (await files.download(await files.info(dropped.id))).close()


async def test_a_permission_that_is_missing_is_told(slack: StandInSlack, files: Files) -> None:
    """Without files:read Slack tells nothing of a file, and whoever runs the bot can be told what to do."""
    dropped = await drop(slack)
    slack.fail("files.info", error="missing_scope")
    with pytest.raises(DownloadRefused) as caught:
        await files.info(dropped.id)
    assert caught.value.why == "login_page"


async def test_a_file_over_the_limit_is_stopped(slack: StandInSlack, files: Files) -> None:
    """The limit counts the bytes that come, not the size that is claimed."""
    dropped = await drop(slack, b"x" * (1024 * 1024 + 1))
    with pytest.raises(FileTooLarge):
        await files.download(replace(await files.info(dropped.id), size=1))


async def test_a_file_that_says_it_is_too_large_is_not_fetched(slack: StandInSlack, files: Files) -> None:
    """A size over the limit is refused before a byte is downloaded."""
    file = await files.info((await drop(slack)).id)
    slack.fail("download", status=500)
    with pytest.raises(FileTooLarge):
        await files.download(replace(file, size=1024 * 1024 + 1))


async def test_a_download_shorter_than_slack_said_is_no_whole_file(slack: StandInSlack, files: Files) -> None:
    """A download that ends cleanly after half of the bytes is refused."""
    file = await files.info((await drop(slack)).id)
    with pytest.raises(DownloadRefused) as caught:
        await files.download(replace(file, size=8))
    assert caught.value.why == "status"


async def test_an_ok_without_the_file_is_an_error(slack: StandInSlack, files: Files) -> None:
    """An answer that says ok and nothing else is not taken for a deleted file."""
    with pytest.raises(SlackApiError):
        needed({"ok": True}, "file")


@pytest.mark.parametrize(
    "odd",
    [
        {"shares": None},
        {"shares": []},
        {"shares": {"public": None, "private": {"C1": None, "C2": ["x", None]}}},
        {"size": "4"},
        {"size": "many"},
        {"size": None},
        {"user": None, "mimetype": None},
        {"name": "codes\u202e\u200b.csv\ud83d\x00"},
    ],
)
async def test_a_file_of_another_shape_is_still_a_file(
    slack: StandInSlack, files: Files, web: AsyncWebClient, monkeypatch: pytest.MonkeyPatch, odd: dict[str, Any]
) -> None:
    """What Slack leaves out, or says in another shape, keeps no file from being downloaded."""
    dropped = await drop(slack)
    asked = web.files_info

    async def answer(*, file: str) -> object:
        found = await asked(file=file)
        found["file"].update(odd)
        return found

    monkeypatch.setattr(web, "files_info", answer)
    file = await files.info(dropped.id)
    with await files.download(file) as content:
        assert content.read() == b"A\nB\n"
    assert file.name == "codes.csv"
    assert (await files.thread(dropped.id, "C1", "1.1")).replies == 0


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        "http://files.slack.com/x",
        "https://user:pass@files.slack.com/x",
        "https://files.slack.com:444/x",
        "https://files.slack.com.evil.example/x",
        "https://files.slack.com:port/x",
        "file:///etc/passwd",
        "",
    ],
)
async def test_the_token_goes_to_allowed_hosts_only(slack: StandInSlack, web: AsyncWebClient, url: str) -> None:
    """Another host, plain http, credentials in the address or a strange port never see the token."""
    files = Files(web, "xoxb-secret", hosts=["files.slack.com"], max_file_mb=1)
    dropped = await drop(slack)
    with pytest.raises(DownloadRefused) as caught:
        await files.download(replace(await files.info(dropped.id), url=url))
    assert caught.value.why == "host"


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        ({"status": 429, "retry_after": 7}, [7.0, 7.0, 7.0]),
        ({"status": 503}, [2.0, 4.0, 8.0]),
        ({"cut": True}, [2.0, 4.0, 8.0]),
    ],
)
async def test_a_download_that_fails_for_now_is_asked_for_again(
    slack: StandInSlack, web: AsyncWebClient, pauses: Pauses, trouble: dict[str, Any], expected: list[float]
) -> None:
    """A 429 is waited out as long as Slack asks, a 5xx and a cut longer each time, three times; then it is told.

    Half of a file is never taken for the file.
    """
    files = Files(web, slack.bot_token, hosts=[slack.host], max_file_mb=1, sleep=pauses)
    file = await files.info((await drop(slack)).id)
    slack.fail("download", **trouble, times=3)
    with await files.download(file) as content:
        assert content.read() == b"A\nB\n"
    assert pauses.taken == expected
    slack.fail("download", **trouble, times=4)
    with pytest.raises(DownloadRefused) as caught:
        await files.download(file)
    assert caught.value.why == "status"


async def test_a_redirect_is_not_followed(slack: StandInSlack, files: Files) -> None:
    """A redirect could lead the token elsewhere."""
    dropped = await drop(slack)
    file = await files.info(dropped.id)
    slack.fail("download", status=302)
    with pytest.raises(DownloadRefused) as caught:
        await files.download(file)
    assert caught.value.why == "login_page"
