"""The Web API, called by the real SDK and by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.stand_ins.slack import Channel, StandInSlack
from tests.stand_ins.slack.conftest import Clock
from tests.stand_ins.slack.small_bot import MODAL

HOME: dict[str, Any] = {"type": "home", "blocks": [{"type": "divider"}]}


async def refused(call: Awaitable[Any]) -> str:
    """Slack's error word."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response.get("error"))


async def test_auth_test_tells_who_the_bot_is_and_its_scopes(slack: StandInSlack, web: AsyncWebClient) -> None:
    """Ids in the body, scopes in the header."""
    answer = await web.auth_test()
    assert [answer[name] for name in ("team_id", "user_id", "bot_id")] == ["T1", "UBOT", "B1"]
    assert "files:read" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-wrong", "invalid_auth"), ("xapp-playground", "not_allowed_token_type")],
)
async def test_a_wrong_token_is_refused(slack: StandInSlack, token: str, error: str) -> None:
    """The right token of the right kind, or nothing."""
    assert await refused(AsyncWebClient(token or None, base_url=slack.base_url).auth_test()) == error


async def test_a_missing_scope_is_named() -> None:
    """missing_scope says what is needed."""
    slack = StandInSlack(scopes=["chat:write"])
    await slack.start()
    with pytest.raises(SlackApiError) as caught:
        await AsyncWebClient(slack.bot_token, base_url=slack.base_url).users_info(user="U1")
    await slack.stop()
    assert (caught.value.response["error"], caught.value.response["needed"]) == ("missing_scope", "users:read")


async def test_an_unknown_method_is_refused(web: AsyncWebClient) -> None:
    """unknown_method, as Slack says."""
    assert await refused(web.api_call("promo.codes")) == "unknown_method"


@pytest.mark.parametrize("way", ["query", "form", "json"])
async def test_arguments_come_by_query_form_or_json(slack: StandInSlack, way: str) -> None:
    """The same call sent in three ways, by GET and by POST."""
    args = {"channel": "C1", "text": "hi", "blocks": json.dumps([{"type": "divider"}])}
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    url = f"{slack.base_url}chat.postMessage"
    async with aiohttp.ClientSession(headers=headers) as session:
        match way:
            case "query":
                request = session.get(url, params=args)
            case "form":
                request = session.post(url, data=args)
            case _:
                request = session.post(url, json=args)
        async with request as answer:
            assert (await answer.json())["ok"]
    (message,) = slack.messages("C1")
    assert (message.text, message.blocks[0]["type"]) == ("hi", "divider")


async def test_an_empty_body_labelled_json_is_taken(slack: StandInSlack) -> None:
    """The synchronous SDK sends auth.test so."""
    headers = {"Authorization": f"Bearer {slack.bot_token}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers) as session, session.post(f"{slack.base_url}auth.test") as answer:
        assert (await answer.json())["ok"]


async def test_messages_are_posted_edited_and_deleted(slack: StandInSlack, web: AsyncWebClient) -> None:
    """ts grows even when the clock stands still; blocks not named in an update stay; blocks get ids."""
    first = await web.chat_postMessage(channel="C1", text="one", blocks=[{"type": "divider"}])
    second = await web.chat_postMessage(channel="C1", text="two", thread_ts=first["ts"])
    assert second["ts"] > first["ts"]
    await web.chat_update(channel="C1", ts=first["ts"], text="one again")
    message = slack.messages("C1")[0]
    assert (message.text, [one["type"] for one in message.blocks]) == ("one again", ["divider"])
    assert message.blocks[0]["block_id"]
    await web.chat_update(channel="C1", ts=first["ts"], text="bare", blocks=[])
    assert slack.messages("C1")[0].blocks == []
    await web.chat_delete(channel="C1", ts=second["ts"])
    assert [one.text for one in slack.messages("C1")] == ["bare"]


async def test_a_person_is_written_to_in_direct_messages(slack: StandInSlack, web: AsyncWebClient) -> None:
    """A user id as channel opens D1, as conversations.open does."""
    assert (await web.chat_postMessage(channel="U1", text="hi"))["channel"] == "D1"
    assert (await web.conversations_open(users="U1"))["channel"]["id"] == "D1"


async def test_what_slack_refuses_of_messages(slack: StandInSlack, web: AsyncWebClient) -> None:
    """Each with Slack's own word."""
    slack.workspace.channels["C9"] = Channel("C9", "empty", ["U1"])
    theirs = slack.as_("U1").say("C1", "mine")
    await web.chat_postEphemeral(channel="C1", user="U1", text="psst")
    whisper = slack.ephemerals("U1")[0].ts
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}]
    calls = {
        "channel_not_found": web.chat_postMessage(channel="C404", text="x"),
        "not_in_channel": web.chat_postMessage(channel="C9", text="x"),
        "no_text": web.api_call("chat.postMessage", json={"channel": "C1"}),
        "msg_too_long": web.chat_postMessage(channel="C1", text="x" * 40_001),
        "invalid_blocks": web.chat_postMessage(channel="C1", text="x", blocks=blocks),
        "thread_not_found": web.chat_postMessage(channel="C1", text="x", thread_ts="1.1"),
        "message_not_found": web.chat_update(channel="C1", ts=whisper, text="x"),
        "cant_update_message": web.chat_update(channel="C1", ts=theirs.ts, text="x"),
        "cant_delete_message": web.chat_delete(channel="C1", ts=theirs.ts),
        "user_not_in_channel": web.chat_postEphemeral(channel="C1", user="U4", text="x"),
        "user_not_found": web.users_info(user="U404"),
        "no_such_subteam": web.usergroups_users_list(usergroup="S404"),
        "file_not_found": web.files_info(file="F404"),
        "invalid_arguments": web.files_info(file=""),
        "not_found": web.views_update(view_id="V404", view=MODAL),
        "invalid_trigger_id": web.views_open(trigger_id="1.2.3", view=MODAL),
    }
    assert await asyncio.gather(*(refused(call) for call in calls.values())) == list(calls)


