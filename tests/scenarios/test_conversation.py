"""Talking with the bot: without a slash, by its name, and by buttons that say what would have been typed."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from bot.promo.lists import PromoList
from bot.stand_ins.personaclick.state import StandInList
from bot.stand_ins.slack.cast import BOT_USER
from bot.stand_ins.slack.workspace import Message
from bot.store.database import Database
from bot.store.readings import Readings
from tests.scenarios.conftest import Town

DIRECT = "D1"


async def written(town: Town, text: str, user: str = "U1", channel: str = DIRECT) -> str:
    """A message to the bot, and everything it says in answer in that conversation."""
    town.slack.workspace.direct(user)
    before = len(town.slack.messages(channel))
    town.slack.as_(user).say(channel, text)
    return town.text(await town.slack.until(lambda: town.slack.messages(channel)[before + 1]))


def buttons(message: Message) -> list[str]:
    """What stands on a message's buttons."""
    found = [element for block in message.blocks if block["type"] == "actions" for element in block["elements"]]
    return [element["text"]["text"] for element in found]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lists", ["8 lists: 1 empty, 2 low, 5 in stock."]),
        ("/promo lists sale", ["1 list: 1 low. 240 codes available."]),
        ("spring sale", ["Spring sale", "240", "codes available · Low"]),
        ("hello", ["What you can type", "/promo lists"]),
        ("history", ["Nothing was loaded yet."]),
        ("upload spring", ["To load codes into Spring sale, open the form.", "Load into Spring sale"]),
        ("hisotry me", ["Did you mean /promo history me?"]),
        ("thanks a lot", ["I do not understand “thanks a lot”.", "What you can type"]),
        ("list nowhere", ["No list is called “nowhere”."]),
    ],
)
async def test_direct_messages_are_answered(town: Town, text: str, words: list[str]) -> None:
    """Whatever is written to the bot gets an answer there; the commands work without their slash."""
    said = await written(town, text)
    assert all(word in said for word in words), said


async def test_a_message_delivered_twice_is_answered_once(town: Town) -> None:
    """Slack delivers an event again; the answer comes once, and the bot does not answer itself."""
    await written(town, "lists")
    await town.slack.resend()
    await town.slack.delivery.settled()
    assert [message.is_bot for message in town.slack.messages(DIRECT)] == [False, True]


async def test_another_message_under_the_same_event_id_is_answered(town: Town) -> None:
    """An id that comes with other words is another message's, not the first one's."""
    await written(town, "lists")
    sent = town.slack.delivery.sent[-1].payload
    other = {**sent, "event": {**sent["event"], "ts": "1800000000.000900", "text": "history"}}
    await town.slack.delivery.send_event(other)
    await town.slack.until(lambda: town.slack.messages(DIRECT)[2])
    assert "Nothing was loaded yet." in town.text(town.slack.messages(DIRECT)[2])


async def test_a_guest_who_writes_is_refused_with_a_reason(town: Town) -> None:
    """Direct messages open no way around who may use the bot."""
    said = await written(town, "lists", "U3", "D3")
    assert "Guests may not use this bot." in said
    assert "Spring sale" not in said


@pytest.mark.parametrize("typed", ["/promo", "/promo help", "/promo lists", "/promo xyzzy", "/promo undo"])
async def test_a_guest_learns_no_command(town: Town, typed: str) -> None:
    """Who may not use the bot is told so, whatever is typed; help is no exception."""
    said = await town.say(typed, "U3")
    assert "Guests may not use this bot." in said
    assert "/promo lists" not in said


async def test_a_mention_is_answered_to_the_person_alone(town: Town) -> None:
    """After the bot's name in a channel the same words work; nobody else sees the answer."""
    town.slack.as_("U1").say("C1", f"<@{BOT_USER}> lists sale")
    answer = await town.slack.until(lambda: town.slack.ephemerals("U1")[0])
    assert "1 list: 1 low. 240 codes available." in town.text(answer)
    town.slack.as_("U2").say("C1", "lists")
    await town.slack.delivery.settled()
    assert [message.user for message in town.slack.messages("C1") if not message.seen_by] == ["U1", "U2"]


async def test_a_button_opens_the_form_that_a_message_cannot(town: Town) -> None:
    """Slack opens a form only after a click, so the answer to “upload spring” is a button that opens it filled in."""
    await written(town, "upload spring")
    await town.slack.as_("U1").click(town.slack.messages(DIRECT)[-1], "Load into Spring sale")
    view = await town.slack.until(lambda: town.slack.views("U1")[0])
    assert "Spring sale" in town.text(view)


async def test_did_you_mean_is_a_button(town: Town) -> None:
    """A slip is put right with one click, for a command and for a list."""
    await town.say("/promo lits sale")
    slip = town.slack.ephemerals("U1")[-1]
    assert buttons(slip) == ["/promo lists sale", "Help"]
    await town.slack.as_("U1").click(slip, "/promo lists sale")
    answer = await town.slack.until(lambda: town.slack.ephemerals("U1")[1])
    assert "1 list: 1 low. 240 codes available." in town.text(answer)
    await town.say("/promo list sprnig sale")
    await town.slack.as_("U1").click(town.slack.ephemerals("U1")[-1], "Spring sale (100500)")
    answer = await town.slack.until(lambda: town.slack.ephemerals("U1")[3])
    assert "codes available · Low" in town.text(answer)


