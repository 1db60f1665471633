"""Files dropped, pasted and pointed at: from the card to the result."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from typing import Any

import pytest

from bot.stand_ins.personaclick.api import TWIN_SHOP_ID
from bot.stand_ins.personaclick.server import SHOP_ID, SHOP_SECRET
from bot.work import checks
from tests.scenarios.conftest import BATCH_SIZE, Town

CODES = [f"SPRING-{n:04d}-{(n * 7919) % 9973:04d}" for n in range(250)]
FILE = "code\n" + "\n".join(CODES) + "\n"
LIST = "100500"


def iwork() -> bytes:
    """A document as Numbers packs it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("Index/Document.iwa", b"\0")
    return out.getvalue()


@pytest.mark.parametrize("by", ["http", "socket"])
async def test_from_the_drop_to_the_verified_result(town: Town) -> None:
    """A dropped file is checked, confirmed, uploaded in order and read back; nobody sees a whole code."""
    card = await town.drop(FILE)
    said = await town.shows(card, "250 codes ready to upload", "Nothing is left out.", "Spring sale")
    assert "They go to \nSpring sale\n, which has 240 available (" in town.slack.visible_text(card)
    assert "Upload 250 codes" in said
    confirm = next(
        element["confirm"]
        for block in card.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if "confirm" in element
    )
    assert confirm["text"]["text"] == "250 codes will be added to Spring sale."
    await town.slack.as_("U2").click(card, "Upload 250 codes")
    await town.shows(card, "Done: 250 codes sent to Spring sale", "grew from 240 to 490", "exactly the 250 codes sent")
    assert town.shop.codes(LIST) == CODES
    assert [len(post.codes) for post in town.shop.record.posts] == [BATCH_SIZE, BATCH_SIZE, 50]
    assert len(town.slack.thread("C1", card.thread_ts)) == 1
    shown = town.every_text() + town.logged()
    assert not [code for code in CODES if code in shown]


async def test_history_tells_who_loaded_what(town: Town) -> None:
    """After an upload the history names list, count, result and person."""
    card = await town.drop(FILE)
    await town.shows(card, "250 codes ready")
    await town.slack.as_("U2").click(card, "upload_confirm")
    await town.shows(card, "Done")
    await town.say("/promo history")
    text = town.slack.ephemerals("U1")[-1].text
    assert "spring-sale.csv to Spring sale by <@U2>, 250 codes: <" in text
    assert "|sent 250>" in text


async def test_the_card_says_what_is_left_out_and_why(town: Town) -> None:
    """Rows left out are named with their lines, the worst first, and every one is in a file for the person."""
    content = FILE + f"2.19E+26\n{CODES[3]}\n=cmd|calc\n"
    card = await town.drop(content)
    said = await town.shows(card, "250 codes ready to upload", "3 rows are left out:")
    assert said.index("turned into a number like 2.19E+26 by a spreadsheet (line 252)") < said.index("1 repeat")
    await town.slack.as_("U2").click(card, "See every row left out")
    sent = await town.slack.until(lambda: town.slack.messages("D2")[0])
    assert town.slack.file(sent).content.decode("utf-8-sig").splitlines() == [
        "file,line,reason,value",
        "spring-sale.csv,252,Turned into a number like 2.19E+26 by a spreadsheet,2.19E+26",
        f'spring-sale.csv,253,"A repeat of a code above, which is sent once",{CODES[3]}',
        "spring-sale.csv,254,A formula instead of a code,'=cmd|calc",
    ]
    # The report is a file with codes in it, but the bot's own: it starts no card.
    await town.slack.delivery.settled()
    assert len(town.slack.messages("D2")) == 1


async def test_a_list_is_chosen_by_typing(town: Town) -> None:
    """Without a clear name the card asks for the list; the select offers lists with counts; then Upload is there."""
    card = await town.drop(FILE, "codes.csv")
    said = await town.shows(card, "250 codes ready", "Choose the list they are for.")
    assert "Upload 250 codes" not in said
    offered = await town.slack.as_("U1").suggest(card, "upload_choose_list", "wel")
    assert [one["text"]["text"] for one in offered] == ["Welcome 10% · 18,350 available"]
    await town.slack.as_("U1").choose(card, "upload_choose_list", "wel", "Welcome 10% · 18,350 available")
    await town.shows(card, "They go to", "Welcome 10%", "Upload 250 codes")
    await town.slack.as_("U1").click(card, "upload_confirm")
    await town.shows(card, "Done: 250 codes sent to Welcome 10%")
    assert town.shop.codes("100501") == CODES