async def test_refused_blocks_are_pointed_at(web: AsyncWebClient) -> None:
    """response_metadata.messages carries JSON pointers."""
    with pytest.raises(SlackApiError) as caught:
        await web.chat_postMessage(channel="C1", text="x", blocks=[{"type": "divider"}, {"type": "alert"}])
    expected = ["[ERROR] alert is not supported in a message [json-pointer:/blocks/1/type]"]
    assert caught.value.response["response_metadata"]["messages"] == expected


async def test_a_trigger_opens_one_view_within_three_seconds(
    slack: StandInSlack, web: AsyncWebClient, clock: Clock
) -> None:
    """Used twice, or used late, it is refused."""
    used, late = slack.api.trigger("U1"), slack.api.trigger("U1")
    view = (await web.views_open(trigger_id=used, view=MODAL))["view"]
    assert slack.views("U1")[0]["id"] == view["id"]
    assert await refused(web.views_open(trigger_id=used, view=MODAL)) == "exchanged_trigger_id"
    clock.now += 3.1
    assert await refused(web.views_open(trigger_id=late, view=MODAL)) == "expired_trigger_id"


async def test_views_know_their_hash_and_their_depth(slack: StandInSlack, web: AsyncWebClient) -> None:
    """An old hash is a conflict; a fourth modal and a view above 250 kB are refused."""
    view = (await web.views_open(trigger_id=slack.api.trigger("U1"), view=MODAL))["view"]
    await web.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)
    assert await refused(web.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)) == "hash_conflict"
    for _ in range(2):
        await web.views_push(trigger_id=slack.api.trigger("U1"), view=MODAL)
    assert await refused(web.views_push(trigger_id=slack.api.trigger("U1"), view=MODAL)) == "push_limit_reached"
    text = {"type": "plain_text", "text": "x" * 3000}
    wide = {**HOME, "blocks": [{"type": "section", "text": text}] * 100}
    assert await refused(web.views_publish(user_id="U1", view=wide)) == "view_too_large"
    await web.views_publish(user_id="U1", view=HOME)
    assert await refused(web.views_publish(user_id="U1", view=HOME, hash="old")) == "hash_conflict"


async def test_people_groups_and_channels_are_described(web: AsyncWebClient) -> None:
    """Guest, stranger, shared channel and group members are told apart."""
    users = {user: (await web.users_info(user=user))["user"] for user in ("U1", "U3", "U4", "UBOT")}
    told = {user: [about["is_restricted"], about["is_stranger"], about["is_bot"]] for user, about in users.items()}
    expected = {"U1": [False] * 3, "U3": [True, False, False], "U4": [False, True, False], "UBOT": [False, False, True]}
    assert told == expected
    assert (await web.conversations_info(channel="C3"))["channel"]["is_ext_shared"] is True
    assert (await web.usergroups_users_list(usergroup="S1"))["users"] == ["U1", "U2"]
    assert [one["handle"] for one in (await web.usergroups_list())["usergroups"]] == ["promo-team"]
    assert [one["id"] for one in (await web.conversations_list(limit=2))["channels"]] == ["C1", "C2"]
    assert "U4" in (await web.conversations_members(channel="C3"))["members"]
    assert (await web.bots_info(bot="B1"))["bot"]["user_id"] == "UBOT"


async def test_history_replies_and_permalinks(slack: StandInSlack, web: AsyncWebClient) -> None:
    """Newest first, threads apart, ephemerals nowhere."""
    root = slack.as_("U1").say("C1", "root")
    slack.as_("U2").say("C1", "reply", root.ts)
    slack.as_("U2").say("C1", "later")
    await web.chat_postEphemeral(channel="C1", user="U1", text="psst")
    history = (await web.conversations_history(channel="C1"))["messages"]
    assert [(one["text"], one.get("reply_count")) for one in history] == [("later", None), ("root", 1)]
    replies = (await web.conversations_replies(channel="C1", ts=root.ts))["messages"]
    assert [one["text"] for one in replies] == ["root", "reply"]
    link = (await web.chat_getPermalink(channel="C1", message_ts=root.ts))["permalink"]
    assert link == f"{slack.root}/archives/C1/p{root.ts.replace('.', '')}"
    await web.reactions_add(channel="C1", timestamp=root.ts, name="eyes")
    assert await refused(web.reactions_add(channel="C1", timestamp=root.ts, name="eyes")) == "already_reacted"


