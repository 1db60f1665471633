"""Uploads in trouble: what the card says, what the buttons do, and that every code is there once."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from bot.stand_ins.slack.reading import find_control
from bot.stand_ins.slack.workspace import Message
from tests.scenarios.conftest import Town, on_postgres

CODES = [f"SPRING-{n:04d}-{(n * 7919) % 9973:04d}" for n in range(250)]
FILE = "code\n" + "\n".join(CODES) + "\n"
LIST = "100500"


@pytest.fixture(params=["sqlite", "postgres"])
def more(request: pytest.FixtureRequest, processes: int) -> dict[str, Any]:
    """The bot on SQLite and on Postgres; several processes are on Postgres."""
    if request.param == "postgres":
        return on_postgres(request.getfixturevalue("empty_postgres"))
    if processes:
        pytest.skip("SQLite is for one process")
    return {}


async def confirmed(town: Town, name: str = "spring-sale.csv", content: str = FILE) -> Message:
    """A file, confirmed."""
    card = await town.drop(content, name)
    await town.shows(card, "ready to upload")
    await town.slack.as_("U1").click(card, "upload_confirm")
    return card


async def test_refused_codes_are_listed_with_rows_and_words(town: Town) -> None:
    """Refused codes are named with their lines and the words of the API; the rest goes on; a file lists them."""
    await town.shop.fault("refuse_codes", CODES[41])
    card = await confirmed(town)
    said = await town.shows(card, "Partly done: 249 codes sent to Spring sale", "1 code", "refused by PersonaClick")
    assert "(line 43)" in said
    assert CODES[41] not in town.every_text()
    assert Counter(town.shop.codes(LIST)) == Counter(code for code in CODES if code != CODES[41])
    await town.slack.as_("U2").click(card, "See the refused codes")
    sent = await town.slack.until(lambda: town.slack.messages("D2")[0])
    lines = town.slack.file(sent).content.decode("utf-8-sig").splitlines()
    assert lines[0] == "file,line,reason,code"
    assert lines[1].startswith("spring-sale.csv,43,")
    assert lines[1].endswith(f",{CODES[41]}")


async def test_everything_refused_stops_early(town: Town) -> None:
    """A reason that is not about single codes is said once, and the rest is not tried."""
    await town.shop.fault("refuse_all", "List is archived", methods=("POST",))
    card = await confirmed(town)
    said = await town.shows(card, "Nothing was sent to Spring sale", "None of the 250 codes arrived.")
    assert "PersonaClick refused everything that was tried: “List is archived”." in said
    assert len(town.shop.record.posts) <= 20


async def test_refused_credentials_pause_until_resume(town: Town) -> None:
    """403 pauses, says who can fix it, and Resume goes on where it stopped."""
    await town.shop.fault("forbidden", methods=("POST",))
    card = await confirmed(town)
    await town.shows(
        card,
        "Paused",
        "refused the shop's credentials",
        "Store Settings",
        "Known to have arrived so far: 0 of 250 codes.",
    )
    await town.shop.fault("forbidden", None)
    await town.slack.as_("U2").click(card, "Resume")
    await town.shows(card, "Done: 250 codes sent")
    assert town.shop.codes(LIST) == CODES


async def test_a_list_that_is_gone_pauses_and_can_be_stopped(town: Town) -> None:
    """A list that vanishes is named; Stop here ends the upload with what is known."""
    card = await town.drop(FILE)
    await town.shows(card, "ready to upload")
    gone = town.shop.lists.pop(LIST)
    await town.slack.as_("U1").click(card, "upload_confirm")
    await town.shows(card, "Paused", "PersonaClick did not have the list any more.")
    await town.slack.as_("U1").click(card, "Stop here")
    said = await town.shows(card, "Nothing was sent to Spring sale", "250 codes", "stopped it before the rest")
    assert "were not sent" in said
    assert gone.received == 0


async def test_a_rate_limit_is_waited_for(town: Town) -> None:
    """429 waits as told, says so, and goes on."""
    await town.shop.fault("rate_limited", 2, calls=1, methods=("POST",))
    card = await confirmed(town)
    await town.shows(card, "PersonaClick asked for a pause.")
    await town.shows(card, "Done: 250 codes sent")
    assert town.shop.codes(LIST) == CODES


async def test_an_api_that_is_down_is_tried_again(town: Town) -> None:
    """While the API does not answer the card says since when, and the upload goes on when it is back."""
    card = await town.drop(FILE)
    await town.shows(card, "ready to upload")
    await town.shop.fault("down")
    await town.slack.as_("U1").click(card, "upload_confirm")
    await town.shows(card, "PersonaClick has not answered since", "I keep trying.")
    await town.shop.fault("down", None)
    await town.shows(card, "Done: 250 codes sent", within_s=25)
    assert town.shop.codes(LIST) == CODES


@pytest.mark.parametrize("fault", ["cut_after", "error_before"])
async def test_a_lost_answer_is_settled_on_the_card(town: Town, fault: str) -> None:
    """The card says that an answer was lost and is being looked into, and ends with exact numbers."""
    await town.shop.fault(fault, calls=1, methods=("POST",))
    await town.shop.fault("slow", 0.2)
    card = await confirmed(town)
    await town.shows(card, "Done: 250 codes sent", "exactly the 250 codes sent")
    assert any("An answer was lost." in version for version in card.versions)
    assert town.shop.codes(LIST) == CODES


@pytest.mark.parametrize(
    ("press", "arrived", "words"),
    [
        ("Send that batch again", CODES, ["Done: 250 codes sent"]),
        ("Skip it", CODES[100:], ["Partly done: 150 codes sent", "100 codes", "not known whether they arrived"]),
        (
            "Stop here",
            [],
            [
                "Not known: 100 codes to Spring sale",
                " stopped it before the rest was sent.",
                "Undo is possible until",
            ],
        ),
    ],
)
async def test_what_the_count_cannot_tell_is_asked(
    town: Town, press: str, arrived: list[str], words: list[str]
) -> None:
    """When somebody adds codes meanwhile the card says what was seen and asks; each button does what it says."""
    card = await undecided(town)
    said = await town.shows(card, "Your decision is needed")
    assert "With it the list should have had 340 available, without it 240; it had 277 " in said
    await town.slack.as_("U2").click(card, "See these codes")
    sent = await town.slack.until(lambda: town.slack.messages("D2")[0])
    seen = town.slack.file(sent).content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[-1] for line in seen[1:]] == CODES[:100]
    await town.slack.as_("U2").click(card, press)
    await town.shows(card, *words)
    assert town.shop.codes(LIST) == arrived
    await town.slack.resend()
    await town.slack.delivery.settled()
    assert town.shop.codes(LIST) == arrived


async def undecided(town: Town) -> Message:
    """A card that asks: an answer was lost, and somebody added codes in the same moment."""
    await town.shop.fault("cut_before", calls=1, methods=("POST",))
    card = await confirmed(town)
    await town.slack.until(lambda: _nudge(town) and town.shop.record.posts, timeout=10)
    town.shop.lists[LIST].add(f"ELSE-{n}" for n in range(37))
    await town.shows(card, "Your decision is needed")
    return card


def _nudge(town: Town) -> bool:
    """Lets `until` look again although nothing changed in Slack."""
    asyncio.get_running_loop().call_later(0.02, town.slack.workspace.wake)
    return True


async def test_undo(town: Town) -> None:
    """Undo takes back what nobody got yet, and counts what had gone out."""
    card = await confirmed(town)
    await town.shows(card, "Done", "Undo is possible until")
    town.shop.take(LIST, 240 + 30)
    block, undo = find_control(card.blocks, "Undo")
    await town.slack.as_("U2").click(card, "Undo")
    said = await town.shows(card, "Undone: Spring sale", "220 codes", "taken back.")
    assert "30 codes" in said
    assert "had gone out already" in said
    assert "had 0 available " in said
    await town.slack.as_("U1").act(card, block["block_id"], undo, {})
    answer = await town.slack.until(lambda: town.slack.ephemerals("U1")[0])
    assert "It was taken back already." in town.text(answer)


async def test_a_shop_without_removal_explains_the_manual_way(town: Town) -> None:
    """Where the API has no removal call, the card says how to do it by hand."""
    town.shop.style = replace(town.shop.style, removal=False)
    card = await confirmed(town)
    await town.shows(card, "Done")
    await town.slack.as_("U1").click(card, "Undo")
    said = await town.shows(card, "It could not be undone:", "By hand: PersonaClick")
    await town.say("/promo history")
    assert town.slack.ephemerals("U1")[-1].text.splitlines()[-1].endswith(">, undo asked for by <@U1>")
    assert "Done: 250 codes sent" in said


async def test_uploads_to_one_list_say_their_place(town: Town) -> None:
    """A second upload to the same list waits and says so; history shows what runs now."""
    await town.shop.fault("slow", 0.4)
    first = await confirmed(town)
    second = await confirmed(town, "spring-sale-2.csv", "\n".join(f"SECOND-{n:03d}" for n in range(30)))
    await town.shows(second, "In line", "1 upload to this list is ahead of it.")
    history = await town.say("/promo history")
    assert "in line" in history
    assert "sending" in history
    await town.shows(first, "Done")
    await town.shows(second, "Done: 30 codes sent")
    assert town.shop.codes(LIST) == [*CODES, *(f"SECOND-{n:03d}" for n in range(30))]


async def test_a_deleted_card_comes_back(town: Town) -> None:
    """A card that somebody deleted is posted anew in the thread, with the result."""
    await town.shop.fault("slow", 0.3)
    card = await confirmed(town)
    await town.shows(card, "Uploading")
    thread_ts = card.thread_ts
    town.slack.delete_message(card)
    again = await town.slack.until(lambda: town.slack.thread("C1", thread_ts)[0], timeout=10)
    await town.shows(again, "Done: 250 codes sent")
    assert len(town.slack.thread("C1", thread_ts)) == 1


async def test_slack_in_trouble_loses_no_result(town: Town) -> None:
    """Slack's 429 is obeyed, its errors are waited out, and the result is shown in the end."""
    card = await town.drop(FILE)
    await town.shows(card, "ready to upload")
    town.slack.fail("chat.update", status=429, retry_after=1, times=1)
    town.slack.fail("chat.update", status=500, times=1)
    await town.slack.as_("U1").click(card, "upload_confirm")
    await town.shows(card, "Done: 250 codes sent", within_s=20)
    assert town.shop.codes(LIST) == CODES


async def test_a_restart_goes_on_with_the_same_card(town: Town) -> None:
    """The bot is stopped in the middle of an upload and started again: the same card ends with the exact result."""
    await town.shop.fault("slow", 0.3)
    card = await confirmed(town)
    await town.shows(card, "Uploading")
    await town.slack.until(lambda: _nudge(town) and town.shop.record.posts, timeout=10)
    await town.stop_bot()
    assert 0 < len(town.shop.codes(LIST)) < 250
    await town.start_bot()
    await town.shows(card, "Done: 250 codes sent", "exactly the 250 codes sent")
    assert town.shop.codes(LIST) == CODES
    assert len(town.slack.thread("C1", card.thread_ts)) == 1
