"""What a person sees after each command, over signed HTTP and over Socket Mode."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.listeners import answers
from bot.slack import response_urls
from bot.stand_ins.personaclick.state import StandInList
from tests.scenarios.conftest import Town


@pytest.fixture(params=["http", "socket"])
def by(request: pytest.FixtureRequest) -> str:
    """Both ways Slack reaches the bot."""
    return str(request.param)


ODD = "<!channel> *Sale* <https://x|y>"


async def test_lists_shows_what_needs_attention_first(town: Town) -> None:
    """The report has a summary, a table with numbers as numbers, neediest first, and a complete text."""
    said = await town.say("/promo lists")
    message = town.slack.ephemerals("U1")[-1]
    table = next(block for block in message.blocks if block["type"] == "data_table")
    assert [[cell.get("value", cell["text"]) for cell in row[:4]] for row in table["rows"]] == [
        ["List", "Id", "Available", "State"],
        ["VIP birthday", "100502", 0, "Empty ○"],
        ["Spring sale", "100500", 240, "Low ◔"],
        ["Win-back", "100505", 480, "Low ◔"],
        ["Abandoned basket", "100506", 1975, "In stock"],
        ["Newsletter", "100504", 4120, "In stock"],
        ["App install", "100507", 7600, "In stock"],
        ["Welcome 10%", "100501", 18350, "In stock"],
        ["Black Friday 2026", "100503", 52000, "In stock"],
    ]
    assert message.text.splitlines()[:3] == [
        "8 lists: 1 empty, 2 low, 5 in stock. 84,765 codes available. Low means under 500.",
        "Empty: VIP birthday (100502) – 0 available",
        "Low: Spring sale (100500) – 240 available",
    ]
    assert len(message.text.splitlines()) == 9
    assert "Share in channel" in said


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("/promo", ["What you can type", "/promo lists", "Nothing is uploaded before you confirm."]),
        ("/promo help", ["What you can type", "/promo history"]),
        ("/promo lists sale", ["1 list: 1 low. 240 codes available."]),
        ("/promo lists 100503", ["1 list: 1 in stock. 52,000 codes available."]),
        ("/promo-lists spring", ["1 list: 1 low. 240 codes available."]),
        ("/promo lists sprnig sale", ["No list is called “sprnig sale”.", "Did you mean Spring sale?"]),
        ("/promo lists zzz", ["No list is called “zzz”.", "/promo lists", "to see every list."]),
        (f"/promo {'x' * 3000}", ["There is no command or list “xxx", "x…”.", "/promo help", "what you can type."]),
        (f"/promo lists {'x' * 3000}", ["No list is called “xxx", "x…”.", "/promo lists", "to see every list."]),
        (f"/promo list {'x' * 3000}", ["No list is called “xxx", "x…”.", "/promo lists", "to see every list."]),
        ("/promo list spring", ["Spring sale", "240", "codes available · Low", "Id 100500", "Nothing was loaded here"]),
        ("/promo list sprnig sale", ["No list is called “sprnig sale”.", "Did you mean Spring sale?"]),
        (
            "/promo list e",
            ["4 lists match “e”.", "Which one do you mean?", "Welcome 10% (100501)", "Newsletter (100504)"],
        ),
        ("/promo list qqq", ["No list is called “qqq”.", "/promo lists", "to see every list."]),
        ("/promo history", ["Nothing was loaded yet.", "/promo upload"]),
        ("/promo history spring", ["Nothing was loaded to Spring sale yet."]),
        ("/promo lits", ["There is no command or list “lits”.", "Did you mean", "/promo lists"]),
        ("/promo xyzzy", ["There is no command or list “xyzzy”.", "/promo help"]),
        ("/promo spring sale", ["Spring sale", "240", "codes available · Low", "Load codes"]),
        ("/promo stock spring", ["1 list: 1 low. 240 codes available.", "Load into Spring sale"]),
        ('/promo list "spring sale"', ["Spring sale", "240", "codes available · Low"]),
        ("/promo undo", ["Press", "Undo", "on the card"]),
    ],
)
async def test_every_word_has_an_answer(town: Town, typed: str, words: list[str]) -> None:
    """Each command word answers the person alone, in plain words."""
    said = await town.say(typed)
    assert all(word in said for word in words), said
    assert town.slack.messages("C1") == []


@pytest.mark.parametrize("typed", ["/promo upload", "/promo upload spring", "/promo-upload spring"])
async def test_upload_opens_a_form(town: Town, typed: str) -> None:
    """The form opens, with the list chosen when one was named."""
    await town.slack.as_("U1").command("C1", typed)
    view = await town.slack.until(lambda: town.slack.views("U1")[0])
    shown = town.text(view)
    assert "Load promo codes" in shown
    assert ("Spring sale" in shown) == ("spring" in typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("/promo upload sprnig sale", ["No list is called “sprnig sale”.", "Did you mean Spring sale?"]),
        ("/promo-upload w", ["3 lists match “w”.", "They come first in the chooser below."]),
        ("/promo upload zzz", ["No list is called “zzz”.", "Choose the list below."]),
    ],
)
async def test_upload_says_why_no_list_is_chosen(town: Town, typed: str, words: list[str]) -> None:
    """A list that was not understood is named in the form, with what may be meant."""
    await town.slack.as_("U1").command("C1", typed)
    view = await town.slack.until(lambda: town.slack.views("U1")[0])
    assert all(word in town.text(view) for word in words), town.text(view)


async def test_a_form_that_is_too_late_or_asked_for_twice(town: Town) -> None:
    """A form that Slack opens no more is told as that, one that Slack is too busy for is asked for again; a click that
    is delivered twice opens one form, quietly."""
    town.slack.fail("views.open", error="expired_trigger_id")
    assert "The form did not open in time." in await town.say("/promo upload")
    town.slack.fail("views.open", status=500)
    assert "The form did not open in time." in await town.say("/promo upload")
    await town.say("/promo help")
    town.slack.fail("views.open", status=429, retry_after=1)
    await town.slack.as_("U1").click(town.slack.ephemerals("U1")[-1], "Load codes")
    await town.slack.until(lambda: town.slack.views("U1")[0])
    before = len(town.slack.ephemerals("U1"))
    await town.slack.resend()
    await asyncio.sleep(0.3)
    assert (len(town.slack.views("U1")), len(town.slack.ephemerals("U1"))) == (1, before)


async def test_a_name_that_looks_like_slack_markup_is_shown_as_it_is(town: Town) -> None:
    """A list's name can neither ping, nor link, nor format."""
    town.shop.lists = {"1": StandInList("1", ODD)}
    await town.forget_counts()
    await town.say("/promo lists")
    message = town.slack.ephemerals("U1")[-1]
    table = next(block for block in message.blocks if block["type"] == "data_table")
    assert table["rows"][1][0] == {"type": "raw_text", "text": ODD}
    assert message.text.splitlines()[1] == ("Empty: &lt;!channel&gt; *Sale* &lt;https://x|y&gt; (1) – 0 available")
    assert not any(block["type"] == "section" for block in message.blocks)


