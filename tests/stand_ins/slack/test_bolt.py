"""The stand-in in front of a real Bolt app, over HTTP and over Socket Mode."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.stand_ins.slack import Message, StandInSlack
from tests.stand_ins.slack.small_bot import BUTTONS, MODAL, SmallBot


async def test_what_is_said_in_the_ack_is_seen_by_the_person_alone(slack: StandInSlack, bot: SmallBot) -> None:
    """A command's answer is ephemeral, and the bot gets the fields of Slack's form."""
    answer = await slack.as_("U1").command("C1", "/promo lists spring")
    assert answer.ok
    assert [one.text for one in slack.ephemerals("U1")] == ["typed: lists spring"]
    assert slack.messages("C1") == []
    heard = bot.last("command")
    assert heard["response_url"].startswith(slack.root)
    names = ("command", "text", "user_id", "channel_id", "channel_name", "team_id", "api_app_id")
    assert [heard[name] for name in names] == ["/promo", "lists spring", "U1", "C1", "promo", "T1", "A1"]


async def test_an_ack_can_speak_to_the_whole_channel(slack: StandInSlack, bot: SmallBot) -> None:
    """`response_type` in_channel makes the answer visible to all."""
    await slack.as_("U1").command("C1", "/promo loud")
    assert [(one.text, one.user) for one in slack.messages("C1")] == [("for all", "UBOT")]


async def test_a_command_that_is_not_acked_fails_before_the_persons_eyes(
    slack: StandInSlack, http_bot: SmallBot
) -> None:
    """No ack in time gives operation_timeout, and the command is not sent again."""
    slack.delivery.ack_within_s = 1.0
    answer = await slack.as_("U1").command("C1", "/promo silent")
    assert answer.problem == "http_timeout"
    assert slack.notices("U1") == ["/promo failed with the error “operation_timeout”"]
    assert len(http_bot.heard) == 1


async def test_a_stranger_cannot_type_the_command(slack: StandInSlack, http_bot: SmallBot) -> None:
    """Slack keeps commands to members of the workspace."""
    await slack.as_("U4").command("C3", "/promo lists")
    assert http_bot.heard == []
    assert slack.notices("U4") == ["/promo is only for members of this workspace."]


async def test_a_response_url_posts_and_replaces(slack: StandInSlack, bot: SmallBot) -> None:
    """Two answers of one command, the second instead of the first."""
    await slack.as_("U1").command("C1", "/promo late")
    await slack.until(lambda: len(slack.called("response_url")) == 2)
    assert [(one.text, one.versions) for one in slack.ephemerals("U1")] == [("second", ["first", "second"])]


async def posted(slack: StandInSlack, bot: SmallBot) -> Message:
    await bot.web.chat_postMessage(channel="C1", text="card", blocks=BUTTONS)
    return slack.messages("C1")[-1]


async def test_a_click_carries_what_bolt_and_listeners_need(slack: StandInSlack, bot: SmallBot) -> None:
    """Button, place, person, message, trigger and response_url are all there."""
    card = await posted(slack, bot)
    assert (await slack.as_("U2").click(card, "Go")).ok
    await slack.until(lambda: slack.ephemerals("U2"))
    body = bot.last("go")
    action = {name: body["actions"][0][name] for name in ("type", "action_id", "block_id", "value")}
    assert action == {"type": "button", "action_id": "go", "block_id": "row", "value": "7"}
    container = {"type": "message", "message_ts": card.ts, "channel_id": "C1", "is_ephemeral": False}
    assert (body["user"]["id"], body["channel"], body["container"]) == ("U2", {"id": "C1", "name": "promo"}, container)
    assert body["message"]["blocks"][0]["elements"][0]["action_id"] == "go"
    assert slack.ephemerals("U2")[0].text == "went"


async def test_a_missing_button_is_named_with_what_is_there(slack: StandInSlack, http_bot: SmallBot) -> None:
    """The driver says what can be clicked."""
    card = await posted(slack, http_bot)
    with pytest.raises(AssertionError, match=r"no control is called 'Stop'; there is: 'Go' \(go\), 'pick' \(pick\)"):
        await slack.as_("U1").click(card, "Stop")


async def test_a_type_ahead_offers_what_the_bot_answers(slack: StandInSlack, bot: SmallBot) -> None:
    """Suggestions come from the bot, from min_query_length on; the choice is sent and kept in the state."""
    card = await posted(slack, bot)
    assert await slack.as_("U1").suggest(card, "pick", "") == []
    assert [one["value"] for one in await slack.as_("U1").suggest(card, "pick", "s")] == ["spring", "summer"]
    await slack.as_("U1").choose(card, "pick", "summ", "summer")
    await slack.until(lambda: bot.last("pick"))
    body = bot.last("pick")
    assert body["actions"][0]["selected_option"]["value"] == "summer"
    assert body["state"]["values"]["row"]["pick"]["selected_option"]["value"] == "summer"


async def opened(slack: StandInSlack) -> dict[str, Any]:
    await slack.as_("U1").command("C1", "/promo form")
    return await slack.until(lambda: slack.views("U1")[-1])


async def test_a_form_opens_and_closes_with_its_values_sent(slack: StandInSlack, bot: SmallBot) -> None:
    """Typed text, a chosen option and files reach the bot as `state.values`; an empty ack closes the form."""
    view = await opened(slack)
    errors = await slack.as_("U1").submit(view, {"Name": "Anna", "pick": "Spring", "files": {"a.csv": b"x"}})
    assert (errors, slack.views("U1")) == ({}, [])
    sent = bot.last("form")["view"]
    assert sent["state"]["values"]["name"]["typed"] == {"type": "plain_text_input", "value": "Anna"}
    assert sent["state"]["values"]["list"]["pick"]["selected_option"]["value"] == "spring"
    files = sent["state"]["values"]["files"]["files"]["files"]
    assert [(one["name"], one["size"], one["user"]) for one in files] == [("a.csv", 1, "U1")]
    assert (sent["callback_id"], sent["root_view_id"]) == ("form", view["id"])


async def test_slack_itself_refuses_an_unfit_form(slack: StandInSlack, bot: SmallBot) -> None:
    """Empty and too long values never reach the bot."""
    view = await opened(slack)
    assert await slack.as_("U1").submit(view) == {"name": "Please complete this required field."}
    assert await slack.as_("U1").submit(view, {"typed": "x" * 11}) == {"name": "Please use 10 characters or fewer."}
    assert [kind for kind, _ in bot.heard] == ["command"]


async def test_the_bots_answers_to_a_form(slack: StandInSlack, bot: SmallBot) -> None:
    """errors stay in the form, update keeps what was typed, push stacks, clear closes everything."""
    view = await opened(slack)
    bot.submitted = {"response_action": "errors", "errors": {"name": "Taken"}}
    assert await slack.as_("U1").submit(view, {"typed": "Anna"}) == {"name": "Taken"}
    bot.submitted = {"response_action": "update", "view": {**MODAL, "private_metadata": "2"}}
    await slack.as_("U1").submit(slack.views("U1")[-1])
    updated = slack.views("U1")[-1]
    assert (updated["id"], updated["private_metadata"]) == (view["id"], "2")
    assert updated["state"]["values"]["name"]["typed"]["value"] == "Anna"
    bot.submitted = {"response_action": "push", "view": MODAL}
    await slack.as_("U1").submit(updated)
    assert [one["previous_view_id"] for one in slack.views("U1")] == [None, view["id"]]
    bot.submitted = {"response_action": "clear"}
    await slack.as_("U1").submit(slack.views("U1")[-1], {"typed": "Ben"})
    assert slack.views("U1") == []


async def test_errors_for_a_block_that_is_no_input_are_refused(slack: StandInSlack, http_bot: SmallBot) -> None:
    """The form stays open and says that the app had trouble."""
    view = await opened(slack)
    http_bot.submitted = {"response_action": "errors", "errors": {"nowhere": "x"}}
    assert await slack.as_("U1").submit(view, {"typed": "Anna"}) == {"": "We had some trouble connecting. Try again?"}
    assert slack.views("U1") == [view]


async def test_a_closed_form_is_told_to_the_bot(slack: StandInSlack, bot: SmallBot) -> None:
    """view_closed is sent because the view asked for it."""
    view = await opened(slack)
    await slack.as_("U1").close(view)
    assert (bot.last("closed")["view"]["id"], bot.last("closed")["is_cleared"]) == (view["id"], False)


async def test_dropped_files_give_one_event_each(slack: StandInSlack, bot: SmallBot) -> None:
    """Two files in a thread: one message, two events with ids only, and answers in the same thread."""
    root = slack.as_("U1").say("C1", "codes for Friday")
    message = await slack.as_("U1").drop("C1", {"a.csv": b"A", "b.csv": b"B"}, thread_ts=root.ts)
    await slack.until(lambda: len(slack.thread("C1", root.ts)) == 3)
    bodies = [body for kind, body in bot.heard if kind == "file_shared"]
    events = sorted((body["event"] for body in bodies), key=lambda event: str(event["file_id"]))
    expected = {"type", "channel_id", "file_id", "user_id", "file", "event_ts"}
    assert [(event["file_id"], set(event)) for event in events] == [(one, expected) for one in message.files]
    assert len({body["event_id"] for body in bodies}) == 2


async def test_the_bots_own_upload_is_an_event_that_bolt_drops(slack: StandInSlack, bot: SmallBot) -> None:
    """files_upload_v2 posts a message with the file; its file_shared names the bot."""
    await bot.web.files_upload_v2(channel="C1", filename="r.csv", content="a,b", initial_comment="report")
    await slack.delivery.settled()
    (message,) = slack.messages("C1")
    assert (message.text, slack.file(message).content, slack.file(message).user) == ("report", b"a,b", "UBOT")
    assert slack.sent[-1].payload["event"]["user_id"] == "UBOT"
    assert bot.heard == []


async def test_the_home_tab_opens_and_is_published(slack: StandInSlack, bot: SmallBot) -> None:
    """app_home_opened, then views.publish."""
    await slack.as_("U2").open_home()
    home = await slack.until(lambda: slack.home("U2"))
    assert [block["type"] for block in home["blocks"]] == ["divider"]
    assert bot.last("home")["event"]["tab"] == "home"


async def test_a_shortcut_carries_the_message_and_its_files(slack: StandInSlack, bot: SmallBot) -> None:
    """message_action has the file objects."""
    message = await slack.as_("U1").drop("C2", {"old.csv": b"x"})
    await slack.as_("U2").shortcut(message, "load")
    body = bot.last("shortcut")
    names = [one["name"] for one in body["message"]["files"]]
    assert (names, body["user"]["id"], body["channel"]["id"]) == (["old.csv"], "U2", "C2")


async def test_an_event_is_sent_again_until_it_is_acked(slack: StandInSlack, http_bot: SmallBot) -> None:
    """Three retries with their number; the same event_id each time."""
    http_bot.event_failures = 2
    await slack.as_("U1").drop("C1", {"a.csv": b"A"})
    await slack.delivery.settled()
    assert http_bot.retries == [[], ["1"], ["2"]]
    assert [kind for kind, _ in http_bot.heard] == ["file_shared"]


async def test_the_same_can_be_delivered_twice(slack: StandInSlack, bot: SmallBot) -> None:
    """resend repeats the last event with its event_id."""
    await slack.as_("U1").drop("C1", {"a.csv": b"A"})
    await slack.until(lambda: slack.messages("C1")[1])
    assert (await slack.resend()).ok
    await slack.until(lambda: len(slack.messages("C1")) == 3)
    first, second = [body for kind, body in bot.heard if kind == "file_shared"]
    assert first == second


async def test_an_event_without_an_ack_over_a_socket_is_sent_again(slack: StandInSlack, socket_bot: SmallBot) -> None:
    """A lost ack brings the same event as a retry."""
    slack.delivery.ack_within_s, slack.sockets.deaf = 0.05, True
    await slack.as_("U1").drop("C1", {"a.csv": b"A"})
    await slack.until(lambda: len(socket_bot.heard) == 2 or None)
    slack.sockets.deaf = False
    await slack.delivery.settled()
    assert socket_bot.retries[:2] == [["0"], ["1"]]


async def test_an_event_waits_for_a_socket(slack: StandInSlack) -> None:
    """What happens while no socket is open comes as a retry once one is."""
    slack.delivery.retry_after_s = (0.3, 0.3)
    await slack.as_("U1").drop("C1", {"a.csv": b"A"})
    bot = SmallBot(slack)
    await bot.connect(slack.app_token)
    await slack.delivery.settled()
    await bot.close()
    assert [kind for kind, _ in bot.heard] == ["file_shared"]
    assert bot.retries[0] == ["1"]


async def test_a_refreshed_socket_is_opened_anew(slack: StandInSlack, socket_bot: SmallBot) -> None:
    """After a disconnect the bot asks for a new address, and commands work again."""
    await slack.sockets.refresh()
    await slack.sockets.connected()
    assert (await slack.as_("U1").command("C1", "/promo again")).ok
    assert len(slack.called("apps.connections.open")) == 2


async def test_each_payload_goes_to_one_of_several_sockets(slack: StandInSlack, socket_bot: SmallBot) -> None:
    """Two bots share the commands."""
    other = SmallBot(slack)
    await other.connect(slack.app_token)
    await slack.until(lambda: slack.sockets.count == 2)
    await asyncio.gather(*(slack.as_("U1").command("C1", f"/promo {number}") for number in range(4)))
    await other.close()
    assert [len(socket_bot.heard), len(other.heard)] == [2, 2]
