"""The log shows what went over the wire, and none of what must stay hidden."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.stand_ins.slack import StandInSlack
from bot.stand_ins.slack.log import KEPT, safe_json
from bot.stand_ins.slack.reading import visible_text
from tests.stand_ins.slack.small_bot import SmallBot


def test_secrets_and_codes_are_struck_out() -> None:
    """Tokens anywhere, secrets by name, codes by length."""
    body = {
        "token": "xoxb-1-abc",
        "text": "see xoxb-1-abc and https://api.example/?shop_secret=hush&x=1",
        "shop_secret": "hush",
        "codes": ["SPRING-1", "SPRING-2"],
        "nested": [{"type": "plain_text_input", "value": "SPRING-1\nSPRING-2"}],
    }
    assert safe_json(body) == (
        '{"token": "•••", "text": "see ••• and https://api.example/?shop_secret=•••&x=1", "shop_secret": "•••", '
        '"codes": "(2 items)", "nested": [{"type": "plain_text_input", "value": "(17 characters)"}]}'
    )


async def test_nothing_typed_or_dropped_shows_in_the_log(slack: StandInSlack, http_bot: SmallBot) -> None:
    """A form with codes, a dropped file, a shortcut on a message with codes: the log holds none of them."""
    await slack.as_("U1").command("C1", "/promo form")
    view = await slack.until(lambda: slack.views("U1"))
    await slack.as_("U1").submit(view[0], {"typed": "SECRET-1", "files": {"a.csv": b"SECRET-2"}})
    message = await slack.as_("U1").drop("C1", {"b.csv": b"SECRET-3"}, text="SECRET-4")
    await slack.as_("U1").shortcut(message, "load")
    await slack.delivery.settled()
    shown = "\n".join(f"{one.what} {one.detail}" for one in slack.log.entries)
    assert "view_submission" in shown
    assert "message_action" in shown
    assert [one for one in ("SECRET", slack.bot_token, slack.signing_secret) if one in shown] == []


async def test_the_log_keeps_the_last_three_hundred(slack: StandInSlack, web: AsyncWebClient) -> None:
    """Older entries go; each has what the page needs."""
    await web.auth_test()
    entry = slack.log.entries[-1].as_json()
    assert [entry[name] for name in ("from", "to", "what", "status", "detail")] == [
        "bot",
        "slack",
        "POST auth.test",
        200,
        "{}",
    ]
    for _ in range(KEPT):
        slack.log.add("page", "slack", "look")
    assert {one.what for one in slack.log.entries} == {"look"}


def test_visible_text_is_what_a_person_reads() -> None:
    """Tables, charts, buttons and labels; no ids, no confirm dialogs, no closed menus."""
    plain = {"type": "plain_text", "text": "Go"}
    options = [{"text": {"type": "plain_text", "text": "Hidden"}, "value": "h"}]
    confirm = {"title": {"type": "plain_text", "text": "Sure"}}
    rows = [[{"type": "raw_text", "text": "List"}], [{"type": "raw_number", "value": 7, "text": "7 left"}]]
    view = {
        "title": {"type": "plain_text", "text": "Form"},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": [
            {"type": "data_table", "caption": "Stock", "rows": rows, "block_id": "b"},
            {"type": "actions", "elements": [{"type": "button", "text": plain, "confirm": confirm}]},
            {"type": "actions", "elements": [{"type": "static_select", "options": options, "placeholder": plain}]},
            {
                "type": "data_visualization",
                "title": "Pie",
                "chart": {"type": "pie", "segments": [{"label": "A", "value": 2}]},
            },
        ],
    }
    assert visible_text(view).split("\n") == ["Form", "Stock", "List", "7 left", "Go", "Go", "Pie", "A: 2", "Send"]
