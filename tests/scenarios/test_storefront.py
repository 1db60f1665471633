"""What a person gets for the storefront: the snippet of a list, private, as text and as a file."""

from __future__ import annotations

from typing import Any

import pytest

from bot.promo.lists import PromoList
from bot.promo.snippet import Fallback, FallbackList, GeneralCode, HideOffer, snippet
from bot.stand_ins.personaclick.state import StandInList
from bot.stand_ins.slack.workspace import Message
from tests.scenarios.conftest import Town

SPRING = PromoList("100500", "Spring sale", 240)


def preformatted(message: Message) -> list[dict[str, Any]]:
    """The elements of a message's preformatted texts."""
    parts = [part for block in message.blocks if block["type"] == "rich_text" for part in block["elements"]]
    return [element for part in parts if part["type"] == "rich_text_preformatted" for element in part["elements"]]


async def file_of(town: Town, user: str = "U1") -> tuple[str, str]:
    """The name and content of the newest file in a person's direct messages."""
    place = await town.slack.until(lambda: [one for one in town.slack.messages(f"D{user[1:]}") if one.files][-1])
    file = town.slack.file(place.files[0])
    return file.name, file.content.decode()


@pytest.mark.parametrize(
    ("typed", "fallback", "words"),
    [
        ("/promo snippet spring sale", HideOffer(), "Without a code the offer is hidden."),
        ('/promo snippet "spring sale" fallback "TEN"', GeneralCode("TEN"), "Without one everybody gets TEN."),
        (
            "/promo snippet 100500 fallback newsletter",
            FallbackList(PromoList("100504", "Newsletter", 1)),
            "Without one it asks Newsletter; when that has none either, the offer is hidden.",
        ),
    ],
)
async def test_the_snippet_comes_as_text_and_as_a_file(town: Town, typed: str, fallback: Fallback, words: str) -> None:
    """Slack neither links nor formats it, only the person sees it, and both are the same text."""
    said = await town.say(typed)
    script = snippet(SPRING, fallback)
    assert preformatted(town.slack.ephemerals("U1")[-1]) == [{"type": "text", "text": script}]
    assert await file_of(town) == ("promo-code-100500.js", script)
    assert words in said.replace("\n", "")
    assert "available falls by one for each device, not for each page" in said
    assert "your own browser gets the same code for two hours" in said
    assert town.slack.messages("C1") == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("/promo snippet", ["Which list is the snippet for?", "/promo snippet spring sale"]),
        ("/promo snippet sprnig sale", ["No list is called “sprnig sale”.", "Did you mean Spring sale?"]),
        ("/promo snippet spring fallback nosuch", ["No list is called “nosuch”."]),
        ("/promo snippet spring fallback 100500", ["Spring sale cannot be its own fallback."]),
    ],
)
async def test_what_is_not_understood_is_said(town: Town, typed: str, words: list[str]) -> None:
    """A list that is missing, unknown or the same twice is named."""
    said = await town.say(typed)
    assert all(word in said for word in words), said


async def test_a_list_may_be_called_fallback(town: Town) -> None:
    """The word in a list's own name is part of the name."""
    town.shop.lists = {"1": StandInList("1", "Fallback codes"), "2": StandInList("2", "Newsletter")}
    await town.forget_counts()
    said = await town.say("/promo snippet fallback codes fallback newsletter")
    assert "Storefront snippet for Fallback codes" in said
    assert "{id: 2}" in said


async def test_the_button_on_a_lists_page_gives_the_snippet(town: Town) -> None:
    """*Storefront snippet* answers as the command does; *available* is explained beside it."""
    said = await town.say("/promo list spring")
    assert "Available means codes not handed out yet; a visitor holds one code until it is used." in said
    await town.slack.as_("U1").click(town.slack.ephemerals("U1")[-1], "Storefront snippet")
    answer = await town.slack.until(lambda: town.slack.ephemerals("U1")[1])
    assert preformatted(answer) == [{"type": "text", "text": snippet(SPRING)}]


async def test_a_guest_gets_no_snippet(town: Town) -> None:
    """Only members of the workspace."""
    assert "Guests may not use this bot." in await town.say("/promo snippet spring", user="U3")