async def test_more_than_a_hundred_lists(town: Town) -> None:
    """A hundred lists are in the table, by need; a file of all of them comes only to a person who asks for it."""
    town.shop.lists = {str(n): StandInList(str(n), f"List {n:03d}") for n in range(130)}
    for n, one in enumerate(town.shop.lists.values()):
        one.add(f"C{n}-{code}" for code in range(n))
    await town.forget_counts()
    said = await town.say("/promo lists")
    table = next(block for block in town.slack.ephemerals("U1")[-1].blocks if block["type"] == "data_table")
    assert [row[0]["text"] for row in table["rows"][1:]] == [f"List {n:03d}" for n in range(100)]
    assert "30 more lists are not in this table." in said
    assert town.slack.ephemerals("U1")[-1].text.splitlines()[1:] == [
        "Empty: List 000 (0) – 0 available",
        *[f"Low: List {n:03d} ({n}) – {n} available" for n in range(1, 100)],
        "30 more lists are not in this table.",
    ]
    assert town.slack.messages("D1") == []
    await town.slack.as_("U1").click(town.slack.ephemerals("U1")[-1], "All 130 lists as a file")
    message = await town.slack.until(lambda: town.slack.messages("D1")[0])
    content = town.slack.file(message).content.decode("utf-8-sig")
    assert content.splitlines()[:2] == ["list,id,available,state", "List 000,0,0,Empty"]
    assert len(content.splitlines()) == 131


