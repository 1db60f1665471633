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
    said = await town.say("/promo snippet fallback codes fallback newsletter")
    assert "Storefront snippet for Fallback codes" in said
    assert "{id: 2}" in said


async def test_the_button_on_a_lists_page_gives_the_snippet(town: Town) -> None:
    """*Storefront snippet* answers as the command does; *available* is explained beside it."""
    said = await town.say("/promo list spring")
    assert "Available means codes not handed out yet; a visitor holds one code until it is used." in said
    await town.slack.click("U1", town.slack.ephemerals("U1")[-1], "Storefront snippet")
    answer = await town.slack.until(lambda: town.slack.ephemerals("U1")[1])
    assert preformatted(answer) == [{"type": "text", "text": snippet(SPRING)}]


async def test_a_guest_gets_no_snippet(town: Town) -> None:
    """Only members of the workspace."""
    assert "Guests may not use this bot." in await town.say("/promo snippet spring", user="U3")


async def test_a_hostile_name_stays_text(town: Town) -> None:
    """A list's name pings nobody and formats nothing, in the message and beside the file."""
    town.shop.lists = {"x`<": StandInList("x`<", "<!channel> *Sale* `x` <https://x|y>")}
    await town.say("/promo snippet sale")
    name, content = await file_of(town)
    assert name == "promo-code-x.js"
    assert '{id: "x`\\u003c"}' in content
    assert "<!channel>" not in town.slack.messages("D1")[-1].text