async def test_a_table_saved_as_a_web_page(town: Town) -> None:
    """A web page that is the file itself is no login page of Slack's."""
    rows = "".join(f"<tr><td>{code}</td></tr>" for code in CODES[:3])
    card = await town.drop(f"<html><table>{rows}</table></html>", "spring-sale-codes.html")
    await town.shows(card, "3 codes ready to upload")


@pytest.mark.apart
async def test_clicks_and_events_that_come_twice_count_once(town: Town) -> None:
    """A double click on Upload, a click delivered twice and an event delivered twice do their work once."""
    card = await town.drop(FILE)
    await town.slack.resend()
    await town.shows(card, "250 codes ready")
    await town.slack.as_("U1").click(card, "upload_confirm")
    await town.slack.resend()
    await town.shows(card, "Done")
    await town.slack.resend()
    await town.slack.delivery.settled()
    assert town.shop.codes(LIST) == CODES
    assert len(town.slack.thread("C1", card.thread_ts)) == 1
    assert town.slack.ephemerals("U1") == []


async def test_a_card_that_changed_is_not_confirmed(town: Town) -> None:
    """Who presses Upload in the moment the list changes uploads nothing, and is told to look again."""
    card = await town.drop(FILE)
    await town.shows(card, "250 codes ready")
    old = [dict(block) for block in card.blocks]
    await town.slack.as_("U1").choose(card, "upload_choose_list", "wel", "Welcome 10% · 18,350 available")
    await town.shows(card, "Welcome 10%")
    card.blocks = old
    await town.slack.as_("U2").click(card, "upload_confirm")
    answer = await town.slack.until(lambda: town.slack.ephemerals("U2")[0])
    assert "The card changed while you clicked." in town.text(answer)
    assert town.shop.record.posts == []


async def test_cancel(town: Town) -> None:
    """A cancelled upload sends nothing, and its card says so."""
    card = await town.drop(FILE)
    await town.shows(card, "250 codes ready")
    await town.slack.as_("U1").click(card, "Cancel")
    await town.shows(card, "Cancelled", "was not uploaded")
    assert town.shop.record.posts == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.png", b"\x89PNG\r\n\x1a\n...."),
        ("plan.pdf", b"%PDF-1.7 ..."),
        ("notes.txt", b"Dear team,\nplease read the plan for next week carefully.\nKind regards, Anna\n"),
        ("people.csv", b"name,email\nAnna,anna@example.com\nBen,ben@example.com\n"),
    ],
)
async def test_files_without_codes_are_left_in_peace(town: Town, name: str, content: bytes) -> None:
    """Pictures, documents, prose and tables without codes start no card."""
    await town.slack.as_("U1").drop("C1", {name: content})
    await town.drop(FILE)
    assert [message.is_bot for message in town.slack.messages("C1")] == [False, False, True]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("codes.csv", b"", ["Not loaded: codes.csv", "The file is empty."]),
        ("codes.xlsx", b"PK\x03\x04 broken", ["The file is damaged and cannot be read."]),
        ("codes.csv", b"<!DOCTYPE html><html>Sign in</html>", ["This is a web page, not a list of codes."]),
        ("codes.csv", b"x" * 300_000, ["a line that is far too long"]),
    ],
)
async def test_files_that_cannot_be_read(town: Town, name: str, content: bytes, words: list[str]) -> None:
    """A file that promises codes and cannot be read says why, and what to do."""
    card = await town.drop(content, name)
    await town.shows(card, *words, "Export the codes as CSV UTF-8")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("Spring.numbers", iwork(), ["This is a Numbers document.", "In Numbers choose File > Export To > CSV"]),
        ("promo codes.pdf", b"%PDF-1.7 ...", ["Not loaded: promo codes.pdf", "This is a PDF.", "Copy the codes"]),
    ],
)
async def test_documents_that_may_hold_codes_get_a_word(
    town: Town, name: str, content: bytes, words: list[str]
) -> None:
    """A spreadsheet of another program, and anything named for codes, is told what it is and the way out."""
    await town.shows(await town.drop(content, name), *words)


