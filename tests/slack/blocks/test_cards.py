"""Every card, in every state: what it says, and that Slack accepts it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import (
    CheckFailed,
    CheckTooHeavy,
    DownloadRefused,
    Encrypted,
    FileGone,
    FileProblem,
    FileTooLarge,
    NotCodes,
    TooManyCodes,
    Unreadable,
)
from bot.promo.findings import Checked, Column, Fate, Finding, Kind, Layout, Options, Part, Shape
from bot.promo.guessing import Guessable
from bot.promo.uploads import (
    CannotUndo,
    CardContext,
    Change,
    Down,
    Link,
    Notice,
    Paused,
    Progress,
    Question,
    Refusal,
    Settling,
    State,
    Stopped,
    Upload,
    Waiting,
)
from bot.slack.blocks import forms, ids
from bot.slack.blocks.cards.card import card, ref_of, version_of
from bot.slack.blocks.kit import Message
from bot.stand_ins.slack import problems_with_blocks, problems_with_view

NOW = 1_800_000_000.0
CHECKED = Checked(
    codes=1200,
    rows=1210,
    parts=(Part("a.csv", 0, 1200),),
    findings=(
        Finding(Kind.SCIENTIFIC, Fate.LEFT_OUT, 7, (3, 17, 40, 41, 42)),
        Finding(Kind.REPEATED, Fate.LEFT_OUT, 3, (5, 6, 7)),
        Finding(Kind.SPACES, Fate.CLEANED, 2, (8, 9)),
    ),
    samples=("SPR••••••••X2", "SPR••••••••QZ"),
    layout=Layout("csv", "utf-8", header=1),
    shape=Shape((), (), (), 0),
    digest="d",
    reported=10,
)
UPLOAD = Upload(
    "ref1",
    State.CHECKED,
    list_id="7",
    list_name="Spring sale",
    file_name="a.csv",
    user="U1",
    confirmed_by="U2",
    confirmed_at=NOW - 60,
    undo_until=NOW + 3600,
    checked=CHECKED,
    progress=Progress(total=1200, accepted=400),
    before=240,
    after=640,
    version=4,
)
LINK = Link("old", "Spring sale", "U1", NOW - 90_000, "https://acme.slack.com/archives/C1/p1")
NOTICES: tuple[Notice | None, ...] = (
    None,
    Waiting(NOW + 30),
    Waiting(NOW + 30, limit_reached=True),
    Down(NOW - 300, NOW + 20),
    Settling(),
    Paused("credentials", "Shop not found"),
    Paused("list gone"),
    Paused("not found"),
    Paused("down"),
    Question(3, 100, 240, 277),
    Question(3, 100, None, 277),
    Stopped("all refused", "List is archived"),
    Stopped("too large"),
    Stopped("by person"),
    CannotUndo(),
    CannotUndo("Nope"),
)
AROUNDS = (
    CardContext(),
    CardContext(
        ahead=2,
        available=240,
        better_list="Winter sale",
        better_id="8",
        same_file=LINK,
        known=((LINK, 3),),
        seconds_left=125,
        undoable=True,
    ),
)


def lines(message: Message) -> list[str]:
    """The text of a message, line by line."""
    return message.text.splitlines()


def fine(message: Message) -> None:
    """Slack accepts it, and its text is complete and not too long."""
    assert problems_with_blocks(message.blocks, "message") == []
    assert 0 < len(message.text) <= 4000
    names = [block["block_id"] for block in message.blocks if "block_id" in block]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("state", "notice"), list(product(State, NOTICES)))
def test_every_state_with_every_notice(state: State, notice: Notice | None) -> None:
    """Whatever an upload goes through, its card is one that Slack accepts."""
    for around, wiped in product(AROUNDS, (False, True)):
        upload = replace(
            UPLOAD,
            state=state,
            notice=notice,
            wiped=wiped,
            failure=Encrypted() if state is State.FAILED else None,
            refusals=(Refusal("bad code", 3, (4, 5, 6)), Refusal("", 1, (9,), held_back=True)),
            progress=Progress(1200, 400, 4, 100, 20, 300, 90, 10),
        )
        fine(card(upload, around, NOW))


@pytest.mark.parametrize("fate", list(Fate))
@pytest.mark.parametrize("kind", list(Kind))
def test_every_finding_has_words(kind: Kind, fate: Fate) -> None:
    """Each kind of trouble is told in words, with its rows."""
    found = replace(CHECKED, findings=(Finding(kind, fate, 1, (12,)),))
    message = card(replace(UPLOAD, checked=found), CardContext(), NOW)
    fine(message)
    if kind is not Kind.EMPTY or fate is Fate.LEFT_OUT:
        repeat = kind is Kind.REPEATED and fate is Fate.LEFT_OUT
        assert ("1 repeat" if repeat else "1 row") in message.text
        assert "(line 12)" in message.text


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (FileTooLarge(50), "The file is larger than 50 MB."),
        (TooManyCodes(2_000_000), "The file has more than 2,000,000 codes."),
        (NotCodes(), "There are no promo codes in this file that I can find."),
        (Encrypted(), "A password protects the file."),
        (CheckTooHeavy("time", 60), "Checking the file takes more than 60 seconds."),
        (CheckTooHeavy("memory", 320), "Checking the file takes more than 320 MB of memory."),
        (CheckTooHeavy("time"), "The file is too heavy to check."),
        (FileGone(), "The file is gone, or lives outside Slack."),
        (DownloadRefused("login_page"), "Slack does not let me read files."),
        (DownloadRefused("host"), "The file's address is none of Slack's that I know"),
        (Unreadable("nested_archive"), "There is an archive inside the archive."),
        (Unreadable("truncated"), "The archive ends too early;"),
        (CheckFailed("ab12"), "Something went wrong on my side"),
    ],
)
def test_failed_checks(failure: FileProblem, words: str) -> None:
    """Each failure says what happened and what to do next."""
    message = card(replace(UPLOAD, state=State.FAILED, failure=failure), CardContext(), NOW)
    fine(message)
    assert words in message.text
    assert len(lines(message)) == 3


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            Guessable(10_000, 6, 10, whole=True),
            "These codes can be guessed: with 10,000 codes of 6 digits, one guess in 100 hits a live code.",
        ),
        (
            Guessable(500, 4, 36, whole=False),
            "These codes can be guessed: with 500 codes that differ in 4 letters and digits only, one guess in 3,359 "
            "hits a live code.",
        ),
        (
            Guessable(900, 3, 10, whole=True),
            "These codes can be guessed: with 900 codes of 3 digits, nearly every guess hits a live code.",
        ),
        (Guessable(500, 8, 10, whole=True, step=1), "These codes count up: whoever has one of them knows others."),
        (
            Guessable(500, 8, 10, whole=True, step=7_919),
            "These codes count up, each 7,919 more than another: whoever has one of them knows others.",
        ),
    ],
)
def test_guessable_codes_are_told(found: Guessable, words: str) -> None:
    """The card names the odds of a guess, or that codes count up."""
    message = card(replace(UPLOAD, checked=replace(CHECKED, guessable=found)), CardContext(), NOW)
    fine(message)
    assert words in lines(message)


@pytest.mark.parametrize("kind", [Kind.DASHES, Kind.ENTITIES, Kind.OTHER_FORM])
def test_signs_of_another_form_can_be_mended_with_a_click(kind: Kind) -> None:
    """A list left out for its dashes says what can be done, and offers it."""
    found = replace(CHECKED, findings=(Finding(kind, Fate.LEFT_OUT, 20, (2, 3, 4)),))
    message = card(replace(UPLOAD, checked=found), CardContext(), NOW)
    fine(message)
    assert "They can be written in usual signs: a hyphen for a dash, " in message.text
    assert "Write them in usual signs" in str(message.blocks)


def test_the_checked_card_says_all_that_matters() -> None:
    """From the card alone a person knows what will be uploaded, what not, why, and where to."""
    message = card(replace(UPLOAD, file_id="F1"), AROUNDS[0], NOW)
    assert lines(message) == [
        "1,200 codes ready to upload",
        "They look like SPR••••••••X2 SPR••••••••QZ",
        "10 rows are left out:",
        "• 7 rows: turned into a number like 2.19E+26 by a spreadsheet (lines 3, 17, 40 and 4 more)",
        "• 3 repeats: sent once (lines 5, 6 and 7)",
        "Take damaged codes from the program that made them. In Excel, format the column as Text before codes go in.",
        "Will be uploaded, but worth a look:",
        "• 2 rows: spaces around the code, removed (lines 8 and 9)",
        "They go to Spring sale.",
    ]


def test_findings_are_items_of_a_list() -> None:
    """What was found stands in native lists, so that a long line is indented in a narrow thread."""
    found = replace(CHECKED, findings=(Finding(Kind.REPEATED, Fate.LEFT_OUT, 1, (5,)),), rows=1201)
    body = card(replace(UPLOAD, checked=found), CardContext(), NOW).blocks[1]["elements"]
    row = [
        {"type": "text", "text": "1 repeat", "style": {"bold": True}},
        {"type": "text", "text": ": sent once (line 5)"},
    ]
    assert [one["type"] for one in body] == ["rich_text_section", "rich_text_list", "rich_text_section"]
    assert body[1] == {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [{"type": "rich_text_section", "elements": row}],
    }


def test_more_than_three_reasons_point_to_the_button() -> None:
    """The reasons that have no line are counted, and the button that shows them is named."""
    kinds = (Kind.SCIENTIFIC, Kind.ROUNDED, Kind.DATE, Kind.BOOLEAN, Kind.CELL_ERROR)
    found = replace(CHECKED, findings=tuple(Finding(kind, Fate.LEFT_OUT, 2, (3, 4)) for kind in kinds), rows=1210)
    assert "• 2 other reasons: press See every row left out" in lines(
        card(replace(UPLOAD, checked=found), CardContext(), NOW)
    )


def test_the_same_content_names_who_confirmed_it() -> None:
    """Content that was confirmed before, even if it is not sent yet, leads to the first card."""
    said = lines(card(UPLOAD, CardContext(same_file=LINK), NOW))
    first = "<https://acme.slack.com/archives/C1/p1|Spring sale> by <@U1>, <!date^"
    assert [one for one in said if one.startswith(f"This file is already on its way to {first}")] != []
    for arrived, words in (
        (3000, f"This file was already loaded into {first}"),
        (0, f"This file was confirmed before for {first}"),
    ):
        said = lines(card(UPLOAD, CardContext(same_file=replace(LINK, arrived=arrived)), NOW))
        line = next(one for one in said if one.startswith(words))
        assert line.endswith("(3,000 arrived)." if arrived else "but none of its codes arrived.")


def test_rows_of_a_workbook_are_rows() -> None:
    """In Excel people count rows; in a text file, lines."""
    layout = Layout("xlsx", sheet="Codes", header=1)
    said = card(replace(UPLOAD, checked=replace(CHECKED, layout=layout)), CardContext(), NOW).text
    assert "(rows 3, 17, 40 and 4 more)" in said
    assert "line" not in said


def test_whoever_can_put_it_right_is_named_on_the_card() -> None:
    """A paused card names the contact, and says "whoever runs this bot" only without one."""
    asked = replace(UPLOAD, state=State.PAUSED, notice=Paused("credentials"), progress=Progress(1200))
    assert "<@U9> has to check shop id and secret" in card(asked, CardContext(contact="U9"), NOW).text
    assert "Whoever runs this bot has to check" in card(asked, CardContext(), NOW).text


@pytest.mark.parametrize(
    ("ahead", "progress", "expected"),
    [
        (0, Progress(1200), ["Starting", "░░░░░░░░░░░░░░░░░░░░  0 of 1,200", "To Spring sale"]),
        (0, Progress(1200, 300), ["Starting", "█████░░░░░░░░░░░░░░░  300 of 1,200", "To Spring sale"]),
        (1, Progress(1200), ["In line", "1,200 codes for Spring sale.", "1 upload to this list is ahead of it."]),
        (2, Progress(1200), ["In line", "1,200 codes for Spring sale.", "2 uploads to this list are ahead of it."]),
    ],
)
def test_a_confirmed_upload_is_in_line_only_behind_others(ahead: int, progress: Progress, expected: list[str]) -> None:
    """With nothing before it the card shows the bar at once, from where it stands."""
    queued = replace(UPLOAD, state=State.QUEUED, progress=progress)
    assert lines(card(queued, CardContext(ahead=ahead), NOW)) == expected


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (640, "That is exactly the 400 codes sent."),
        (
            600,
            "That is 40 codes fewer than were sent: handed out meanwhile, or in the list already. "
            "PersonaClick does not say which.",
        ),
        (700, "That is 60 codes more than were sent: others came in meanwhile."),
        (200, "Spring sale went from 240 to 200 available."),
        (None, "The list's count could not be read afterwards."),
    ],
)
def test_the_result_claims_no_more_than_is_known(after: int | None, words: str) -> None:
    """The list's growth is compared with what was sent, and a difference is explained."""
    done = replace(UPLOAD, state=State.DONE, after=after, progress=Progress(400, 400))
    assert words in card(done, CardContext(), NOW).text