async def test_a_hundred_lists_without_a_table(town: Town) -> None:
    """Where Slack refuses the table, every list of it is there as text; a shared report promises nobody a file."""
    town.shop.lists = {str(n): StandInList(str(n), f"A list with a longer name {n:03d}") for n in range(130)}
    await town.forget_counts()
    town.slack.fail("response_url", status=400, error="invalid_blocks")
    await town.say("/promo lists")
    shown = [
        "".join(one["text"] for one in block["elements"][0]["elements"]).splitlines()
        for block in town.slack.ephemerals("U1")[-1].blocks
        if block["type"] == "rich_text"
    ]
    assert [line for lines in shown for line in lines if line.startswith("Empty: ")] == [
        f"Empty: A list with a longer name {n:03d} ({n}) – 0 available" for n in range(100)
    ]
    await town.slack.as_("U1").click(town.slack.ephemerals("U1")[-1], "Share in channel")
    shared = await town.slack.until(lambda: town.slack.messages("C1")[0])
    assert "30 more lists are not in this table." in town.text(shared)


async def test_no_lists_at_all(town: Town) -> None:
    """An empty shop is told from one that does not answer."""
    town.shop.lists = {}
    await town.forget_counts()
    assert "There are no promo code lists yet." in await town.say("/promo lists")


@pytest.mark.parametrize(
    ("fault", "value", "words"),
    [
        ("forbidden", True, ["PersonaClick refused the shop's credentials.", "Account > Settings > Store Settings"]),
        ("gone", True, ["PersonaClick answered “not found”."]),
        ("html", True, ["PersonaClick answered something I cannot read."]),
        ("cut_before", True, ["PersonaClick does not answer at the moment.", "Nothing is lost."]),
    ],
)
async def test_trouble_with_personaclick_is_told_calmly(town: Town, fault: str, value: Any, words: list[str]) -> None:
    """Each trouble with PersonaClick has its own sentence and next step."""
    await town.shop.fault(fault, value)
    await town.forget_counts()
    said = await town.say("/promo lists")
    assert all(word in said for word in words), said


