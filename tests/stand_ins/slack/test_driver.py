"""The hands of the test driver, where a bot's own choices do not matter."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.stand_ins.slack import StandInSlack
from tests.stand_ins.slack.small_bot import BUTTONS, MODAL, SmallBot


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def option(name: str) -> dict[str, Any]:
    return {"text": plain(name), "value": name.lower()}


def row(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "actions", "block_id": "row", "elements": list(elements)}]


@pytest.fixture
async def speaking() -> AsyncIterator[StandInSlack]:
    """A stand-in whose bot asked for messages too."""
    made = StandInSlack(subscribed=["message", "file_shared"], retry_after_s=())
    await made.start()
    yield made
    await made.stop()


async def test_selections_are_sent_as_slack_sends_them(
    slack: StandInSlack, http_bot: SmallBot, web: AsyncWebClient
) -> None:
    """One option, several, a date; what was chosen stands in the state of the next click."""
    menu = {"type": "static_select", "action_id": "menu", "options": [option("One"), option("Two")]}
    boxes = {"type": "checkboxes", "action_id": "boxes", "options": [option("One"), option("Two")]}
    day = {"type": "datepicker", "action_id": "day"}
    await web.chat_postMessage(channel="C1", text="x", blocks=row(menu, boxes, day))
    (message,) = slack.messages("C1")
    await slack.as_("U1").click(message, "menu", "Two")
    await slack.as_("U1").click(message, "boxes", ["one", "Two"])
    await slack.as_("U1").click(message, "day", "2026-11-24")
    sent = slack.sent[-1].payload
    assert sent["state"]["values"]["row"] == {
        "menu": {"type": "static_select", "selected_option": option("Two")},
        "boxes": {"type": "checkboxes", "selected_options": [option("One"), option("Two")]},
        "day": {"type": "datepicker", "selected_date": "2026-11-24"},
    }
    with pytest.raises(AssertionError, match="no option is called 'Three'; offered: 'One', 'Two'"):
        await slack.as_("U1").click(message, "menu", "Three")


async def test_two_buttons_of_one_name_are_told_apart_by_id(slack: StandInSlack, web: AsyncWebClient) -> None:
    """The driver does not guess."""
    twins = row(*({"type": "button", "action_id": name, "text": plain("Go")} for name in "ab"))
    await web.chat_postMessage(channel="C1", text="x", blocks=twins)
    with pytest.raises(AssertionError, match=r"several are called 'Go'; there is: 'Go' \(a\), 'Go' \(b\)"):
        await slack.as_("U1").click(slack.messages("C1")[0], "Go")


async def test_a_click_in_an_ephemeral_message_carries_no_message(slack: StandInSlack, http_bot: SmallBot) -> None:
    """Only the container tells where it was, as in Slack."""
    await http_bot.web.chat_postEphemeral(channel="C1", user="U1", text="x", blocks=BUTTONS)
    await slack.as_("U1").click(slack.ephemerals("U1")[0], "Go")
    body = http_bot.last("go")
    assert ("message" in body, body["container"]["is_ephemeral"]) == (False, True)


async def test_a_click_in_a_view_carries_the_view(slack: StandInSlack, http_bot: SmallBot) -> None:
    """container view, the view with its state, and no response_url."""
    view = {**MODAL, "blocks": [*MODAL["blocks"], *BUTTONS]}
    await http_bot.web.views_open(trigger_id=slack.api.trigger("U1"), view=view)
    opened = slack.views("U1")[0]
    await http_bot.web.views_update(view_id=opened["id"], view=view)
    await slack.as_("U1").click(opened, "go")
    sent = slack.sent[-1].payload
    assert (sent["container"], sent["view"]["id"]) == ({"type": "view", "view_id": opened["id"]}, opened["id"])
    assert {"message", "channel", "response_url"} & set(sent) == set()


async def test_what_is_gone_cannot_be_clicked(slack: StandInSlack, web: AsyncWebClient) -> None:
    """A deleted message, a closed form."""
    await web.chat_postMessage(channel="C1", text="x", blocks=BUTTONS)
    (message,) = slack.messages("C1")
    slack.delete_message(message)
    with pytest.raises(AssertionError, match="the message is gone"):
        await slack.as_("U1").click(message, "go")
    with pytest.raises(SlackApiError, match="message_not_found"):
        await web.chat_update(channel="C1", ts=message.ts, text="y")
    view = (await web.views_open(trigger_id=slack.api.trigger("U1"), view=MODAL)).data
    assert isinstance(view, dict)
    await slack.as_("U1").close(view["view"], every=True)
    with pytest.raises(AssertionError, match="the view is not open any more"):
        await slack.as_("U1").submit(view["view"])


async def test_a_bot_with_another_secret_refuses_the_signature(slack: StandInSlack) -> None:
    """Bolt answers 401, and the person reads dispatch_failed."""
    bot = SmallBot(slack)
    slack.connect_http(await bot.serve())
    slack.delivery.signing_secret = "another"
    answer = await slack.as_("U1").command("C1", "/promo lists")
    await bot.close()
    assert (answer.status, answer.problem) == (401, "http_error")
    assert slack.notices("U1") == ["/promo failed with the error “dispatch_failed”"]
    assert bot.heard == []


async def test_two_processes_share_what_is_sent(slack: StandInSlack) -> None:
    """With two addresses each payload goes to one of them."""
    one, two = SmallBot(slack), SmallBot(slack)
    slack.connect_http(await one.serve(), await two.serve())
    for number in range(4):
        await slack.as_("U1").command("C1", f"/promo {number}")
    await one.close()
    await two.close()
    assert [[body["text"] for _, body in bot.heard] for bot in (one, two)] == [["0", "2"], ["1", "3"]]


async def test_a_lost_answer_of_a_response_url_can_be_ordered(slack: StandInSlack, http_bot: SmallBot) -> None:
    """A refusal first, then all is well."""
    slack.fail("response_url", error="invalid_blocks")
    await slack.as_("U1").command("C1", "/promo late")
    await slack.until(lambda: len(slack.called("response_url")) == 2)
    assert [(one.status, one.error) for one in slack.called("response_url")] == [(400, "invalid_blocks"), (200, "")]
    assert [one.text for one in slack.ephemerals("U1")] == ["second"]


async def test_messages_are_events_only_if_asked_for(speaking: StandInSlack) -> None:
    """A dropped file then comes twice: as file_shared and as message with the subtype file_share."""
    speaking.as_("U1").say("C1", "hello")
    await speaking.as_("U1").drop("D1", {"a.csv": b"A"})
    await speaking.delivery.settled()
    events = [one.payload["event"] for one in speaking.sent]
    kinds = [(event["type"], event.get("subtype"), event.get("channel_type")) for event in events]
    expected = [("message", None, "channel"), ("file_shared", None, None), ("message", "file_share", "im")]
    assert kinds == expected


async def test_a_shared_channel_marks_its_events(slack: StandInSlack) -> None:
    """is_ext_shared_channel stands in the envelope."""
    await slack.as_("U4").drop("C3", {"a.csv": b"A"})
    await slack.delivery.settled()
    payload = slack.sent[0].payload
    assert (payload["is_ext_shared_channel"], payload["event"]["user_id"]) == (True, "U4")


@pytest.mark.parametrize("method", ["chat.postEphemeral", "files.completeUploadExternal", "conversations.info"])
async def test_people_are_no_channels_but_for_post_message(
    slack: StandInSlack, web: AsyncWebClient, method: str
) -> None:
    """Only chat.postMessage takes a person's id."""
    file = await web.files_getUploadURLExternal(filename="a", length=1)
    slack.file(file["file_id"]).content = b"x"
    args = {"channel": "U1", "channel_id": "U1", "user": "U1", "text": "x", "files": [{"id": file["file_id"]}]}
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await web.api_call(method, json=args)