def test_growth_is_not_explained_while_codes_are_unknown() -> None:
    """Where nobody knows what arrived, the card does not say that somebody else added codes."""
    skipped = replace(UPLOAD, state=State.PARTLY_DONE, after=440, progress=Progress(700, skipped=700), checked=None)
    assert lines(card(skipped, CardContext(), NOW)) == [
        "Not known: 700 codes to Spring sale",
        "Spring sale grew from 240 to 440 available.",
        "700 codes: not known whether they arrived; they were not sent again.",
    ]


def test_the_question_says_what_the_count_should_be() -> None:
    """Both counts that would settle it stand beside the one read, then which choice is usually safe and why."""
    notice = Question(3, 100, 240, 277)
    asked = replace(UPLOAD, state=State.NEEDS_DECISION, notice=notice, progress=Progress(1200, 400, unsure=100))
    assert lines(card(asked, CardContext(), NOW)) == [
        "Your decision is needed: Spring sale",
        "I cannot tell whether these 100 codes reached Spring sale.",
        "The batch has 100 codes. With it the list should have had 340 available, without it 240; it had 277. "
        "Somebody may have added or taken codes meanwhile.",
        "Skip it is usually safe: at worst these 100 codes are missing, and can be loaded later. "
        "Sent again, a code may be in the list twice, and go to two shoppers.",
        "To be sure: see these codes, and look for one of them in the list in PersonaClick.",
        "Known to have arrived so far: 400 of 1,200 codes.",
    ]