@pytest.mark.within
async def test_a_card_that_was_announced_ends_in_a_sentence(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table without codes whose check took long enough for a card is not left at Checking."""
    monkeypatch.setattr(checks, "ANNOUNCE_S", 0)
    card = await town.drop("name,email\nAnna,anna@example.com\nBen,ben@example.com\n", "people.csv")
    await town.shows(card, "Not loaded: people.csv", "There are no promo codes in this file that I can find.")


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("page", ["Slack does not let me read files.", "files:read", "Check again"]),
        ("error", ["Slack did not hand over the file.", "Check again"]),
    ],
)
async def test_files_that_slack_does_not_hand_over(town: Town, condition: Any, words: list[str]) -> None:
    """A login page or an error instead of the file is named; Check again works when it is over."""
    parent = await town.slack.as_("U1").drop("C1", {"photo.png": b"\x89PNG"})
    file = town.slack.file(parent)
    file.name, file.content, file.condition = "spring-sale.csv", FILE.encode(), condition
    await town.slack.as_("U1").shortcut(parent, "load_promo_codes")
    card = await town.slack.until(lambda: town.slack.thread("C1", parent.ts)[0])
    await town.shows(card, *words)
    file.condition = "fine"
    await town.slack.as_("U1").click(card, "Check again")
    await town.shows(card, "250 codes ready to upload")


async def test_a_deleted_file_is_told_to_the_person(town: Town) -> None:
    """A file that is gone before it is read gets one sentence for the person who shared it."""
    parent = await town.slack.as_("U1").drop("C1", {"photo.png": b"\x89PNG"})
    file = town.slack.file(parent)
    file.condition = "deleted"
    await town.slack.as_("U2").share(file, "C2")
    answer = await town.slack.until(lambda: town.slack.ephemerals("U2")[0])
    assert "The file is gone, or lives outside Slack." in town.text(answer)


async def test_the_shortcut_loads_an_older_file(town: Town) -> None:
    """Load promo codes gives an older message's file its card, in the thread; a message without a file says so."""
    parent = town.slack.as_("U1").say("C1", "no file here")
    await town.slack.as_("U1").shortcut(parent, "load_promo_codes")
    answer = await town.slack.until(lambda: town.slack.ephemerals("U1")[0])
    assert "There is no file in that message." in town.text(answer)
    card = await town.drop(FILE)
    await town.shows(card, "250 codes ready")
    await town.slack.as_("U1").shortcut(town.slack.messages("C1")[1], "load_promo_codes")
    answer = await town.slack.until(lambda: town.slack.ephemerals("U1")[1])
    assert "spring-sale.csv has a card already." in town.text(answer)
    assert len(town.slack.thread("C1", card.thread_ts)) == 1


async def test_the_shortcut_passes_over_files_without_an_id(town: Town) -> None:
    """What Slack tells nothing of is no file."""
    message = town.slack.as_("U1").say("C1", "files")
    await town.slack.as_("U1").shortcut(message, "load_promo_codes")
    await town.slack.until(lambda: town.slack.ephemerals("U1")[0])
    payload = town.slack.delivery.sent[-1].payload
    odd = {**payload, "trigger_id": "another", "message": {**payload["message"], "files": [{}, None]}}
    await town.slack.delivery.send("interactive", odd)
    answer = await town.slack.until(lambda: town.slack.ephemerals("U1")[1])
    assert "There is no file in that message." in town.text(answer)


async def test_one_file_that_is_gone_keeps_no_other_from_its_card(town: Town) -> None:
    """Of several files in an older message, or in the form, one may be gone: the others get their cards."""
    parent = await town.slack.as_("U1").drop("C1", {"a.png": b"\x89PNG", "b.png": b"\x89PNG"})
    gone, there = (town.slack.file(one) for one in parent.files)
    gone.condition, there.name, there.content = "deleted", "spring-sale.csv", FILE.encode()
    await town.slack.as_("U1").shortcut(parent, "load_promo_codes")
    card = await town.slack.until(lambda: town.slack.thread("C1", parent.ts)[0])
    await town.shows(card, "250 codes ready")
    assert "The file is gone, or lives outside Slack." in town.text(town.slack.ephemerals("U1")[0])
    await town.slack.as_("U1").command("C1", "/promo upload spring")
    view = await town.slack.until(lambda: town.slack.views("U1")[0])
    town.slack.fail("files.info", error="file_deleted")
    await town.slack.as_("U1").submit(
        view, {"form_files": {"a.csv": b"A-1111\nB-2222\n", "b.csv": b"C-1111\nD-2222\n"}}
    )
    await town.slack.until(lambda: town.slack.messages("D1")[1])
    told, card = sorted(town.slack.messages("D1"), key=lambda one: "gone" not in one.text)
    assert "The file is gone, or lives outside Slack." in town.text(told)
    await town.shows(card, "2 codes ready")


async def test_the_form_takes_pasted_codes_and_files(town: Town) -> None:
    """The form says what is missing, and gives pasted codes and each file a card in direct messages."""
    await town.slack.as_("U1").command("C1", "/promo upload spring")
    view = await town.slack.until(lambda: town.slack.views("U1")[0])
    errors = await town.slack.as_("U1").submit(view, {})
    assert list(errors.values()) == ["Paste codes here, or add a file below."]
    await town.slack.as_("U1").submit(
        view, {"form_codes": "AAA-111\nBBB-222", "form_files": {"more.csv": FILE.encode()}}
    )
    await town.slack.until(lambda: len(town.slack.messages("D1")) == 2)
    cards = town.slack.messages("D1")
    for card in cards:
        await town.shows(card, "ready to upload")
    said = sorted(town.text(card) for card in cards)
    assert "2 codes ready to upload" in said[0]
    assert "250 codes ready to upload" in said[1]
    assert all("Spring sale" in one for one in said)
    assert town.slack.messages("C1") == []
    for card in cards:
        await town.slack.as_("U1").click(card, "upload_confirm")
    for card in cards:
        await town.shows(card, "Done")
    assert Counter(town.shop.codes(LIST)) == Counter([*CODES, "AAA-111", "BBB-222"])


async def test_direct_messages_and_threads(town: Town) -> None:
    """A file in direct messages, and one in a thread, get their card where they were shared."""
    direct = await town.drop(FILE, channel="D1")
    await town.shows(direct, "250 codes ready")
    root = town.slack.as_("U1").say("C1", "Codes for the mailing")
    await town.slack.as_("U1").drop("C1", {"welcome.csv": b"A-1111\nB-2222\nC-3333\n"}, root.ts)
    card = await town.slack.until(lambda: town.slack.thread("C1", root.ts)[1])
    await town.shows(card, "3 codes ready")


async def test_a_guests_file_is_taken_over_by_a_member(town: Town) -> None:
    """A guest is told why, privately; everybody learns once how a member takes a file over, and then it is loaded."""
    parent = await town.slack.as_("U3").drop("C1", {"batch 7.csv": FILE.encode()})
    answer = await town.slack.until(lambda: town.slack.ephemerals("U3")[0])
    assert "Guests may not use this bot." in town.text(answer)
    told = await town.slack.until(lambda: town.slack.thread("C1", parent.ts)[0])
    assert "batch 7.csv looks like a list of promo codes." in town.text(told)
    assert "press ⋮ (More actions), then \nLoad promo codes" in town.slack.visible_text(told)
    await town.slack.as_("U3").drop("C1", {"batch 8.csv": b"A-1111\nB-2222\nC-3333\n"})
    await town.slack.until(lambda: town.slack.ephemerals("U3")[1])
    await town.slack.delivery.settled()
    assert [message.is_bot for message in town.slack.messages("C1") if not message.seen_by] == [False, True, False]
    await town.slack.as_("U1").shortcut(parent, "load_promo_codes")
    card = await town.slack.until(lambda: town.slack.thread("C1", parent.ts)[1])
    await town.shows(card, "250 codes ready", "shared by <@U3>, taken up by <@U1>")


async def test_a_partners_file_is_taken_over_in_direct_messages(town: Town) -> None:
    """In a channel shared with another company only colleagues learn how; nothing is read there, nothing shown."""
    parent = await town.slack.as_("U4").drop("C3", {"spring-sale.csv": FILE.encode()})
    answer = await town.slack.until(lambda: town.slack.ephemerals("U4")[0])
    assert "Only members of this workspace may use this bot." in town.text(answer)
    for user in ("U1", "U2"):
        await town.slack.until(lambda: all(town.slack.ephemerals(one) for one in ("U1", "U2")))
        told = town.slack.ephemerals(user)[0]
        assert "The card then comes to your direct messages." in town.text(told)
    await town.slack.as_("U4").drop("C3", {"spring-sale-2.csv": FILE.encode()})
    await town.slack.delivery.settled()
    assert not any(call.method == "GET a file" for call in town.slack.calls)
    assert [len(town.slack.ephemerals(user)) for user in ("U1", "U2", "U4")] == [1, 1, 1]
    await town.slack.as_("U1").shortcut(parent, "load_promo_codes")
    card = await town.slack.until(lambda: town.slack.messages("D1")[0])
    await town.shows(card, "250 codes ready")
    assert [message for message in town.slack.messages("C3") if message.is_bot and not message.seen_by] == []


@pytest.mark.parametrize(("user", "channel"), [("U3", "C1"), ("U4", "C3"), ("U1", "C3")])
async def test_tables_without_codes_get_no_whisper(town: Town, user: str, channel: str) -> None:
    """Who may not load codes is not nagged about spreadsheets that hold none."""
    table = b"Name,E-mail,City\nAnna,anna@example.com,Riga\nBen,ben@example.com,Oslo\n"
    await town.slack.as_(user).drop(channel, {"customers.csv": table})
    await town.slack.delivery.settled()
    await town.drop(FILE)
    assert [town.slack.ephemerals(one) for one in ("U1", "U2", user)] == [[], [], []]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.txt", b"Dear team,\nplease read the plan for next week.\n", ["no promo codes in this file"]),
        ("customers.csv", b"Name,E-mail\nAnna,anna@example.com\nBen,b@example.com\n", ["no promo codes in this file"]),
        ("photo.png", b"\x89PNG\r\n\x1a\n....", ["photo.png is not a list of codes that I can read."]),
        ("plan.pdf", b"%PDF-1.7 ...", ["plan.pdf is not a list of codes that I can read."]),
    ],
)
async def test_every_file_in_direct_messages_gets_a_word(
    town: Town, name: str, content: bytes, words: list[str]
) -> None:
    """In the bot's direct messages silence would look broken: a file without codes is answered, too."""
    card = await town.drop(content, name, channel="D1")
    await town.shows(card, *words)


