"""The control API, as the page uses it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.playground.control import control_routes
from bot.stand_ins.personaclick import StandInPersonaClick, control
from bot.stand_ins.slack import StandInSlack
from tests.stand_ins.slack.small_bot import BUTTONS, SmallBot


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[StandInSlack]:
    """The stand-in with the page's routes, and a stand-in PersonaClick behind them."""
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "page.js").write_text("1")
    vendor, made = StandInPersonaClick(), StandInSlack()
    vendor.add_routes(control.routes(vendor))
    await vendor.start(control_port=0)
    made.add_routes(control_routes(made, vendor.control_url, tmp_path))
    await made.start()
    yield made
    await made.stop()
    await vendor.stop()


@pytest.fixture
async def page(slack: StandInSlack) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser's connection."""
    async with aiohttp.ClientSession(slack.root) as session:
        yield session


async def get(page: aiohttp.ClientSession, path: str) -> Any:
    async with page.get(path) as answer:
        return await answer.json()


async def post(page: aiohttp.ClientSession, path: str, body: Any) -> Any:
    async with page.post(path, json=body) as answer:
        return await answer.json()


async def test_the_page_and_its_files_are_served_and_nothing_else(page: aiohttp.ClientSession) -> None:
    """Names with a path in them lead nowhere."""
    seen = {}
    for path in ("/", "/static/page.js", "/static/none.js", "/static/..%2Findex.html"):
        async with page.get(path) as answer:
            seen[path] = answer.status
    assert list(seen.values()) == [200, 200, 404, 404]


async def test_state_shows_what_one_person_may_see(slack: StandInSlack, page: aiohttp.ClientSession) -> None:
    """Own channels, own ephemerals, files with a preview."""
    slack.as_("U1").say("C1", "hello")
    await slack.as_("U2").drop("C1", {"a.csv": b"code\nA1"}, text="codes")
    state = await get(page, "/api/state?user=U1")
    assert [one["id"] for one in state["channels"]] == ["C1", "C2", "C3", "D1"]
    first, second = state["messages"]["C1"]
    assert (first["text"], first["thread_ts"], first["ephemeral"]) == ("hello", None, False)
    assert (second["files"][0]["name"], second["files"][0]["preview"]) == ("a.csv", "code\nA1")
    assert {one["id"]: one["kind"] for one in state["users"]}["U3"] == "guest"
    async with page.get(second["files"][0]["url"]) as answer:
        assert (await answer.read(), answer.headers["Content-Disposition"]) == (
            b"code\nA1",
            'attachment; filename="a.csv"',
        )
    strangers = await get(page, "/api/state?user=U4")
    assert [one["id"] for one in strangers["channels"]] == ["C3", "D4"]


async def test_a_name_after_an_at_is_a_mention(slack: StandInSlack, page: aiohttp.ClientSession) -> None:
    """What a person types on the page arrives as Slack's composer sends it, so the bot hears its name."""
    said = "@promo CODES lists of @ben, mail@anna.example, @nobody"
    await post(page, "/api/message", {"user": "U1", "channel": "C1", "text": said})
    assert slack.messages("C1")[-1].text == "<@UBOT> lists of <@U2>, mail@anna.example, @nobody"


async def test_a_person_types_clicks_and_fills_a_form(slack: StandInSlack, page: aiohttp.ClientSession) -> None:
    """command, click, suggest, submit, close, shortcut and home reach the real Bolt app."""
    bot = SmallBot(slack)
    slack.connect_http(await bot.serve())
    assert await post(page, "/api/command", {"user": "U1", "channel": "C1", "text": "/promo form"}) == {"ok": True}
    await slack.until(lambda: slack.views("U1"))
    (view,) = (await get(page, "/api/state?user=U1"))["views"]
    place = {"user": "U1", "view_id": view["id"]}
    offered = await post(page, "/api/suggest", {**place, "block_id": "list", "action_id": "pick", "value": "spr"})
    assert [one["value"] for one in offered["options"]] == ["spring"]
    refused = await post(page, "/api/submit", {**place, "values": {}})
    assert refused == {"ok": True, "errors": {"name": "Please complete this required field."}}
    values = {"name": {"typed": {"type": "plain_text_input", "value": "Anna"}}}
    assert await post(page, "/api/submit", {**place, "values": values}) == {"ok": True}
    assert await post(page, "/api/close", place) == {"ok": False, "error": "This form is closed."}
    card = await bot.web.chat_postMessage(channel="C1", text="card", blocks=BUTTONS)
    spot = {"user": "U1", "channel": "C1", "message_ts": card["ts"]}
    assert await post(page, "/api/click", {**spot, "block_id": "row", "action_id": "go"}) == {"ok": True}
    assert await post(page, "/api/shortcut", {**spot, "callback_id": "load"}) == {"ok": True}
    assert await post(page, "/api/home", {"user": "U1"}) == {"ok": True}
    await slack.until(lambda: slack.home("U1"))
    assert (await get(page, "/api/state?user=U1"))["home"]["type"] == "home"
    await bot.close()
    assert [kind for kind, _ in bot.heard] == ["command", "form", "go", "shortcut", "home"]