def test_a_shop_without_removal_says_how_to_do_it_by_hand() -> None:
    """What cannot be undone says why in plain words, and what a person can do."""
    done = replace(UPLOAD, state=State.DONE, notice=CannotUndo(), progress=Progress(400, 400))
    assert lines(card(done, CardContext(), NOW))[-1] == (
        "It could not be undone: PersonaClick does not let me take codes out of this shop's lists. "
        "By hand: PersonaClick, Promo codes, open the list, and use the bin beside each code."
    )


def test_several_files_have_a_line_each() -> None:
    """A card of an archive names its files, ten at most, and rows by file."""
    parts = tuple(Part(f"f{n}.csv", n * 100, 5) for n in range(12))
    found = replace(CHECKED, parts=parts, findings=(Finding(Kind.REPEATED, Fate.LEFT_OUT, 1, (105,)),))
    text = card(replace(UPLOAD, checked=found), CardContext(), NOW).text
    assert "f0.csv: 5 codes" in text
    assert "and 2 more files" in text
    assert "(f1.csv line 5)" in text


def test_a_block_leads_back_to_its_upload() -> None:
    """A button's block names the upload and the version the person saw."""
    block_id = card(UPLOAD, CardContext(), NOW).blocks[0]["block_id"]
    assert (ref_of(block_id), version_of(block_id)) == ("ref1", 4)
    assert version_of("strange") == -1


