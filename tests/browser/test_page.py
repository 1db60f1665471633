"""The playground's page as a person uses it: what is typed arrives, and everything stays in its place."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, Request

from bot.stand_ins.personaclick import StandInPersonaClick
from bot.stand_ins.slack import Message, StandInSlack
from bot.stand_ins.slack.cast import BOT_USER

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext, slack: StandInSlack) -> AsyncIterator[Page]:
    """The page, opened; at the end none of its scripts has failed."""
    made, broken = await context.new_page(), []
    made.on("pageerror", lambda error: broken.append(str(error)))
    made.set_default_timeout(30_000)
    await made.goto(slack.root)
    await made.locator("#places button").first.wait_for()
    yield made
    assert broken == []


async def sent(page: Page, path: str, act: Any) -> dict[str, Any]:
    """What the page sends to `path` while `act` is done."""

    def wanted(request: Request) -> bool:
        return request.method == "POST" and request.url.endswith(path)

    async with page.expect_request(wanted) as asked:
        await act
    return dict(json.loads((await asked.value).post_data or "{}"))


async def typed(page: Page, text: str) -> str:
    """The command that is sent when a person types this and presses Enter."""
    await page.locator("#composer textarea").fill(text)
    return str((await sent(page, "/api/command", page.keyboard.press("Enter")))["text"])


@pytest.mark.parametrize(
    "text", ["/promo lists sale", "/promo LISTS Sale", "/PROMO lists", "/Promo-Lists Sale", "/promo"]
)
async def test_a_typed_command_is_sent_as_it_stands(page: Page, text: str) -> None:
    """Enter takes nothing away, in whatever case the command is typed."""
    assert await typed(page, text) == text


async def test_half_a_command_is_completed_before_it_is_sent(page: Page) -> None:
    """Enter takes the offer while the command is not whole."""
    area = page.locator("#composer textarea")
    await area.fill("/promo his")
    await page.keyboard.press("Enter")
    assert await area.input_value() == "/promo history "


async def test_an_unknown_command_is_told_as_slack_tells_it(page: Page) -> None:
    """A command the app does not have never reaches it."""
    await typed(page, "/promolists")
    assert await page.locator(".toast span").inner_text() == "/promolists is not a valid command."


async def test_long_names_are_cut_and_nothing_scrolls_sideways(page: Page, personaclick: StandInPersonaClick) -> None:
    """A list's name of 240 characters, large counts and open faults fit, at every width."""
    found = personaclick.lists["100500"]
    found.name, found.received, found.handed_out = "Sale " * 48, 1_234_567, 1_234_567
    await page.reload()
    await page.locator(".lists a[title^='Sale']").wait_for()
    await page.get_by_text("Make it fail").click()
    wide = """() => ["html", ".shop", ".right"].filter(one => {
        const node = document.querySelector(one); return node.scrollWidth > node.clientWidth; })"""
    seen = {}
    for width in (1440, 1280, 1024, 800, 390):
        await page.set_viewport_size({"width": width, "height": 900})
        seen[width] = await page.evaluate(wide)
    assert seen == {width: [] for width in (1440, 1280, 1024, 800, 390)}


BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "1"}


def posted(slack: StandInSlack, **more: Any) -> Message:
    """A message of the bot with a button."""
    blocks = [{"type": "actions", "block_id": "row", "elements": [BUTTON]}]
    message = Message("C1", slack.workspace.ts(), BOT_USER, "card", blocks=blocks, **more)
    return slack.workspace.add(message)


async def test_a_click_on_what_is_shown_arrives_though_it_is_gone(page: Page, slack: StandInSlack) -> None:
    """Slack delivers a click on a button that was edited away a moment ago; so does the page."""
    message = posted(slack)
    button = page.get_by_role("button", name="Go", exact=True)
    await button.wait_for()
    await page.route("**/api/state*", lambda route: route.abort())
    message.blocks = []
    slack.workspace.touch()
    asked = await sent(page, "/api/click", button.click())
    assert (asked["action_id"], asked["shown"]) == ("go", BUTTON)


async def test_the_sign_under_a_message_is_drawn_and_goes(page: Page, slack: StandInSlack) -> None:
    """A sign that the bot puts on a message is seen with its count, and goes when it is taken away."""
    message = posted(slack)
    signs = page.locator(".reaction")
    for name, label in (("hourglass_flowing_sand", "Waiting"), ("leftwards_arrow_with_hook", "Taken back")):
        message.reactions = {name: [BOT_USER]}
        slack.workspace.touch()
        await signs.get_by_role("img", name=label).wait_for()
        assert (await signs.inner_text()).strip().endswith("1")
    message.reactions = {}
    slack.workspace.touch()
    await signs.wait_for(state="detached")