async def test_a_file_that_comes_again_leads_to_its_card(town: Town) -> None:
    """The same file shared again in the direct messages, or pointed at, is answered with a link to its card."""
    card = await town.drop(FILE, channel="D1")
    await town.shows(card, "250 codes ready")
    parent = town.slack.messages("D1")[0]
    await town.slack.as_("U1").share(town.slack.file(parent), "D1")
    await town.slack.until(lambda: len(town.slack.messages("D1")) == 4)
    answer = town.slack.messages("D1")[-1]
    assert "spring-sale.csv has a card already." in town.text(answer)
    assert f"/archives/D1/p{card.ts.replace('.', '')}" in str(answer.blocks)


class TestUploaders:
    """UPLOADERS set to Ben and a group."""

    @pytest.fixture
    def more(self) -> dict[str, Any]:
        """Only Ben may load codes."""
        return {"uploaders": "U2"}

    async def test_others_are_told_who_may(self, town: Town) -> None:
        """Anna's file and Anna's click on Ben's card are refused, with Ben's name; Ben's click counts."""
        await town.slack.as_("U1").drop("C1", {"spring-sale.csv": FILE.encode()})
        answer = await town.slack.until(lambda: town.slack.ephemerals("U1")[0])
        assert "You may not load codes here." in town.text(answer)
        assert "These may: <@U2>. To be added, ask" in answer.text
        card = await town.drop(FILE, user="U2")
        await town.shows(card, "250 codes ready")
        await town.slack.as_("U1").click(card, "upload_confirm")
        await town.slack.until(lambda: town.slack.ephemerals("U1")[1])
        assert town.shop.record.posts == []
        await town.slack.as_("U2").click(card, "upload_confirm")
        await town.shows(card, "Done")


