"""Being found: every upload leads to its card, from the history, a list's page, the Home tab and a refusal."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.stand_ins.slack.workspace import Message
from bot.store.history import History
from tests.scenarios.conftest import Town

CODES = [f"SPRING-{n:04d}-{(n * 7919) % 9973:04d}" for n in range(40)]


def content(*codes: str) -> str:
    """A file of codes."""
    return "code\n" + "\n".join(codes) + "\n"


async def loaded(town: Town, number: int, user: str = "U1", name: str = "spring-sale.csv") -> Message:
    """An upload of two codes that is done."""
    card = await town.drop(content(*CODES[2 * number : 2 * number + 2]), name, user=user)
    await town.shows(card, "2 codes ready")
    await town.slack.as_(user).click(card, "upload_confirm")
    await town.shows(card, "Done")
    return card


def links(blocks: Any) -> list[str]:
    """The addresses that lead out of a table or text."""
    if isinstance(blocks, dict):
        here = [blocks["url"]] if blocks.get("type") == "link" else []
        return here + [url for value in blocks.values() for url in links(value)]
    return [url for one in blocks for url in links(one)] if isinstance(blocks, list) else []


def permalink(town: Town, card: Message) -> str:
    """The address of a card."""
    return f"{town.slack.workspace.root}/archives/{card.channel}/p{card.ts.replace('.', '')}"


async def test_every_upload_leads_to_its_card(town: Town) -> None:
    """The history and a list's page link each upload's result to its card."""
    card = await loaded(town, 0)
    for typed in ("/promo history", "/promo list spring sale", "/promo undo"):
        await town.say(typed)
        found = links(town.slack.ephemerals("U1")[-1].blocks)
        assert [url.split("?")[0] for url in found] == [permalink(town, card)], typed


async def test_the_history_is_narrowed_to_a_person_and_a_state(town: Town) -> None:
    """me, @name and open narrow the history; a name nobody has is said."""
    await loaded(town, 0, "U1")
    await loaded(town, 1, "U2", "spring-sale-2.csv")
    waiting = await town.drop(content(*CODES[8:10]), "spring-sale-3.csv")
    await town.shows(waiting, "2 codes ready")
    seen = {}
    for typed in ("", "me", "@ben", "@Ben Ortiz", "by ben", "<@U2|ben>", "open", "spring sale open me", "done"):
        said = await town.say(f"/promo history {typed}")
        seen[typed] = [name for name in ("spring-sale-2.csv", "spring-sale-3.csv", "spring-sale.csv") if name in said]
    assert seen == {
        "": ["spring-sale-2.csv", "spring-sale.csv"],
        "me": ["spring-sale.csv"],
        "@ben": ["spring-sale-2.csv"],
        "@Ben Ortiz": ["spring-sale-2.csv"],
        "by ben": ["spring-sale-2.csv"],
        "<@U2|ben>": ["spring-sale-2.csv"],
        "open": ["spring-sale-3.csv"],
        "spring sale open me": ["spring-sale-3.csv"],
        "done": ["spring-sale-2.csv", "spring-sale.csv"],
    }
    assert "Nobody called “@zoe” has loaded codes with me." in await town.say("/promo history @zoe")


async def test_the_history_has_pages_of_ten(town: Town) -> None:
    """Ten uploads a page, with buttons to the older and the newer ones, which keep what was typed."""
    for number in range(11):
        await loaded(town, number)
    await town.say("/promo history me")
    page = town.slack.ephemerals("U1")[-1]
    assert len(page.text.splitlines()) == 12
    await town.slack.as_("U1").click(page, "Older")
    older = await town.slack.until(lambda: town.slack.ephemerals("U1")[1])
    assert len(older.text.splitlines()) == 3
    await town.slack.as_("U1").click(older, "Newer")
    newer = await town.slack.until(lambda: town.slack.ephemerals("U1")[2])
    assert newer.text == page.text


async def test_home_begins_with_what_waits_for_this_person(town: Town) -> None:
    """A card that waits is first on its owner's Home tab, with a link and its buttons; a click there counts at once."""
    card = await town.drop(content(*CODES[:2]), user="U1")
    await town.shows(card, "2 codes ready")
    await town.slack.as_("U2").open_home()
    other = await town.slack.until(lambda: town.slack.home("U2"))
    assert "Waiting for you" not in town.text(other)
    home: dict[str, Any] = {}
    async with asyncio.timeout(15):
        while not links(home.get("blocks", [])):
            # The card's buttons are there a moment before its place is stored.
            await town.slack.as_("U1").open_home()
            home = await town.slack.until(lambda: town.slack.home("U1"))
            await asyncio.sleep(0.05)
    said = town.text(home).splitlines()
    assert said[:2] == ["Waiting for you", "2 codes ready to upload"]
    assert [url.split("?")[0] for url in links(home["blocks"][:3])] == [permalink(town, card)]
    await town.slack.as_("U1").click(home, "Upload 2 codes")
    await town.shows(card, "Done")
    await town.slack.until(lambda: "Waiting for you" not in town.text(town.slack.home("U1")) or None)
    assert town.shop.codes("100500")[-2:] == CODES[:2]