async def test_blocks_can_be_validated_without_a_token(slack: StandInSlack) -> None:
    """blocks.validate answers pointers."""
    answer = await AsyncWebClient(base_url=slack.base_url).api_call(
        "blocks.validate", json={"blocks": [{"type": "header"}]}
    )
    expected = [{"pointer": "/blocks/0", "code": "invalid", "message": "missing required field: text"}]
    assert answer["errors"] == expected


async def test_failures_come_as_ordered_and_pass(slack: StandInSlack, web: AsyncWebClient) -> None:
    """429 with its wait, 500, a Slack error, a cut connection; then all is well and every call is kept."""
    slack.fail("auth.test", status=429, retry_after=7)
    slack.fail("auth.test", status=500)
    slack.fail("*", error="fatal_error")
    slack.fail("auth.test", cut=True)
    with pytest.raises(SlackApiError) as caught:
        await web.auth_test()
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "7")
    assert await refused(web.auth_test()) == "internal_error"
    assert await refused(web.auth_test()) == "fatal_error"
    with pytest.raises(aiohttp.ClientError):
        await web.auth_test()
    assert (await web.auth_test())["ok"]
    kept = [(call.status, call.error) for call in slack.called("auth.test")]
    assert kept == [(429, "http_429"), (500, "http_500"), (200, "fatal_error"), (0, "http_0"), (200, "")]


async def test_a_call_can_be_carried_out_and_its_answer_lost(slack: StandInSlack, web: AsyncWebClient) -> None:
    """The message is there though the bot was told of a failure."""
    slack.fail("chat.postMessage", status=500, carried_out=True)
    await refused(web.chat_postMessage(channel="C1", text="once"))
    assert [one.text for one in slack.messages("C1")] == ["once"]


async def test_a_gate_holds_a_call(slack: StandInSlack, web: AsyncWebClient) -> None:
    """The answer comes when the test opens the gate."""
    gate = asyncio.Event()
    slack.fail("auth.test", gate=gate)
    call = asyncio.create_task(web.auth_test())
    await slack.until(lambda: not slack.failures.standing)
    assert not call.done()
    gate.set()
    assert (await call)["ok"]


async def test_the_sdks_own_retry_waits_as_told(slack: StandInSlack) -> None:
    """RateLimitErrorRetryHandler understands the 429."""
    handlers: list[AsyncRetryHandler] = [AsyncRateLimitErrorRetryHandler(max_retry_count=1)]
    patient = AsyncWebClient(slack.bot_token, base_url=slack.base_url, retry_handlers=handlers)
    slack.fail("auth.test", status=429, retry_after=0)
    assert (await patient.auth_test())["ok"]


async def test_while_down_every_connection_is_cut(slack: StandInSlack, web: AsyncWebClient) -> None:
    """And works again afterwards."""
    slack.down = True
    with pytest.raises(aiohttp.ClientError):
        await web.auth_test()
    slack.down = False
    assert (await web.auth_test())["ok"]


async def test_until_says_what_the_bot_did_when_time_is_up(slack: StandInSlack, web: AsyncWebClient) -> None:
    """The last calls stand in the error."""
    await web.auth_test()
    with pytest.raises(AssertionError, match=r"not within 0.01 s; the bot's last calls: auth.test 200"):
        await slack.until(lambda: slack.messages("C1"), timeout=0.01)


async def test_a_response_url_serves_five_times_and_half_an_hour(slack: StandInSlack, clock: Clock) -> None:
    """Slack's budget, and delete_original."""
    url, old = slack.answers.make("U1", "C1"), slack.answers.make("U1", "C1")
    bodies = [
        {"text": "a"},
        {"text": "b", "replace_original": True},
        {"text": "c", "response_type": "in_channel"},
        {"delete_original": True},
        {"text": "d", "blocks": [{"type": "nothing"}]},
        {"text": "e"},
    ]
    answers = []
    async with aiohttp.ClientSession() as session:
        for body in bodies:
            async with session.post(url, json=body) as answer:
                answers.append((answer.status, await answer.text()))
        clock.now += 30 * 60 + 1
        async with session.post(old, json={"text": "late"}) as answer:
            answers.append((answer.status, await answer.text()))
    assert answers == [(200, "ok")] * 4 + [(400, "invalid_blocks"), (404, "used_url"), (404, "expired_url")]
    assert slack.ephemerals("U1") == []
    assert [one.text for one in slack.messages("C1")] == ["c"]