FOREIGN = st.one_of(
    st.sampled_from(["<!channel> *Sale* <https://x|y>", "<@U1>", "&lt;!here&gt;", "`x`", "_a_", "\u202egnp.exe", ""]),
    st.text(max_size=300),
)


@settings(max_examples=60, deadline=2000)
@given(name=FOREIGN, file=FOREIGN, message=FOREIGN, state=st.sampled_from(list(State)), notice=st.sampled_from(NOTICES))
def test_foreign_text_can_do_nothing(name: str, file: str, message: str, state: State, notice: Notice | None) -> None:
    """List names, file names and the API's words can neither ping, link nor format, however long or odd they are."""
    if isinstance(notice, Paused):
        notice = Paused(notice.why, message)
    upload = replace(
        UPLOAD, state=state, notice=notice, list_name=name, file_name=file, refusals=(Refusal(message, 2, (4, 5)),)
    )
    made = card(upload, CardContext(better_list=name, same_file=replace(LINK, list_name=name)), NOW)
    fine(made)
    text = made.text
    for known in ("<@U1>", "<@U2>", f"<{LINK.permalink}|"):
        text = text.replace(known, "")
    for part in text.split("<!date^")[1:]:
        text = text.replace("<!date^" + part.split(">")[0] + ">", "")
    assert "<!" not in text
    assert "<http" not in text
    assert "<@" not in text
    assert not any(block["type"] == "section" for block in made.blocks)