@pytest.mark.within
async def test_whoever_waits_for_personaclick_is_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that takes long is announced, and takes the place of the announcement; so does what went wrong."""
    monkeypatch.setattr(answers, "STILL_ASKING_S", 0.05)
    await town.shop.fault("slow", 0.3)
    for typed, words in (("lists", "8 lists: 1 empty, 2 low, 5 in stock."), ("list nowhere", "No list is called")):
        shown = len(town.slack.ephemerals("U1"))
        assert "PersonaClick is slow to answer." in await town.say(f"/promo {typed}")
        answer = town.slack.ephemerals("U1")[-1]
        await town.shows(answer, words)
        assert len(town.slack.ephemerals("U1")) == shown + 1
        assert town.bot is not None
        town.bot._catalog.invalidate()


async def test_share_shows_the_report_to_everybody_once(town: Town) -> None:
    """Share in channel posts the report for all, once even for two clicks."""
    await town.say("/promo lists sale")
    private = town.slack.ephemerals("U1")[-1]
    await town.slack.as_("U1").click(private, "Share in channel")
    shared = await town.slack.until(lambda: town.slack.messages("C1")[0])
    await town.slack.resend()
    await town.slack.delivery.settled()
    assert "1 list: 1 low. 240 codes available." in town.text(shared)
    assert "Share in channel" not in town.text(shared)
    assert len(town.slack.messages("C1")) == 1


async def test_share_works_once_the_trouble_is_over(town: Town) -> None:
    """Share in channel that came to nothing may be pressed again."""
    await town.say("/promo lists sale")
    private = town.slack.ephemerals("U1")[-1]
    await town.shop.fault("forbidden", True)
    await town.forget_counts()
    await town.slack.as_("U1").click(private, "Share in channel")
    await town.slack.until(lambda: town.slack.ephemerals("U1")[1])
    await town.shop.fault("forbidden", False)
    await town.slack.as_("U1").click(private, "Share in channel")
    shared = await town.slack.until(lambda: town.slack.messages("C1")[0])
    assert "1 list: 1 low. 240 codes available." in town.text(shared)


@pytest.mark.within
@pytest.mark.parametrize("failure", [{"status": 404}, {"status": 500}, {"cut": True}])
@pytest.mark.parametrize(
    ("user", "typed", "words"),
    [
        ("U1", "/promo list nowhere", "No list is called “nowhere”."),
        ("U3", "/promo lists", "Guests may not use this bot."),
    ],
)
async def test_an_answer_that_slack_does_not_take_comes_as_a_direct_message(
    town: Town, monkeypatch: pytest.MonkeyPatch, failure: dict[str, Any], user: str, typed: str, words: str
) -> None:
    """Where the response URL fails, what went wrong is told in the person's direct messages."""
    monkeypatch.setattr(response_urls, "MAX_TRIES", 1)
    town.slack.fail("response_url", times=9, **failure)
    await town.slack.as_(user).command("C1", typed)
    answer = await town.slack.until(lambda: town.slack.messages(f"D{user[1:]}")[0])
    assert words in town.text(answer)


async def test_a_refused_table_is_replaced_by_text(town: Town) -> None:
    """When Slack refuses the native table, the same answer comes once more without it."""
    town.slack.fail("response_url", status=400, error="invalid_blocks")
    said = await town.say("/promo lists")
    assert "Empty: VIP birthday (100502) – 0 available" in said
    assert not any(block["type"] == "data_table" for block in town.slack.ephemerals("U1")[-1].blocks)


@pytest.mark.parametrize(
    ("user", "channel", "words"),
    [
        ("U3", "C1", "Guests may not use this bot."),
        ("U1", "C3", "This channel is shared with another company."),
    ],
)
async def test_who_may_not(town: Town, user: str, channel: str, words: str) -> None:
    """Guests, and anybody in a channel shared with another company, learn nothing but why."""
    said = await town.say("/promo lists", user, channel)
    assert words in said
    assert "Spring sale" not in said


async def test_home(town: Town) -> None:
    """The Home tab shows what needs codes, and its buttons work."""
    await town.slack.as_("U1").open_home()
    home = await town.slack.until(lambda: town.slack.home("U1"))
    assert "0\n  \nVIP birthday\n · Empty" in town.slack.visible_text(home)
    town.shop.lists["100502"].add(["X1", "X2", "X3"])
    await town.forget_counts()
    await town.slack.as_("U1").click(home, "Refresh")
    await town.slack.until(lambda: "3\n" in town.text(town.slack.home("U1")))
    await town.slack.as_("U1").click(town.slack.home("U1") or {}, "Load codes")
    assert "Load promo codes" in town.text(await town.slack.until(lambda: town.slack.views("U1")[0]))


@pytest.mark.within
async def test_an_unexpected_fault_has_a_reference_that_is_in_the_log(
    town: Town, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody foresaw is said calmly, with a reference that whoever runs the bot finds in the log."""
    from bot.slack.blocks import lists

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(lists, "report", broken)
    said = await town.say("/promo lists")
    assert "Something went wrong on my side." in said
    reference = said.rsplit(" ", 1)[-1].rstrip(".")
    assert any(reference in record.getMessage() for record in caplog.records)