@pytest.mark.parametrize(
    "typed",
    [
        "watch “spring sale” below 500",
        'need 50 "spring sale" by friday',
        "book 50 «spring sale» from friday to sunday",
        "upload ‘spring sale’",
        "unwatch `spring sale`",
    ],
)
async def test_quotation_marks_are_no_part_of_a_name(town: Town, typed: str) -> None:
    """Whatever signs stand around a list's name, and whatever follows them, the list is found."""
    said = await written(town, typed)
    assert "Spring sale" in said
    assert "No list is called" not in said


@pytest.mark.parametrize("typed", ["trcae", "tracecode", "traec:", "zzzz", "is it"])
async def test_a_code_after_a_slip_is_repeated_nowhere(town: Town, typed: str) -> None:
    """What may be a code stands in no answer, button or value, also where the command before it is mistyped."""
    await town.say(f"/promo {typed} SECRET-7KQ2ABC")
    answer = town.slack.ephemerals("U1")[-1]
    assert "7KQ2ABC" not in answer.text + str(answer.blocks)
    assert "/promo trace" in answer.text
    await written(town, f"{typed} SECRET-7KQ2ABC")
    answer = town.slack.messages(DIRECT)[-1]
    assert "7KQ2ABC" not in answer.text + str(answer.blocks)
    assert "/promo trace" in answer.text


async def test_a_button_of_an_earlier_version_is_answered(town: Town) -> None:
    """A button that no listener knows any more says so, with buttons that work."""
    message = await asked(town)
    message.blocks[-1]["elements"][0]["action_id"] = "upload_open_form"
    await town.slack.as_("U1").click(message, "upload_open_form")
    answer = await town.slack.until(lambda: town.slack.ephemerals("U1")[1])
    assert "That button is from an earlier version of me." in town.text(answer)
    assert buttons(answer) == ["Show all lists", "Help"]


async def asked(town: Town) -> Message:
    """An answer with a button."""
    await town.say("/promo help")
    return town.slack.ephemerals("U1")[-1]


async def test_two_lists_of_one_name_are_told_apart(town: Town) -> None:
    """Lists of one name are buttons with their ids, in an answer and in the chooser of a form."""
    town.shop.lists = {"7": StandInList("7", "Spring sale"), "8": StandInList("8", "spring SALE")}
    town.shop.lists["8"].add(["A1", "A2"])
    assert town.bot is not None
    town.bot._catalog.invalidate()
    await town.forget_counts()
    said = await town.say("/promo list spring sale")
    assert "2 lists match “spring sale”." in said
    assert buttons(town.slack.ephemerals("U1")[-1]) == ["Spring sale (7)", "spring SALE (8)"]
    await town.slack.as_("U1").click(town.slack.ephemerals("U1")[-1], "spring SALE (8)")
    answer = await town.slack.until(lambda: town.slack.ephemerals("U1")[1])
    assert "Id 8" in town.text(answer)
    await town.say("/promo lists spring")
    assert buttons(town.slack.ephemerals("U1")[-1])[1:] == ["Load into Spring sale (7)", "Load into spring SALE (8)"]
    await town.slack.as_("U1").command("C1", "/promo upload spring sale")
    view = await town.slack.until(lambda: town.slack.views("U1")[0])
    offered = await town.slack.as_("U1").suggest(view, "form_list")
    assert [option["text"]["text"] for option in offered] == [
        "Spring sale (7) · 0 available",
        "spring SALE (8) · 2 available",
    ]
    card = await town.drop("code\nNEW-1AAA\nNEW-2BBB\n", "codes.csv")
    await town.shows(card, "2 codes ready")
    await town.slack.as_("U1").choose(card, "upload_choose_list", "spring sale", "spring SALE (8) · 2 available")
    await town.shows(card, "They go to", "spring SALE (8)")


async def test_the_form_offers_first_what_the_words_may_mean(town: Town) -> None:
    """Unclear words are not lost: the chooser below them begins with the lists they match."""
    await town.slack.as_("U1").command("C1", "/promo upload w")
    view = await town.slack.until(lambda: town.slack.views("U1")[0])
    offered = [option["text"]["text"] for option in await town.slack.as_("U1").suggest(view, "form_list")]
    assert sorted(offered[:3]) == [
        "Newsletter · 4,120 available",
        "Welcome 10% · 18,350 available",
        "Win-back · 480 available",
    ]
    assert len(offered) == 8


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("history", ["Load codes"]),
        ("undo", ["Load codes"]),
        ("watch", ["VIP birthday (100502)", "Spring sale (100500)"]),
        ("snippet", ["VIP birthday (100502)", "Spring sale (100500)"]),
        ("watches", ["Watch a list"]),
        ("unwatch", ["Watch a list"]),
        ("digest", ["Weekdays 09:00"]),
        ("quiet", ["Quiet from 22:00 to 7:00"]),
        ("bookings", ["Show all lists"]),
        ("need", ["Help"]),
        ("digest someday", ["Help"]),
    ],
)
async def test_an_answer_without_anything_has_its_next_step(town: Town, typed: str, offered: list[str]) -> None:
    """Where there is nothing to show, or a list was not named, a button goes on."""
    await town.say(f"/promo {typed}")
    assert buttons(town.slack.ephemerals("U1")[-1])[: len(offered)] == offered


