"""What people see of watching: alerts, watches, needs, bookings and digests."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update

from bot.promo.lists import PromoList
from bot.stand_ins.slack.workspace import Message
from bot.store.database import Database
from bot.store.forecasts import Forecasts
from bot.store.outlooks import Outlooks
from bot.store.readings import Readings
from bot.store.watching import digests
from tests.scenarios.conftest import Town

LIST = "100501"


@pytest.fixture
def more() -> dict[str, Any]:
    """A reading every second or so, and a channel for alerts on every list."""
    return {"reading_every_minutes": 0.02, "alerts_channel": "C2"}


async def alert(town: Town, *words: str, channel: str = "C2", place: int = -1) -> Message:
    """The alert in a channel that says these words."""

    def found() -> Message:
        messages = [one for one in town.slack.messages(channel) if one.is_bot and not one.thread_ts]
        fitting = [one for one in messages if all(word in town.text(one) for word in words)]
        assert fitting, [town.text(one) for one in messages]
        return fitting[place]

    return await town.slack.until(found, timeout=15)


async def test_lists_that_are_low_at_the_start_share_one_message(town: Town) -> None:
    """What was low when the bot began comes once, in one message with buttons for each list."""
    message = await alert(town, "3 lists need codes")
    said = town.text(message)
    for words in ("VIP birthday: empty", "Spring sale: very low", "240 codes left, under 500.", "Win-back: low"):
        assert words in said
    assert said.count("Load codes") == said.count("I'm on it") == said.count("Snooze") == 3
    assert len([one for one in town.slack.messages("C2") if one.is_bot]) == 1


@pytest.mark.apart
async def test_the_life_of_an_alert(town: Town) -> None:
    """A list gets low: one card, taken by a person, edited as it falls, closed by a refill, and never a second one."""
    await alert(town, "3 lists need codes")
    await town.say("/promo watch welcome below 500 @ben", channel="C1")
    town.shop.lists[LIST].available = 400
    card = await alert(town, "Welcome 10%: low", "400 codes left, under 500.", channel="C1")
    await town.slack.as_("U1").click(card, "alert_take")
    await town.shows(card, "is on it since")
    town.shop.lists[LIST].available = 30
    await town.shows(card, "nearly empty", "30 codes left")
    town.shop.lists[LIST].available = 0
    await town.shows(card, "Welcome 10%: empty", "No codes left. Shoppers get none")
    town.shop.lists[LIST].available = 5_000
    said = await town.shows(card, "Welcome 10%: refilled", "5,000 codes now. The refill came")
    assert "I'm on it" not in said
    assert town.slack.thread("C1", card.ts) == []
    assert [one.ts for one in town.slack.messages("C1") if one.is_bot] == [card.ts]


async def remember(town: Town, days: float, per_day: dict[str, float]) -> None:
    """Readings of past days for every list of the shop, as if the bot had been there; then one more of now."""
    database = Database(town.settings.async_database_url)
    readings, now = Readings(database), time.time()
    for hours in range(int(24 * days), 0, -1):
        lists = [
            PromoList(one.id, one.name, one.available + round(per_day.get(one.id, 0.0) * hours / 24))
            for one in town.shop.lists.values()
        ]
        await readings.add("", now - 3600 * hours, lists)
    # The outlook that the next reading makes knows of them.
    for _ in range(200):
        told = await Outlooks(database).of("", LIST)
        if told is not None and told.range is not None and told.at > now:
            break
        await asyncio.sleep(0.05)
    await database.close()


async def test_reports_tell_pace_and_run_out(town: Town) -> None:
    """With days of readings the report has pace, run-out and a button in each row, the list a chart and a range."""
    await remember(town, 15, {LIST: 1_000.0, "100503": 200.0})
    said = await town.say("/promo lists welcome")
    table = next(one for one in town.slack.ephemerals("U1")[-1].blocks if one["type"] == "data_table")
    assert [cell["text"] for cell in table["rows"][0]] == [
        "List",
        "Id",
        "Available",
        "State",
        "Pace",
        "Runs out",
        "Load",
    ]
    assert [cell["type"] for cell in table["rows"][1]][4:] == ["raw_text", "rich_text", "action_cell"]
    assert "1,000 a day" in said
    assert "Likely empty" in town.slack.ephemerals("U1")[-1].text
    said = await town.say("/promo list welcome")
    assert "Pace: 1,000 a day. Likely empty" in said
    chart = next(one for one in town.slack.ephemerals("U1")[-1].blocks if one["type"] == "data_visualization")
    first, second = chart["chart"]["series"]
    assert (first["name"], second["name"]) == ("Available", "Forecast, early end")
    assert [point["value"] for point in first["data"]][12:14] == [19_350, 18_350]
    assert len(chart["chart"]["axis_config"]["categories"]) == 20
    said = await town.say("/promo next 30")
    assert "1 of 8 lists is empty" not in said
    assert "VIP birthday: empty" in said
    assert "Welcome 10%, 18,350 codes: likely" in said


async def test_a_slack_without_row_buttons_gets_the_table_without_them(town: Town) -> None:
    """What Slack refuses is sent again: first without buttons in rows, then without tables, the words complete."""
    await remember(town, 3, {LIST: 1_000.0})
    town.slack.fail("response_url", status=400, error="invalid_blocks")
    said = await town.say("/promo lists welcome")
    message = town.slack.ephemerals("U1")[-1]
    assert "1,000 a day" in said
    assert [one["type"] for one in message.blocks][1] == "data_table"
    assert "action_cell" not in str(message.blocks)


async def test_need_and_book(town: Town) -> None:
    """Enough or short by how many, with the pace, what is booked and the range; a booking enters the next answer."""
    await remember(town, 15, {LIST: 1_000.0})
    said = await town.say("/promo need 5000 welcome by in 3 days")
    assert "Enough. Welcome 10% can likely give 5,000 more codes until" in said
    assert "18,350 codes available now" in said
    said = await town.say("/promo book 9,000 welcome from tomorrow to in 2 days")
    assert "Booked: number 1. 9,000 codes of Welcome 10% from" in said
    assert "9,000 are booked until then" in said
    said = await town.say("/promo need 8000 welcome by in 3 days")
    assert "Short by" in said
    assert "9,000 booked until then" in said
    assert "1  Welcome 10%: 9,000 codes from" in await town.say("/promo bookings")
    assert "Booking 1 is taken back: 9,000 codes of Welcome 10%." in await town.say("/promo unbook 1")
    assert "Nothing is booked." in await town.say("/promo bookings")
    assert "There is no booking of that number." in await town.say("/promo unbook 1")


ANSWERS = [
    ("/promo need", ["How many codes, and of which list?", "/promo need 50000 <list> by friday"]),
    ("/promo need 50 welcome by zzz", ["I cannot read “zzz” as a date.", "Try: today, friday"]),
    ("/promo need 50 welcome by yesterday", ["“yesterday” is over already."]),
    ("/promo need 50 nothing", ["No list is called “nothing”."]),
    ("/promo need 50 welcome in 3 days", ["Welcome 10% can likely give 50 more codes until"]),
    ("/promo need 50 black friday", ["Black Friday 2026"]),
    ("/promo book 50 welcome", ["From when to when?"]),
    ("/promo book 50 codes of welcome tomorrow", ["Booked: number 1. 50 codes of Welcome 10% from"]),
    ("/promo book 50 black friday tomorrow to in 2 days", ["Booked: number 2. 50 codes of Black Friday 2026 from"]),
    ("/promo book 50 welcome from friday to zzz", ["I cannot read “zzz” as a date."]),
    ("/promo unbook x", ["There is no booking of that number."]),
    ("/promo watch", ["Which list?", "/promo watch <list> below 500"]),
    ("/promo watch nothing below 5", ["No list is called “nothing”."]),
    ("/promo watch welcome below 5 @nobody", ["I find no one person called “@nobody”."]),
    ("/promo watch welcome below 30,000", ["is watched here now: below 30,000.", "It stands at 18,350 now"]),
    ("/promo watch welcome 3 days", ["is watched here now: under 3 days of supply."]),
    ("/promo watches", ["Welcome 10%: under 3 days of supply", "Stop Welcome 10%"]),
    ("/promo unwatch welcome", ["Welcome 10% is not watched here any more."]),
    ("/promo unwatch welcome", ["Welcome 10% was not watched here."]),
    ("/promo watches", ["Nothing is watched in this channel.", "/promo watch <list> below 500"]),
    ("/promo digest", ["This channel gets no report.", "/promo digest weekdays 09:00"]),
    ("/promo digest someday", ["I cannot read “someday” as a schedule."]),
    (
        "/promo digest weekdays 09:00",
        ["A report comes to this channel: weekdays 09:00 (Europe/Berlin)."],
    ),
    ("/promo digest off", ["This channel gets no report any more."]),
    ("/promo quiet 22:00 to 7:00", ["Quiet hours here: 22:00 to 07:00 (Europe/Berlin)."]),
    ("/promo quiet zzz", ["I cannot read “zzz” as hours."]),
    ("/promo quiet off", ["No quiet hours here."]),
    ("/promo next", ["VIP birthday: empty", "lists there are too few readings to tell"]),
    ("/promo how many left in black friday?", ["Black Friday 2026", "52,000"]),
    ("/promo is 5,000 enough for welcome until friday?", ["Enough. Welcome 10%", "the pace is not known yet"]),
]


async def test_every_word_of_watching_has_an_answer(town: Town) -> None:
    """Each command answers the person alone, in plain words, also where it was not understood."""
    for typed, words in ANSWERS:
        said = await town.say(typed)
        assert all(word in said for word in words), said


async def test_a_digest_comes_once(town: Town) -> None:
    """A digest that is due is posted once, with what runs out, open alerts and who has them."""
    await alert(town, "3 lists need codes")
    await town.say("/promo digest daily 09:00")
    database = Database(town.settings.async_database_url)
    async with database.begin() as connection:
        await connection.execute(update(digests).values(next_at=time.time() - 1))
    await town.stop_bot()
    await town.start_bot()
    message = await alert(town, "Open alerts", channel="C1")
    said = town.text(message)
    for words in ("VIP birthday is empty", "Spring sale, 240 codes left: nobody has it yet", "daily 09:00"):
        assert words in said
    await town.stop_bot()
    await town.start_bot()
    assert len([one for one in town.slack.messages("C1") if one.is_bot]) == 1
    await database.close()


async def test_the_home_tab_has_what_a_person_watches(town: Town) -> None:
    """Lists by urgency with bar and run-out, alerts the person took, bookings and watches."""
    await remember(town, 15, {LIST: 3_000.0})
    await town.say("/promo watch welcome 3 days")
    await town.say("/promo book 500 welcome from tomorrow to in 2 days")
    card = await alert(town, "VIP birthday")
    # Lists that were low at the start share one message: the buttons of a list stand below its words.
    below = next(number for number, block in enumerate(card.blocks) if "VIP birthday" in str(block))
    buttons = next(block for block in card.blocks[below:] if block["type"] == "actions")
    take = next(button for button in buttons["elements"] if button["action_id"].startswith("alert_take"))
    await town.slack.as_("U1").act(card, buttons["block_id"], take, {})
    await town.shows(card, "is on it since")
    await town.slack.as_("U1").open_home()

    def home() -> str:
        view = town.slack.home("U1")
        assert view is not None
        said = town.text(view)
        assert "Alerts you took" in said
        return said

    said = await town.slack.until(home)
    for words in ("Booked", "1  Welcome 10%", "You watch", "under 3 days of supply", "3,000 a day", "VIP birthday"):
        assert words in said
    assert said.index("VIP birthday") < said.index("Welcome 10%") < said.index("Spring sale")
    database = Database(town.settings.async_database_url)
    while not (shown := await Forecasts(database).open()):
        await asyncio.sleep(0.05)
    assert LIST in {list_id for (_, list_id, _), _ in shown}
    await database.close()


QUESTIONS = [
    ("how many left in black friday?", ["Black Friday 2026", "52,000 codes available"]),
    ("what runs out this week?", ["likely to be within 7 days", "VIP birthday: empty"]),
    ("is 5,000 enough for welcome until friday?", ["Enough. Welcome 10% can likely give 5,000 more codes"]),
    ("do we still have enough codes in welcome?", ["Welcome 10%", "18,350"]),
    ("will we need 20k for black friday by monday, or more?", ["Black Friday 2026 can likely give 20,000 more codes"]),
    ("watch welcome below 500 <@U2>", ["Welcome 10% is watched here now: below 500", "is named on the alert"]),
    ("blorp the fnord", ["I do not understand “blorp the fnord”.", "What you can type", "/promo lists"]),
]


@pytest.mark.parametrize("where", ["channel", "thread", "direct"])
async def test_questions_in_own_words(town: Town, where: str) -> None:
    """A mention in a channel or a thread, and a direct message, are answered as the commands are."""
    root = town.slack.as_("U2").say("C1", "Shall we send it tomorrow?")
    for number, (asked, words) in enumerate(QUESTIONS):
        if where == "direct":
            town.slack.as_("U1").say("D1", asked)
            said = await town.slack.until(
                partial(lambda place: [one for one in town.slack.messages("D1") if one.is_bot][place], number)
            )
        else:
            town.slack.as_("U1").say("C1", f"<@UBOT> {asked}", root.ts if where == "thread" else "")
            said = await town.slack.until(partial(lambda place: town.slack.ephemerals("U1")[place], number))
            assert (said.thread_ts == root.ts) == (where == "thread")
        text = " ".join(town.text(said).split())
        assert all(" ".join(word.split()) in text for word in words), text


async def test_an_alert_is_snoozed_by_a_form(town: Town) -> None:
    """*Snooze* asks until when; the card says who snoozed it, and so does /promo watches."""
    await town.say("/promo watch spring below 500")
    card = await alert(town, "Spring sale: very low", channel="C1")
    await town.slack.as_("U1").click(card, "alert_snooze")
    form = await town.slack.until(lambda: town.slack.views("U1")[0])
    assert "Until half of now is left (120)" in str(form)
    errors = await town.slack.as_("U1").submit(form, {"form_snooze_until": "zzz"})
    assert list(errors) == ["form_snooze_until"]
    await town.slack.as_("U1").submit(form, {"form_snooze_until": "in 3 hours"})
    await town.shows(card, "Snoozed by")
    assert "snoozed by" in await town.say("/promo watches")
    town.shop.lists["100500"].available = 9_000
    await town.shows(card, "Spring sale: refilled")
    assert "Snooze" not in town.text(card).splitlines()