async def test_a_hostile_name_stays_text(town: Town) -> None:
    """A list's name pings nobody and formats nothing, in the message and beside the file."""
    town.shop.lists = {"x`<": StandInList("x`<", "<!channel> *Sale* `x` <https://x|y>")}
    await town.forget_counts()
    await town.say("/promo snippet sale")
    name, content = await file_of(town)
    assert name == "promo-code-x.js"
    assert '{id: "x`\\u003c"}' in content
    assert "<!channel>" not in town.slack.messages("D1")[-1].text


CODES = [f"TRACE-{n}QX" for n in range(1, 6)]


async def uploaded(town: Town) -> Message:
    """The card of five codes that went to Spring sale."""
    card = await town.drop("\n".join(["code", *CODES]))
    await town.shows(card, "5 codes ready")
    await town.slack.as_("U1").click(card, "upload_confirm")
    await town.shows(card, "Done")
    return card


async def traced(town: Town, asked: str) -> str:
    """The answer to a trace, once everything that was sent is known; that follows a moment after the card."""
    while "Ask again then." in (said := (await town.say(f"/promo trace {asked}")).replace("\n", "")):
        continue
    return said


async def test_a_code_is_traced_to_its_upload(town: Town) -> None:
    """List, person, time and file, for the person alone; what PersonaClick does not tell is said."""
    assert "TRAC" not in await town.say("/promo trace")
    said = await town.say(f"/promo trace {CODES[0]}")
    assert "was never loaded with this bot" in said
    await uploaded(town)
    said = await traced(town, f"“{CODES[0].lower()}”")
    assert "TR••••••X is ours." in said
    assert "Loaded into Spring sale (id 100500) by <@U1>" in said
    assert "from spring-sale.csv." in said
    assert "Whether a code was handed out or used, PersonaClick does not tell me." in said
    assert [one.text for one in town.slack.messages("C1") if one.is_bot and not one.thread_ts] == []


async def test_several_codes_are_traced_at_once(town: Town) -> None:
    """A pasted text is counted: so many of so many are ours, and which."""
    await uploaded(town)
    pasted = f"Customers ask about {CODES[1]}, {CODES[3]} and\nOTHER-1 OTHER-2; please check"
    said = await traced(town, pasted)
    assert "2 of 4 are ours." in said
    assert "2 codes: no. 1 TR••••••X and no. 2 TR••••••X." in said
    assert "The 2 others were never loaded with this bot." in said


async def test_a_code_that_was_taken_back_is_told_as_that(town: Town) -> None:
    """After an undo the trace still knows the upload, and who took it back."""
    card = await uploaded(town)
    town.shop.take("100500", 242)
    await town.slack.as_("U1").click(card, "upload_undo")
    await town.shows(card, "Undone")
    said = await traced(town, CODES[4])
    assert "That upload was taken back by <@U1>." in said
    assert "2 codes of it may have gone out before; this may be one of them." in said


async def test_a_trace_is_noted_and_its_codes_are_kept_nowhere(town: Town) -> None:
    """The history counts the codes; neither database, log nor Slack's answer holds one."""
    codes = ["SECRETCODE-77", "SECRETCODE-88"]
    said = await town.say(f"/promo trace {' '.join(codes)}")
    assert "the history says “traced 2 codes”" in said
    told = (await town.say("/promo history")).replace("\n", "")
    assert "<@U1> traced 2 codes" in told
    shown = town.every_text() + "".join(town.text(one) for one in town.slack.ephemerals("U1"))
    assert not any(code in place for code in ("SECRETCODE-77", "SECRETCODE") for place in (town.logged(), shown))
    assert b"SECRETCODE" not in town.stored()


@pytest.mark.parametrize("more", [{"uploaders": "U2"}])
async def test_only_people_who_may_load_codes_trace_them(town: Town) -> None:
    """Others are told who may."""
    assert "You may not load codes here." in await town.say("/promo trace X-1")
    assert "was never loaded" in await town.say("/promo trace X-1", user="U2")