async def test_load_codes_stands_where_codes_are_missing(town: Town) -> None:
    """The report offers to load into lists that run low, a list's page into that list; the form has it chosen."""
    await town.say("/promo lists")
    assert buttons(town.slack.ephemerals("U1")[-1]) == [
        "Share in channel",
        "Load into VIP birthday",
        "Load into Spring sale",
        "Load into Win-back",
    ]
    await town.slack.as_("U1").click(town.slack.ephemerals("U1")[-1], "Load into VIP birthday")
    assert "VIP birthday" in town.text(await town.slack.until(lambda: town.slack.views("U1")[0]))
    await town.say("/promo list newsletter")
    await town.slack.as_("U1").click(town.slack.ephemerals("U1")[-1], "Load codes")
    assert "Newsletter" in town.text(await town.slack.until(lambda: town.slack.views("U1")[1]))


async def test_sharing_a_list_that_is_gone_says_so(town: Town) -> None:
    """A report of nothing is not made public; whoever pressed Share is told why."""
    await town.say("/promo lists black")
    private = town.slack.ephemerals("U1")[-1]
    town.shop.lists["100503"].name = "Cyber Monday"
    await town.forget_counts()
    await town.slack.as_("U1").click(private, "Share in channel")
    answer = await town.slack.until(lambda: town.slack.ephemerals("U1")[1])
    assert "not in PersonaClick any more" in town.text(answer)
    assert town.slack.messages("C1") == []


async def test_the_last_known_counts_are_shown_while_personaclick_is_away(town: Town) -> None:
    """A report, a list's page, the history and the Home tab go on with the counts last read, and tell their time."""
    await town.say("/promo lists")
    await town.shop.fault("cut_before", True)
    await town.forget_counts()
    said = await town.say("/promo lists sale")
    assert "PersonaClick does not answer at the moment." in said
    assert "These counts are of" in said
    assert "1 list: 1 low. 240 codes available." in said
    assert "Nothing was loaded to Spring sale yet." in await town.say("/promo history spring sale")
    said = await town.say("/promo list spring sale")
    assert "These counts are of" in said
    await town.slack.as_("U1").open_home()
    await town.slack.until(lambda: town.slack.home("U1"))
    await town.slack.until(lambda: "These counts are of" in town.text(town.slack.home("U1")))
    assert "VIP birthday" in town.text(town.slack.home("U1"))
    await town.slack.as_("U1").click(town.slack.ephemerals("U1")[1], "Share in channel")
    answer = await town.slack.until(lambda: town.slack.ephemerals("U1")[4])
    assert "PersonaClick does not answer at the moment." in town.text(answer)
    assert town.slack.messages("C1") == []


class TestContact:
    """CONTACT set to a person."""

    @pytest.fixture
    def more(self) -> dict[str, Any]:
        """Olga runs the bot."""
        return {"contact": "U5"}

    async def test_who_has_to_act_is_named(self, town: Town) -> None:
        """Refused credentials name the person who can mend them."""
        await town.shop.fault("forbidden", True)
        await town.forget_counts()
        said = await town.say("/promo lists")
        assert "<@U5>" in said
        assert "Whoever runs" not in said


async def test_a_restart_does_not_forget_the_last_known_counts(town: Town) -> None:
    """A bot that starts while PersonaClick is away shows what the last reading before it said, and of when it is."""
    database = Database(town.settings.async_database_url)
    await town.stop_bot()
    await Readings(database).add("", time.time() - 7200, [PromoList("100500", "Spring sale", 240)])
    await database.close()
    await town.shop.fault("down")
    await town.start_bot()
    said = await town.say("/promo lists")
    assert "PersonaClick does not answer at the moment." in said
    assert "These counts are of" in said
    assert "Spring sale" in said


async def test_a_list_that_has_codes_again_is_not_told_to_run_out_in_the_past(town: Town) -> None:
    """What was forecast while a list was empty is not repeated once it is refilled, before the next reading."""
    assert town.bot is not None
    key = ("", "100502")
    while key not in (found := await town.bot._store.outlooks.all()):
        await asyncio.sleep(0.05)
    assert found[key].empty
    town.shop.lists["100502"].add(["VIP-1", "VIP-2"])
    town.bot._catalog.invalidate()
    for typed in ("lists vip", "list vip", "next"):
        said = await town.say(f"/promo {typed}")
        assert "<!date" not in said.replace("Read <!date", "Read"), said