async def test_codes_loaded_before_are_recognised(town: Town) -> None:
    """The same file again is recognised; codes of other uploads are left out, and can be kept."""
    first = await town.drop(FILE)
    await town.shows(first, "250 codes ready")
    await town.slack.as_("U1").click(first, "upload_confirm")
    await town.shows(first, "Done")
    again = await town.drop(FILE + "NEW-0001-0001\n")
    said = await town.shows(again, "1 code ready to upload", "250 rows are left out:")
    assert "loaded to this list before" in said
    assert "250 codes of this file went to" in said
    same = await town.drop(FILE, "spring-sale-copy.csv")
    await town.shows(same, "No code to upload", "This file was already loaded", "250 arrived")


async def test_how_a_file_is_read_can_be_changed(town: Town) -> None:
    """Two columns that both look like codes: the card asks which, the form changes it, and only then it is uploaded."""
    rows = "".join(f"AA{n * 7919 % 10_000:04d}X,{code}\n" for n, code in enumerate(CODES))
    card = await town.drop(rows)
    said = await town.shows(card, "Which of these are the codes?", "Codes are in “column 1”", "Codes are in “column 2”")
    assert "Upload 250 codes" not in said
    await town.slack.as_("U1").click(card, "Codes are in “column 1”")
    await town.shows(card, "250 codes ready to upload", "Read as CSV, column 1")
    await town.slack.as_("U1").click(card, "Reading options")
    view = await town.slack.until(lambda: town.slack.views("U1")[0])
    assert await town.slack.as_("U1").submit(view, {"form_column": "1"}) == {}
    await town.shows(card, "Read as CSV, column 2")
    await town.slack.as_("U1").click(card, "upload_confirm")
    await town.shows(card, "Done")
    assert town.shop.codes(LIST) == CODES