LAYOUT = Layout(
    "xlsx",
    sheet="Codes",
    column=Column(1, "code", "A••"),
    header=1,
    sure=False,
    encodings=("utf-8", "cp1251"),
    sheets=("Plan of everything" * 20, "Codes"),
    columns=(Column(0, "n", "•"), Column(1, "code", "A••")),
)


def test_the_reading_form_gives_back_what_it_shows() -> None:
    """Sent as it opens, the form chooses nothing but what was ticked; what differs is chosen, and a sheet alone."""
    options = Options(keep=frozenset({Kind.LENGTH, Kind.KNOWN_HERE}), repair=True)
    upload = replace(UPLOAD, options=options, checked=replace(CHECKED, layout=LAYOUT))
    view = forms.reading_form(upload)
    assert problems_with_view(view) == []
    values = {}
    for block in view["blocks"]:
        element = block["element"]
        chosen = {"selected_option": element.get("initial_option"), "selected_options": element.get("initial_options")}
        values[block["block_id"]] = {element["action_id"]: chosen}
    assert forms.options_from(values, upload) == options
    values[ids.FORM_COLUMN] = {ids.FORM_COLUMN: {"selected_option": {"value": "0"}}}
    values[ids.FORM_HEADER] = {ids.FORM_HEADER: {"selected_option": {"value": "no"}}}
    assert forms.options_from(values, upload) == replace(options, column=0, header=False)
    values[ids.FORM_SHEET] = {ids.FORM_SHEET: {"selected_option": {"value": "0"}}}
    assert forms.options_from(values, upload) == replace(options, sheet=LAYOUT.sheets[0])


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (0, "Read as CSV, UTF-8, without a header."),
        (1, "Read as CSV, UTF-8, with a header."),
        (1204, "Read as CSV, UTF-8, with a header in line 1,204."),
    ],
)
def test_the_card_says_where_the_header_stands(header: int, words: str) -> None:
    """A header under the title of a report is named with its line."""
    upload = replace(
        UPLOAD, state=State.CHECKED, checked=replace(CHECKED, layout=Layout("csv", "utf-8", header=header))
    )
    assert words in str(card(upload, CardContext(), NOW).blocks)