async def test_what_is_wrong_is_said(page: aiohttp.ClientSession) -> None:
    """ok false with words, never a broken answer."""
    answers = [
        await post(page, "/api/command", {"user": "U1"}),
        await post(page, "/api/command", {"user": "U4", "channel": "C1", "text": "/promo"}),
        await post(page, "/api/click", {"user": "U1", "channel": "C1", "message_ts": "1.1"}),
        await post(page, "/api/message", []),
    ]
    errors = ["missing or unknown: 'channel'", "U4 is not in C1", "This message is gone.", "an object is expected"]
    assert answers == [{"ok": False, "error": error} for error in errors]


async def test_a_late_click_reaches_the_bot(slack: StandInSlack, page: aiohttp.ClientSession) -> None:
    """A button that was edited away is clicked as the person saw it; one nobody saw is not."""
    bot = SmallBot(slack)
    slack.connect_http(await bot.serve())
    card = await bot.web.chat_postMessage(channel="C1", text="card", blocks=BUTTONS)
    await bot.web.chat_update(channel="C1", ts=card["ts"], text="done", blocks=[])
    shown = next(element for block in BUTTONS for element in block["elements"] if element["action_id"] == "go")
    asked = {"user": "U1", "channel": "C1", "message_ts": card["ts"], "block_id": "row", "action_id": "go"}
    assert (await post(page, "/api/click", asked))["error"] == "This button is gone."
    assert await post(page, "/api/click", {**asked, "shown": shown}) == {"ok": True}
    await bot.close()
    assert [kind for kind, _ in bot.heard] == ["go"]


async def test_files_are_dropped_and_put_into_forms(slack: StandInSlack, page: aiohttp.ClientSession) -> None:
    """Multipart with several files, though they have one name."""
    root = slack.as_("U1").say("C1", "thread")
    form = aiohttp.FormData({"user": "U1", "channel": "C1", "thread_ts": root.ts, "text": "two"})
    form.add_field("files", b"A", filename="a.csv")
    form.add_field("files", b"B", filename="a.csv")
    async with page.post("/api/files", data=form) as answer:
        told = await answer.json()
    (message,) = slack.thread("C1", root.ts)
    assert (told["ts"], message.text, [slack.file(one).content for one in message.files]) == (
        message.ts,
        "two",
        [b"A", b"B"],
    )
    form = aiohttp.FormData({"user": "U1"})
    form.add_field("file", b"C", filename="c.csv")
    async with page.post("/api/modal-file", data=form) as answer:
        kept = (await answer.json())["file"]
    assert (kept["name"], kept["size"], slack.file(kept["id"]).shares) == ("c.csv", 1, [])


async def test_changes_and_log_entries_are_streamed(slack: StandInSlack, page: aiohttp.ClientSession) -> None:
    """A version for each change, a log event for each exchange."""
    async with page.get("/api/events?user=U1") as stream:
        first = await stream.content.readline()
        assert first.startswith(b'data: {"version": ')
        await stream.content.readline()
        slack.log.add("bot", "slack", "POST chat.update", status=200)
        assert await stream.content.readline() == b"event: log\n"
        entry = json.loads((await stream.content.readline()).removeprefix(b"data: "))
        assert (entry["from"], entry["to"], entry["what"]) == ("bot", "slack", "POST chat.update")
        await stream.content.readline()
        slack.as_("U1").say("C1", "x")
        line = await asyncio.wait_for(stream.content.readline(), 2)
        assert (
            json.loads(line.removeprefix(b"data: "))["version"] > json.loads(first.removeprefix(b"data: "))["version"]
        )


async def test_personaclick_is_reached_through_the_page(page: aiohttp.ClientSession) -> None:
    """State, take, faults and shoppers are passed on; so is the shop."""
    before = (await get(page, "/api/personaclick"))["lists"][0]
    await post(page, "/api/personaclick/take", {"list": before["id"], "n": 2})
    assert (await get(page, "/api/personaclick"))["lists"][0]["available"] == before["available"] - 2
    assert (await post(page, "/api/personaclick/faults", {"slow": 1}))["ok"] is True
    assert (await post(page, "/api/personaclick/shoppers", {"per_minute": 6}))["shoppers"] == {"per_minute": 6}
    async with page.get(f"/shop?list={before['id']}") as answer:
        assert (answer.content_type, "get_promo_code" in await answer.text()) == ("text/html", True)


async def test_the_sample_file_has_ten_thousand_fresh_codes(page: aiohttp.ClientSession) -> None:
    """Header `code`, no repeats, others each time."""
    samples = []
    for _ in range(2):
        async with page.get("/sample/spring-sale-10000.csv") as answer:
            samples.append((await answer.text()).split())
    first, second = samples
    assert (first[0], len(first), len(set(first))) == ("code", 10_001, 10_001)
    assert len(set(first[1:]) & set(second[1:])) < 10


async def test_time_is_shown_and_made_to_run_fast(page: aiohttp.ClientSession) -> None:
    """The page's switch: a day a minute and back; other speeds are refused."""
    first = await get(page, "/api/clock")
    fast = await post(page, "/api/clock", {"speed": 1440})
    assert (first["speed"], fast["ok"], fast["speed"]) == (1, True, 1440)
    assert await post(page, "/api/clock", {"speed": 0}) == {"ok": False, "error": "a speed from 1 to 1440 is expected"}
    again = await post(page, "/api/clock", {"speed": 1})
    assert again["speed"] == 1
    assert again["now"] > first["now"]