async def test_codes_that_look_like_another_lists_are_doubted(town: Town) -> None:
    """A file whose codes look like what another list was loaded with gets a plain warning before the confirm."""
    welcome = "\n".join(f"WELCOME10{n:05d}" for n in range(60))
    for name, content, title in (("spring-sale.csv", FILE, "Spring sale"), ("welcome-10.csv", welcome, "Welcome 10%")):
        card = await town.drop(content, name)
        await town.shows(card, "ready to upload", title)
        await town.slack.as_("U1").click(card, "upload_confirm")
        await town.shows(card, "Done")
    card = await town.drop("\n".join(f"WELCOME10{n:05d}" for n in range(100, 160)), "spring-sale.csv")
    said = await town.shows(card, "60 codes ready to upload", "Is this the right list?")
    assert "These codes look like those of Welcome 10%, not of Spring sale." in said
    upload = next(one for block in card.blocks for one in block.get("elements", ()) if "confirm" in one)
    assert upload["confirm"]["text"]["text"] == (
        "60 codes will be added to Spring sale. They look like the codes of Welcome 10%."
    )
    await town.slack.as_("U1").click(card, "Use Welcome 10%")
    said = await town.shows(card, "They go to Welcome 10%")
    assert "Is this the right list?" not in said


async def test_an_archive_of_several_files(town: Town) -> None:
    """A ZIP has one card with a line for each file, and uploads the codes of all."""
    from tests.data.make_files import CODES as SAMPLE
    from tests.data.make_files import FILES

    card = await town.drop((FILES / "two.zip").read_bytes(), "spring sale.zip")
    said = await town.shows(card, "30 codes ready to upload", "first.csv: 15 codes", "second.txt: 15 codes")
    assert "note.md" not in said
    await town.slack.as_("U1").click(card, "upload_confirm")
    await town.shows(card, "Done: 30 codes sent")
    assert town.shop.codes(LIST) == SAMPLE


async def test_lost_zeros_are_put_back_on_request(town: Town) -> None:
    """Zeros that the cell format proves are named, offered, put back when ticked, and uploaded whole."""
    from tests.data.make_files import FILES

    card = await town.drop((FILES / "zeros.xlsx").read_bytes(), "spring sale.xlsx")
    said = await town.shows(card, "No code to upload", "10 rows are left out:", "The lost zeros can be put back:")
    assert "zeros in front lost, and the cell format shows how many (rows 2, 3, 4 and 7 more)" in said
    await town.slack.as_("U1").click(card, "Put the zeros back")
    await town.shows(card, "10 codes ready to upload", "put back")
    await town.slack.as_("U1").click(card, "upload_confirm")
    await town.shows(card, "Done: 10 codes sent")
    assert town.shop.codes(LIST) == [f"{n * 1237 % 10**7:08d}" for n in range(1, 11)]