@pytest.mark.apart
async def test_home_sends_the_rows_left_out_too(town: Town) -> None:
    """A card's buttons work on the Home tab as on the card, once for a click that is delivered twice; where the list is
    to be chosen, it leads there."""
    card = await town.drop(content(*CODES[:2], CODES[0]), "codes.csv")
    await town.shows(card, "2 codes ready")
    await town.slack.as_("U1").open_home()
    home = await town.slack.until(lambda: town.slack.home("U1"))
    assert "Choose its list on the card." in town.text(home)
    await town.slack.as_("U1").click(home, "See every row left out")
    said = await town.slack.until(lambda: town.slack.messages("D1")[1])
    assert "The file is in your direct messages with me." in town.text(said)
    await town.slack.resend(next(sent for sent in reversed(town.slack.sent) if sent.kind == "interactive"))
    await asyncio.sleep(0.3)
    assert len(town.slack.messages("D1")) == 2


async def test_the_history_says_who_took_an_upload_back(town: Town) -> None:
    """An upload that somebody else undid names both people."""
    card = await loaded(town, 0, "U1")
    await town.slack.as_("U2").click(card, "Undo")
    await town.shows(card, "Undone")
    await town.say("/promo history")
    answer = town.slack.ephemerals("U1")[-1]
    assert answer.text.splitlines()[1].endswith("|taken back 2 of 2>, undone by <@U2>")
    table = next(block for block in answer.blocks if block["type"] == "data_table")
    assert table["rows"][0][-1]["text"] == "Decided"
    assert "U2" in str(table["rows"][1][-1])


class TestApproval:
    """APPROVAL_OVER set to one code."""

    @pytest.fixture
    def more(self) -> dict[str, Any]:
        """Two codes need a second person."""
        return {"approval_over": 1}

    async def test_what_needs_approval_waits_on_the_home_tab_of_others(self, town: Town) -> None:
        """Whoever asked for approval cannot give it; everybody else finds it first, with its button."""
        card = await town.drop(content(*CODES[:2]))
        await town.shows(card, "2 codes ready")
        await town.slack.as_("U1").click(card, "upload_confirm")
        await town.shows(card, "Approval is needed")
        for user in ("U1", "U2"):
            await town.slack.as_(user).open_home()
        mine = await town.slack.until(lambda: town.slack.home("U1"))
        assert "Waiting for you" not in town.text(mine)
        home = await town.slack.until(lambda: town.slack.home("U2"))
        assert town.text(home).splitlines()[:2] == ["Waiting for you", "Approval is needed: Spring sale"]
        await town.slack.as_("U2").click(home, "Approve")
        await town.shows(card, "Done")

    async def test_a_refusal_gives_its_reason(self, town: Town) -> None:
        """*Decline* asks why; the card and a reply to whoever asked say it, and nothing is sent."""
        card = await town.drop(content(*CODES[:2]))
        await town.shows(card, "2 codes ready")
        await town.slack.as_("U1").click(card, "upload_confirm")
        await town.shows(card, "Approval is needed")
        await town.slack.as_("U1").click(card, "Approve")
        await town.slack.until(lambda: "Your own upload needs" in town.slack.ephemerals("U1")[-1].text)
        await town.slack.as_("U2").click(card, "Decline")
        form = await town.slack.until(lambda: town.slack.views("U2")[0])
        assert await town.slack.as_("U2").submit(form, {"form_reason": " "}) == {
            "form_reason": "Say in a few words why, for whoever asked."
        }
        assert await town.slack.as_("U2").submit(form, {"form_reason": "the old list"}) == {}
        await town.shows(card, "Declined", "Declined by <@U2>: “the old list”")
        told = "<@U1>: <@U2> declined the upload to Spring sale: “the old list”. Nothing was sent."
        await town.slack.until(lambda: town.slack.messages("C1")[-1].text == told)
        assert town.shop.codes("100500")[-2:] != CODES[:2]


@pytest.mark.within
async def test_a_database_that_is_away_is_said_in_those_words(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that needs the database says that it is away, not that something went wrong."""

    async def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", {}, Exception())

    monkeypatch.setattr(History, "latest", away)
    assert "My database is away for a moment." in await town.say("/promo history")