def test_foreign_text_formats_nothing_in_the_small_print() -> None:
    """A file's name with mrkdwn's own characters stands apart as plain text; people and times go on as they are."""
    done = replace(UPLOAD, state=State.DONE, file_name="spring *sale* :tada:.csv")
    (small,) = [block for block in card(done, CardContext(), NOW).blocks if block["type"] == "context"]
    assert small["elements"][0] == {
        "type": "plain_text",
        "text": "From spring *sale* :tada:.csv, confirmed by",
        "emoji": False,
    }
    assert [one["type"] for one in small["elements"]] == ["plain_text", "mrkdwn"]


@pytest.mark.parametrize(
    ("notice", "why"),
    [
        (
            Stopped("all refused", "List is archived"),
            "PersonaClick refused everything that was tried: “List is archived”.",
        ),
        (Stopped("all refused"), "PersonaClick refused everything that was tried, without a reason."),
        (Stopped("too large"), "PersonaClick called even a single code too large (413)."),
    ],
)
def test_nothing_sent_is_not_told_as_something(notice: Stopped, why: str) -> None:
    """An upload of which nothing was taken says so, with the reason once and what to do."""
    stopped = replace(
        UPLOAD,
        state=State.PARTLY_DONE,
        progress=Progress(total=1200, refused=15),
        after=240,
        notice=notice,
    )
    assert lines(card(stopped, CardContext(), NOW)) == [
        "Nothing was sent to Spring sale",
        why,
        "None of the 1,200 codes arrived. When that is fixed, press Try again.",
        "10 rows of the file were not sent, for the reasons told before.",
    ]


def test_a_question_says_what_was_seen() -> None:
    """With the counts before and now; where another upload changed the list meanwhile it says so instead."""
    asked = replace(UPLOAD, state=State.NEEDS_DECISION, notice=Question(3, 100, 240, 277))
    assert (
        "The batch has 100 codes. With it the list should have had 340 available, without it 240; it had 277. "
        "Somebody may have added or taken codes meanwhile."
    ) in card(asked, CardContext(), NOW).text
    asked = replace(asked, notice=Question(3, 100, None, 277))
    assert (
        "The batch has 100 codes. Another upload to the list went on meanwhile, so its count cannot tell: it had 277."
    ) in card(asked, CardContext(), NOW).text


def test_a_paused_undo_says_what_was_taken_back() -> None:
    """A pause while codes are taken back is told in codes taken back, not in codes sent."""
    undo = replace(
        UPLOAD,
        state=State.UNDO_PAUSED,
        notice=Paused("credentials"),
        progress=Progress(400, 400, taken_back=100),
    )
    said = lines(card(undo, CardContext(), NOW))
    assert said[0] == "Taking back is paused: Spring sale"
    assert "100 of 400 codes taken back so far." in said
    assert not any("arrived" in line for line in said)


@pytest.mark.parametrize("why", ["credentials", "list gone", "not found", "down", "limited", "shop gone", "damaged"])
def test_a_paused_undo_names_only_what_can_be_pressed(why: Any) -> None:
    """There is nothing to stop on it, and nothing is sent."""
    message = card(replace(UPLOAD, state=State.UNDO_PAUSED, notice=Paused(why)), CardContext(), NOW)
    said = " ".join(lines(message))
    assert "Stop here" not in said
    assert "Nothing more is sent" not in said


def test_an_upload_of_which_nothing_was_sent_says_nothing_of_the_count() -> None:
    """A count that was not read because nothing was sent is not called unreadable."""
    stopped = replace(
        UPLOAD,
        state=State.PARTLY_DONE,
        notice=Stopped("by person"),
        before=None,
        after=None,
        progress=Progress(400),
        decisions=(Change(NOW, "confirm", "U1"), Change(NOW, "stop", "U2")),
    )
    said = lines(card(stopped, CardContext(), NOW))
    assert not any("could not be read" in line for line in said)
    assert any(line.endswith(" stopped it before the rest was sent.") for line in said)