class TestSeveralShops:
    """Two shops, each with its own lists."""

    @pytest.fixture
    def more(self) -> dict[str, Any]:
        """Two shops on one stand-in."""
        shops = {
            "de": {"shop_id": SHOP_ID, "shop_secret": SHOP_SECRET},
            "fr": {"shop_id": TWIN_SHOP_ID, "shop_secret": SHOP_SECRET},
        }
        return {"shops_json": json.dumps(shops), "personaclick_shop_id": "", "personaclick_shop_secret": ""}

    async def test_lists_carry_their_shop(self, town: Town) -> None:
        """Lists are named shop/name; a file goes to the list of the shop that was chosen."""
        said = await town.say("/promo lists welcome")
        assert "2 lists: 2 in stock." in said
        assert "de/Welcome 10% (100501)" in said
        assert "fr/Welcome 10%" in await town.say("/promo list fr/welcome 10%")
        card = await town.drop(FILE, "codes.csv")
        await town.shows(card, "250 codes ready")
        await town.slack.as_("U1").choose(card, "upload_choose_list", "fr/wel", "fr/Welcome 10% · 18,350 available")
        await town.shows(card, "They go to fr/Welcome 10%")
        await town.slack.as_("U1").click(card, "upload_confirm")
        await town.shows(card, "Done: 250 codes sent to fr/Welcome 10%")
        assert town.shop.codes("100501") == CODES

    async def test_each_shop_remembers_its_own_codes(self, town: Town) -> None:
        """What a shop has had before is told of when its list is chosen, also after another shop's list was."""
        card = await town.drop(FILE, "codes.csv")
        await town.slack.as_("U1").choose(card, "upload_choose_list", "fr/wel", "fr/Welcome 10% · 18,350 available")
        await town.shows(card, "They go to fr/Welcome 10%")
        await town.slack.as_("U1").click(card, "upload_confirm")
        await town.shows(card, "Done: 250 codes sent to fr/Welcome 10%")
        card = await town.drop(FILE, "again.csv")
        await town.shows(card, "No code to upload")
        await town.slack.as_("U1").choose(card, "upload_choose_list", "de/wel", "de/Welcome 10% · 18,600 available")
        await town.shows(card, "250 codes ready to upload", "They go to de/Welcome 10%")
        await town.slack.as_("U1").choose(card, "upload_choose_list", "fr/wel", "fr/Welcome 10% · 18,600 available")
        await town.shows(card, "No code to upload", "250 rows: loaded to this list before")


class TestOneShopOfTwo:
    """Two shops, one of which refuses its credentials."""

    @pytest.fixture
    def more(self) -> dict[str, Any]:
        """The second shop's secret is wrong."""
        shops = {
            "de": {"shop_id": SHOP_ID, "shop_secret": SHOP_SECRET},
            "fr": {"shop_id": TWIN_SHOP_ID, "shop_secret": "not-the-secret"},
        }
        return {"shops_json": json.dumps(shops), "personaclick_shop_id": "", "personaclick_shop_secret": ""}

    async def test_the_other_shop_is_still_shown(self, town: Town) -> None:
        """The lists that can be read are shown, and what is missing is said, in reports, alone and on the Home tab."""
        missing = "The lists of fr are missing here. PersonaClick refused the shop's credentials."
        said = await town.say("/promo lists")
        assert said.startswith("8 lists: 1 empty, 2 low, 5 in stock. 84,765 codes available.")
        assert missing in said
        assert missing in town.slack.ephemerals("U1")[-1].text
        assert "de/Welcome 10%" in await town.say("/promo list welcome")
        for typed in ("/promo lists zzz", "/promo list fr/welcome"):
            assert "PersonaClick refused the shop's credentials." in await town.say(typed)
        await town.slack.as_("U1").open_home()
        home = await town.slack.until(lambda: town.slack.home("U1"))
        assert "de/VIP birthday" in town.text(home)
        assert "The lists of fr are missing here." in town.text(home)


async def test_codes_marked_as_used_are_loaded_on_request(town: Town) -> None:
    """Codes the file marks as used are left out and told; one click loads them, the next leaves them out."""
    rows = "".join(f"{code};{'used' if n % 2 else 'free'}\n" for n, code in enumerate(CODES[:20]))
    card = await town.drop("Code;Status\n" + rows)
    await town.shows(card, "10 codes ready to upload", "10 of 20 codes are marked as used", "Nothing else is left out.")
    await town.slack.as_("U1").click(card, "Load the 10 used codes, too")
    await town.shows(card, "20 codes ready to upload", "uploaded all the same")
    await town.slack.as_("U1").click(card, "Leave them out again")
    await town.shows(card, "10 codes ready to upload")
    await town.slack.as_("U1").click(card, "upload_confirm")
    await town.shows(card, "Done")
    assert town.shop.codes(LIST) == CODES[:20:2]
