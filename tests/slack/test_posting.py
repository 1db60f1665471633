"""Sending to Slack when Slack is not at its best."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks.kit import Message, rich
from bot.slack.blocks.tables import data_table
from bot.slack.posting import MessageGoneError, Posting
from bot.stand_ins.slack.server import StandInSlack
from tests.slack.conftest import Pauses

MESSAGE = Message("hello", [rich([["hello"]])])
TABLE = Message("a, b", [rich([["two"]]), data_table("t", ("h",), [("a",), ("b",)])])


@pytest.fixture
def posting(web: AsyncWebClient) -> Posting:
    """The bot's way to speak."""
    return Posting(web)


async def test_a_message_is_posted_and_edited(slack: StandInSlack, posting: Posting) -> None:
    """A message is posted in its thread, and replaced."""
    root = slack.as_("U1").say("C1", "root")
    channel, ts = await posting.post("C1", MESSAGE, root.ts)
    await posting.edit(channel, ts, Message("bye", [rich([["bye"]])]))
    assert [one.text for one in slack.thread("C1", root.ts)] == ["bye"]
    assert slack.called("chat.postMessage")[0].args["unfurl_links"] is False


@pytest.mark.parametrize(
    ("asked", "waited"), [(7, 7.0), (0, 0.0), (86_400, 60.0), ("soon", 30.0), ("Thu, 26 Nov 2026 12:00:00 GMT", 30.0)]
)
async def test_slacks_wait_is_obeyed(
    slack: StandInSlack, posting: Posting, pauses: Pauses, asked: int | str, waited: float
) -> None:
    """429 waits as long as Slack asks, a minute at most, and half of one where it does not say a number."""
    slack.fail("chat.postMessage", status=429, retry_after=asked)
    await posting.post("C1", MESSAGE)
    assert pauses.taken == [waited]
    assert len(slack.messages("C1")) == 1


@pytest.mark.parametrize("failure", [{"status": 500}, {"error": "internal_error"}, {"cut": True}])
async def test_slacks_failures_are_waited_out(
    slack: StandInSlack, posting: Posting, pauses: Pauses, failure: dict[str, object]
) -> None:
    """Errors and cut connections are tried again with growing pauses."""
    slack.fail("chat.postMessage", times=2, **failure)  # type: ignore[arg-type]
    await posting.post("C1", MESSAGE)
    assert pauses.taken == [2.0, 4.0]


async def test_tries_come_to_an_end(slack: StandInSlack, posting: Posting, pauses: Pauses) -> None:
    """After four tries the error is raised."""
    slack.fail("chat.postMessage", status=500, times=9)
    with pytest.raises(SlackApiError):
        await posting.post("C1", MESSAGE)
    assert pauses.taken == [2.0, 4.0, 8.0]


async def test_an_edit_is_tried_once(slack: StandInSlack, posting: Posting, pauses: Pauses) -> None:
    """A card may have changed while Slack was away, so its old text is not sent again."""
    channel, ts = await posting.post("C1", MESSAGE)
    slack.fail("chat.update", status=429, retry_after=7)
    with pytest.raises(SlackApiError):
        await posting.edit(channel, ts, MESSAGE)
    assert pauses.taken == []


async def test_a_refused_table_is_sent_once_more_as_text(slack: StandInSlack, posting: Posting) -> None:
    """When Slack refuses the blocks, the message goes once more without its table, and its text covers it."""
    slack.fail("chat.postMessage", error="invalid_blocks")
    await posting.post("C1", TABLE)
    assert [block["type"] for block in slack.messages("C1")[0].blocks] == ["rich_text"]
    slack.fail("chat.postMessage", error="invalid_blocks", times=5)
    with pytest.raises(SlackApiError):
        await posting.post("C1", TABLE)


async def test_a_deleted_message_is_told_apart(slack: StandInSlack, posting: Posting) -> None:
    """Editing a deleted message raises MessageGoneError."""
    channel, ts = await posting.post("C1", MESSAGE)
    slack.delete_message(slack.messages("C1")[0])
    with pytest.raises(MessageGoneError):
        await posting.edit(channel, ts, MESSAGE)


@pytest.mark.parametrize("error", ["is_archived", "not_in_channel", "edit_window_closed"])
async def test_a_message_out_of_reach_is_told_apart(slack: StandInSlack, posting: Posting, error: str) -> None:
    """Editing where nothing can be edited any more raises MessageGoneError, so that the result is told elsewhere."""
    channel, ts = await posting.post("C1", MESSAGE)
    slack.fail("chat.update", error=error)
    with pytest.raises(MessageGoneError):
        await posting.edit(channel, ts, MESSAGE)


async def test_a_whisper_reaches_the_person_anyway(slack: StandInSlack, posting: Posting) -> None:
    """Where the bot is not in a channel, the person is told in direct messages."""
    await posting.post_ephemeral("C1", "U1", MESSAGE)
    assert [one.text for one in slack.ephemerals("U1")] == ["hello"]
    slack.workspace.channels["C2"].members.remove("UBOT")
    await posting.post_ephemeral("C2", "U2", MESSAGE)
    assert [one.text for one in slack.messages("D2")] == ["hello"]


async def test_a_file_reaches_one_person(slack: StandInSlack, posting: Posting) -> None:
    """A report goes to the person's direct messages, however busy Slack is."""
    slack.fail("upload", status=429, retry_after=0)
    await posting.send_file("U2", "report.csv", b"a,b\n", "The report")
    message = await slack.until(lambda: slack.messages("D2")[0])
    assert slack.file(message).content == b"a,b\n"
