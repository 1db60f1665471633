"""Deliveries that Slack signs: every one is taken, by HTTP and by socket, whatever it lacks."""

from __future__ import annotations

import logging
from typing import Any, cast

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.serve.deliveries import taken
from bot.serve.requests import Refusals

PERSON = {"user": {"id": "U1"}}
VIEW = {"id": "V1", "callback_id": "upload_form", "state": {"values": {}}}


class Bolt:
    """An app whose listeners are called `known`; it raises `error` if there is one."""

    def __init__(self, error: Exception | None = None) -> None:
        self.seen: list[dict[str, Any]] = []
        self._error = error

    async def async_dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        """Stands for Bolt."""
        if self._error:
            raise self._error
        self.seen.append(dict(request.body))
        return BoltResponse(status=404 if "foreign" in str(request.body) else 200)


async def answer(bolt: Bolt, body: object) -> int:
    """The status of one delivery."""
    request = AsyncBoltRequest(mode="socket_mode", body=cast(Any, body))
    return (await taken(cast(AsyncApp, bolt), lambda: request, Refusals())).status


def event(**about: Any) -> dict[str, Any]:
    """One of the Events API."""
    return {"type": "event_callback", "event": about}


@pytest.mark.parametrize(
    "body",
    [
        {"command": "/promo", "user_id": "U1", "channel_id": "C1"},
        {"type": "block_actions", **PERSON, "actions": [{"action_id": "a"}]},
        {"type": "block_suggestion", "user": {"id": "U1"}, "action_id": "form_list"},
        {"type": "message_action", **PERSON, "channel": {"id": "C1"}, "message": {"ts": "1.1"}},
        {"type": "view_submission", "user": {"id": "U1"}, "view": VIEW},
        {"type": "url_verification", "challenge": "c"},
        {"ssl_check": "1", "token": "x"},
        event(type="file_shared", file_id="F1", channel_id="C1"),
        event(type="app_home_opened", user="U1"),
        event(type="message", channel="D1", ts="1.1"),
        event(type="channel_archive"),
    ],
)
async def test_what_listeners_need_reaches_them(body: dict[str, Any]) -> None:
    """With all that Slack always sends, a delivery is handed on."""
    bolt = Bolt()
    assert (await answer(bolt, body), bolt.seen) == (200, [body])


@pytest.mark.parametrize(
    "body",
    [
        {"command": "/promo", "text": "lists"},
        {"command": "/promo", "user_id": "U1", "channel_id": ""},
        {"type": "block_actions"},
        {"type": "block_actions", **PERSON, "actions": []},
        {"type": "block_actions", **PERSON, "actions": [None]},
        {"type": "block_actions", "user": None, "actions": [{"action_id": "a"}]},
        {"type": "block_suggestion", "action_id": "form_list"},
        {"type": "message_action", **PERSON, "channel": "C1", "message": {}},
        {"type": "view_submission", "user": {"id": "U1"}, "view": {"callback_id": "upload_form"}},
        {"type": "view_submission", "user": {"id": "U1"}, "view": {**VIEW, "type": "workflow_step"}},
        {"type": "view_closed", "view": VIEW},
        {"type": "dialog_submission"},
        {"type": "workflow_step_edit"},
        event(type="file_shared", file_id="F1"),
        event(type="app_home_opened"),
        event(type="message"),
        {"type": "", "event": {"type": "message"}},
    ],
)
async def test_what_lacks_something_is_taken_and_told(body: object, caplog: pytest.LogCaptureFixture) -> None:
    """A delivery that no listener could answer is taken all the same, with one line of log and no traceback."""
    bolt = Bolt()
    assert (await answer(bolt, body), bolt.seen) == (200, [])
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [(record.exc_info, record.getMessage()[:13]) for record in told] == [(None, "ignored (200)")]


async def test_halves_of_characters_reach_nobody() -> None:
    """JSON can name halves of a surrogate pair and zeros, which no database keeps."""
    bolt = Bolt()
    text = "sale \ud83d\x00"
    assert await answer(bolt, event(type="message", channel="D1", ts="1.1", text=text, blocks=[{"text": text}])) == 200
    assert [bolt.seen[0]["event"]["text"], bolt.seen[0]["event"]["blocks"]] == [
        "sale \ufffd\ufffd",
        [{"text": "sale \ufffd\ufffd"}],
    ]


async def test_what_no_listener_is_for_is_taken() -> None:
    """A command, button or event that the bot does not know is not sent again by Slack."""
    body = {"command": "/foreign", "user_id": "U1", "channel_id": "C1"}
    assert await answer(Bolt(), body) == 200


@pytest.mark.parametrize("error", [KeyError("x"), TypeError(), ValueError(), AttributeError(), IndexError()])
async def test_a_field_of_another_kind_is_400(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """What Bolt stumbles over is a line, not a traceback."""
    assert await answer(Bolt(error), event(type="channel_archive")) == 400
    assert not any(record.exc_info for record in caplog.records)