async def test_a_reload_stays_where_one_is_and_forgets_whispers(page: Page, slack: StandInSlack) -> None:
    """The thread is open again, what only this person saw is gone as in Slack, and Back leads back."""
    root = posted(slack)
    slack.as_("U1").say("C1", "an answer", root.ts)
    posted(slack, seen_by="U1")
    whisper = page.get_by_text("Only visible to you")
    await whisper.wait_for()
    await page.locator(".replies").click()
    await page.locator("#thread").get_by_text("an answer").wait_for()
    await page.reload()
    await page.locator("#thread").get_by_text("an answer").wait_for()
    assert await whisper.count() == 0
    await page.go_back()
    await page.locator("#thread").wait_for(state="hidden")


async def test_names_for_a_screen_reader_are_whole(page: Page) -> None:
    """The shared channel and the number of members are told in words."""
    names = await page.locator("#places button").all_inner_texts()
    assert [name.split() for name in names][2] == ["#", "partners", "shared"]
    assert (await page.locator("#members").text_content() or "").strip() == "5 members"


async def test_a_day_a_minute_is_switched_on_the_page(page: Page, personaclick: StandInPersonaClick) -> None:
    """Fast time shows its date, brings shoppers, and counts them by the day."""
    assert await sent(page, "/api/clock", page.locator("#fast").click()) == {"speed": 1440}
    await page.locator(".shoppers output", has_text="12,000 codes/day").wait_for()
    assert personaclick.shoppers_per_minute == 12_000
    assert await page.locator(".time time").inner_text() != ""
    assert await sent(page, "/api/clock", page.locator("#fast").click()) == {"speed": 1}
    await page.locator(".shoppers output", has_text="none").wait_for()
    assert personaclick.shoppers_per_minute == 0


def raw(text: str) -> dict[str, str]:
    """A cell of text."""
    return {"type": "raw_text", "text": text}


async def test_a_button_in_a_row_of_a_table_is_drawn_and_pressed(page: Page, slack: StandInSlack) -> None:
    """What Slack draws as an action cell is a button here, too."""
    rows = [[raw("List"), raw("Load")], [raw("Spring sale"), {"type": "action_cell", "element": BUTTON}]]
    table = {"type": "data_table", "block_id": "row", "caption": "Lists", "rows": rows}
    slack.workspace.add(Message("C1", slack.workspace.ts(), BOT_USER, "lists", blocks=[table]))
    asked = await sent(page, "/api/click", page.get_by_role("button", name="Go", exact=True).click())
    assert (asked["block_id"], asked["action_id"]) == ("row", "go")


async def test_a_line_begins_where_its_values_begin(page: Page, slack: StandInSlack) -> None:
    """A forecast has no value for the past; nothing is drawn down to 0 for it."""
    series = [
        {"name": "Available", "data": [{"label": "Mon", "value": 90}, {"label": "Tue", "value": 60}]},
        {"name": "Forecast", "data": [{"label": "Tue", "value": 60}, {"label": "Wed", "value": 30}]},
    ]
    axes = {"categories": ["Mon", "Tue", "Wed"]}
    chart = {
        "type": "data_visualization",
        "title": "Course",
        "chart": {"type": "line", "series": series, "axis_config": axes},
    }
    slack.workspace.add(Message("C1", slack.workspace.ts(), BOT_USER, "course", blocks=[chart]))
    lines = page.locator(".chart polyline")
    await lines.first.wait_for(state="attached")
    assert [len((await lines.nth(at).get_attribute("points") or "").split()) for at in (0, 1)] == [2, 2]
    label = await page.locator(".chart svg").get_attribute("aria-label")
    assert label == "Available: Mon 90, Tue 60. Forecast: Tue 60, Wed 30"


async def test_the_closing_tip_is_back_after_a_reload(page: Page, slack: StandInSlack) -> None:
    """What was done before the page was opened is ticked, and what to try next is told within moments."""
    slack.log.add("slack", "bot", "command /promo", status=200, ms=1, body="")
    slack.log.add("slack", "bot", "event file_shared", status=200, ms=1, body="")
    await page.reload()
    await page.locator("#step-next").wait_for(timeout=4_000)
