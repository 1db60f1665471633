"""Reports, errors, forms and the Home tab: Slack accepts each, and each says enough."""

from __future__ import annotations

import csv
import inspect
import io
import json
import tracemalloc
import zlib
from collections.abc import Iterator
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import errors
from bot.errors import PromoBotError
from bot.promo.lists import PromoList
from bot.promo.steps import Batch
from bot.promo.uploads import BatchState, Progress, State, Upload
from bot.slack.blocks import choices, forms, history, home, kit, lists, problems, tables
from bot.slack.blocks.csv_files import codes_csv, csv_file, left_out_csv, left_out_rows
from bot.slack.blocks.file_problems import file_problem
from bot.slack.blocks.help import Example, help_message
from bot.slack.blocks.kit import bar, clip, counted, duration, names
from bot.stand_ins.slack import problems_with_blocks, problems_with_view

NOW = 1_800_000_000.0
LIST = PromoList("7", "Spring sale", 240)
UPLOADS = [
    Upload(
        f"u{number}",
        state,
        list_name="Spring sale",
        file_name="a.csv",
        confirmed_by="U1",
        confirmed_at=NOW,
        progress=Progress(10, 7),
    )
    for number, state in enumerate(State)
]
ERRORS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, PromoBotError) and kind.__module__ == "bot.errors"
]


def example(kind: type[PromoBotError]) -> PromoBotError:
    """One error of a kind."""
    needed = {
        errors.SettingsError: ("X", "is missing"),
        errors.FileTooLarge: (50,),
        errors.TooManyCodes: (2000,),
        errors.NotAllowed: ("not_uploader", ("U1", "S2")),
        errors.UnknownList: ("sprnig", (LIST.choice,)),
        errors.WrongState: ("moved", "done"),
        errors.NotUnderstood: ("date", "some day"),
        errors.Dead: ("the database",),
        errors.DamagedBatch: (1,),
        errors.OtherFormat: ("numbers",),
        errors.CheckFailed: ("ab12",),
    }
    return kind(*needed.get(kind, ()))


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_words(kind: type[PromoBotError]) -> None:
    """Each error is said in two short lines: what happened, and what to do next."""
    message = problems.explain(example(kind))
    assert problems_with_blocks(message.blocks, "message") == []
    said = message.text.splitlines()
    assert len(said) == 2
    assert all(line.strip() and "!" not in line.replace("<!subteam^S2>", "") for line in said)


def test_a_redirect_is_said() -> None:
    """An address of PersonaClick that leads elsewhere is no maintenance, and who can mend it is told where to look."""
    assert problems.explain(errors.UnreadableAnswer(302)).text.splitlines() == [
        "PersonaClick's address leads to another one, and I do not follow it with the shop's secret.",
        "Whoever runs this bot can check PERSONACLICK_API_URL.",
    ]


def test_the_union_of_file_problems_is_complete() -> None:
    """A kind of file error that is not in the union would escape the check that each has words."""
    assert set(get_args(errors.FileProblem)) == set(errors.FileError.__subclasses__())


@pytest.mark.parametrize("kind", get_args(errors.Foreign))
def test_every_kind_of_file_has_a_way_out(kind: errors.Foreign) -> None:
    """Whatever a file is, one sentence says what, and another what to do."""
    problem = file_problem(errors.OtherFormat(kind))
    assert problem.what.startswith(("This ", "I do not know this kind"))
    assert problem.then.endswith(".")
    assert not problem.again


@pytest.mark.parametrize("why", get_args(errors.WhyUnreadable))
def test_every_reason_of_an_unreadable_file_has_words(why: errors.WhyUnreadable) -> None:
    """Each reason is one sentence, and the way out is an export."""
    problem = file_problem(errors.Unreadable(why))
    assert problem.what.endswith(".")
    assert problem.then == "Export the codes as CSV UTF-8, one code per line, and share that file."


def test_a_refusal_names_people_and_groups() -> None:
    """Who may load codes is named as Slack shows people and groups of them."""
    message = problems.explain(errors.NotAllowed("not_uploader", ("U1", "S2")))
    assert message.text.splitlines() == [
        "You may not load codes here.",
        "These may: <@U1>, <!subteam^S2>. To be added, ask whoever runs this bot.",
    ]
    assert message.blocks[0]["elements"][0]["elements"][2:] == [
        {"type": "text", "text": "These may: "},
        {"type": "user", "user_id": "U1"},
        {"type": "text", "text": ", "},
        {"type": "usergroup", "usergroup_id": "S2"},
        {"type": "text", "text": ". "},
        {"type": "text", "text": "To be added, ask whoever runs this bot."},
    ]


def test_a_refusal_without_words_is_no_silence() -> None:
    """An API that refuses without a reason has answered: that is told from one that does not answer."""
    assert problems.explain(errors.BadRequest(400)).text.splitlines() == [
        "PersonaClick refused to answer, without a reason.",
        "If it stays, tell whoever runs this bot.",
    ]


def test_one_list_says_all_in_its_text() -> None:
    """What screen readers and notifications get of one list is everything the blocks say."""
    assert lists.one_list(LIST, [], NOW).text.splitlines() == [
        "Spring sale",
        "240 codes available · Low ◔",
        "Id 7",
        "Nothing was loaded here with the bot yet. Drop a file of codes into a channel to begin.",
        "Available means codes not handed out yet; a visitor holds one code until it is used.",
    ]


@pytest.mark.parametrize("shop", ["", "de", "a/b%2F", "ж" * 60, "%" * 40])
def test_a_choice_stands_for_its_list(shop: str) -> None:
    """Whatever a shop is called, the value of a choice leads back to the shop and the list."""
    one = PromoList("100/500", "Sale", 1, shop)
    assert lists.parse_list_key(lists.list_option(one)["value"]) == (shop, "100/500")


def test_a_long_name_hides_no_other_list_on_the_home_tab() -> None:
    """However long names are, each of the neediest lists has its line."""
    every = [PromoList(str(n), f"{n} {'x' * 3000}", n) for n in range(15)]
    blocks = home.home_view(every, [], NOW)["blocks"]
    shown = "".join(element["text"] for element in blocks[1]["elements"][0]["elements"])
    assert [line.split()[0] for line in shown.splitlines()[1:]] == [str(n) for n in range(15)]


@pytest.mark.parametrize("why", ["guest", "stranger", "bot", "shared_channel", "not_member", "unknown"])
def test_every_refusal_has_words(why: str) -> None:
    """Each reason to refuse a person is said, each in its own words."""
    text = problems.explain(errors.NotAllowed(why)).text
    assert len(text.splitlines()) == 2
    assert ("Slack does not answer" in text) == (why == "unknown")


@pytest.mark.parametrize("count", [1, 2, 99, 100, 101, 150])
def test_reports_of_any_size(count: int) -> None:
    """Up to a hundred lists are in the table; where there are more, a button offers all of them as a file."""
    every = [PromoList(str(n), f"List {n}", n * 10) for n in range(count)]
    message = lists.report(every, at=NOW)
    assert problems_with_blocks(message.blocks, "message") == []
    table = next(block for block in message.blocks if block["type"] == "data_table")
    assert len(table["rows"]) - 1 == min(count, 100)
    offered = "as a file" in str(message.blocks)
    assert offered == (f"{count - 100} more list" in message.text) == (count > 100)
    assert len(lists.lists_csv(every).decode("utf-8-sig").splitlines()) - 1 == count


@settings(max_examples=40, deadline=2000)
@given(
    st.lists(st.builds(PromoList, st.text(max_size=40), st.text(max_size=200), st.integers(-5, 10**9)), max_size=120)
)
def test_reports_of_anything(every: list[PromoList]) -> None:
    """Whatever lists are called, Slack accepts the report, the options and the Home tab."""
    if every:
        message = lists.report(every, words="x", at=NOW, shared_by="U1")
        assert problems_with_blocks(message.blocks, "message") == []
        assert problems_with_blocks(lists.one_list(every[0], UPLOADS, NOW).blocks, "message") == []
        assert problems_with_view(forms.upload_form(every[0])) == []
    assert len(lists.list_options(every, "")) <= 100
    assert problems_with_view(home.home_view(every, UPLOADS, NOW)) == []


def test_the_other_answers() -> None:
    """Help, empty answers, history and the Home tab without PersonaClick are accepted by Slack."""
    for message in (
        help_message((Example("lists", "how many codes each list has left"),)),
        lists.no_lists(),
        choices.which_list(errors.UnknownList("x" * 5000, (LIST.choice,) * 30, several=True)),
        choices.which_list(errors.UnknownList("x", (LIST.choice,), before="list ")),
        choices.which_list(errors.UnknownList("x")),
        choices.unknown_words("lits", "lists"),
        choices.unknown_words("sprnig", "", [LIST.choice]),
        choices.unknown_words("", ""),
        forms.how_to_load(LIST),
        forms.how_to_load(None),
        history.where_undo_is(UPLOADS),
        history.where_undo_is([]),
        history.history(UPLOADS),
        history.history([], history.Narrowed(LIST)),
        history.whose("@ben", []),
        history.whose("@ben", ["U1", "U2"]),
        problems.unexpected("ab12"),
        problems.no_file(),
        problems.file_sent(),
    ):
        assert problems_with_blocks(message.blocks, "message") == []
        assert message.text
    assert problems_with_view(home.home_view(problems.explain(errors.Unreachable()), [], NOW)) == []
    assert problems_with_view(forms.upload_form(None)) == []


@pytest.mark.parametrize("by", ["", "U1"])
@pytest.mark.parametrize("state", ["", "open", "done"])
@pytest.mark.parametrize("page", [1, 2])
def test_pages_of_the_history(by: str, state: str, page: int) -> None:
    """Whatever the history is narrowed to, its page and an empty one are accepted; results lead to their cards."""
    narrowed = history.Narrowed(LIST, by, state, page)
    full = history.history(UPLOADS[:9], narrowed, {"u3": "https://x.slack.com/p1"}, more=True)
    for message in (full, history.history([], narrowed)):
        assert problems_with_blocks(message.blocks, "message") == []
    assert full.text.count("<https://x.slack.com/p1|") == 1
    values = [button["value"] for button in full.blocks[-1]["elements"]]
    assert f"{narrowed.typed} page {page + 1}" in values


def test_lists_to_choose_from_are_buttons_with_ids() -> None:
    """An answer that offers several lists tells two of one name apart, and each button goes on with the same words."""
    twins = (PromoList("7", "Sale", 0).choice, PromoList("8", "Sale", 0, "north").choice)
    several = problems.explain(errors.UnknownList("sale", twins, True, "watch ", " below 500"))
    near = problems.explain(errors.UnknownList("salle", twins[:1], before="list "))
    assert [several.text, near.text] == [
        "2 lists match “sale”.\nChoose one: Sale (7) or north/Sale (8).",
        "No list is called “salle”.\nDid you mean Sale?",
    ]
    buttons = several.blocks[-1]["elements"] + near.blocks[-1]["elements"]
    assert [(button["text"]["text"], button["value"]) for button in buttons] == [
        ("Sale (7)", "watch 7 below 500"),
        ("north/Sale (8)", "watch north/8 below 500"),
        ("Sale (7)", "list 7"),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Sale\u202egpj.exe", "Salegpj.exe"),
        ("S\u200ba\u2060l\ufeffe\u00ad", "Sale"),
        ("👩\u200d💻 and a\u200db", "👩\u200d💻 and ab"),
        ("cut \ud83d off", "cut  off"),
        ("tab\tstays\x07", "tab\tstays"),
        ("Распродажа", "Распродажа"),
    ],
)
def test_signs_nobody_sees_are_not_repeated(text: str, shown: str) -> None:
    """Direction and zero-width signs in anybody's words leave a message, wherever they stand in it."""
    line: kit.Line = [text, kit.Bold(text), kit.Code(text), kit.Link("https://x", text)]
    block = kit.rich([line])
    assert [part["text"] for part in block["elements"][0]["elements"]] == [shown] * 4
    assert kit.flat([line]) == f"{shown * 3}<https://x|{shown}>"
    assert kit.header(text)["text"]["text"] == shown
    assert tables.data_table(text, ["A"], [[text]])["rows"][1][0]["text"] == shown
    assert kit.small([[text]])["elements"][0]["text"] == shown


def test_the_home_tab_sums_up_first() -> None:
    """The Home tab says how all lists stand, then each list, neediest first."""
    view = home.home_view([PromoList("1", "Full", 9_000), PromoList("2", "Bare", 12)], [], NOW)
    said = "".join(one.get("text", "") for one in view["blocks"][1]["elements"][0]["elements"])
    assert said.splitlines() == [
        "2 lists: 1 low, 1 in stock. 9,012 codes available. Low means under 500.",
        f"{'12'.rjust(9, home.NO_BREAK)}  Bare · Low ◔",
        f"{'9,000'.rjust(9, home.NO_BREAK)}  Full",
    ]


def test_small_words() -> None:
    """Numbers, durations, bars and lists of names read well."""
    assert [counted(n, "code") for n in (0, 1, 1234567)] == ["0 codes", "1 code", "1,234,567 codes"]
    assert [duration(n) for n in (1, 31, 61, 600, 7300)] == [
        "about 5 seconds",
        "about 30 seconds",
        "about 1 minute",
        "about 10 minutes",
        "about 2 hours",
    ]
    assert [bar(n, 4, 4) for n in (0, 3, 4)] == ["░░░░", "███░", "████"]
    assert bar(999, 1000, 4) == "███░"
    assert names(["a", "b", "c", "d", "e", "f"], 2) == "a, b and 4 more"
    assert (names(["a"]), names(["a", "b"]), names([])) == ("a", "a and b", "")
    assert clip("abcdef", 4) == "abc…"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_runs_as_a_formula(start: str) -> None:
    """A value that Excel would run is made harmless."""
    cell = f"{start}cmd|calc"
    text = csv_file(["value"], [[cell]]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["value"], [f"'{cell}"]]


@settings(max_examples=50, deadline=2000)
@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.sampled_from(["repeated", "date"]), st.text(max_size=30)), max_size=50)
)
def test_rows_left_out_are_read_as_they_were_packed(rows: list[tuple[int, str, str]]) -> None:
    """Whatever stands in them, brackets too, the rows of a report come out one by one as they went in."""
    text = json.dumps(rows, ensure_ascii=False).encode(errors="replace")
    expected = [tuple(row) for row in json.loads(text)]
    assert list(left_out_rows(zlib.compress(text))) == expected


def test_many_rows_left_out_are_never_in_memory_together() -> None:
    """100,000 rows become a CSV within a few megabytes."""
    packed = zlib.compress(json.dumps([(n, "repeated", f"SPRING-{n:07d}[") for n in range(100_000)]).encode(), 1)
    upload = Upload("u", State.CHECKED)
    tracemalloc.start()
    with left_out_csv(upload, packed) as content:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        lines = content.read().decode("utf-8-sig").splitlines()
    assert len(lines) == 100_001
    assert lines[100_000].endswith(",SPRING-0099999[")
    assert peak < 8_000_000


def test_many_refused_codes_are_never_in_memory_together() -> None:
    """A hundred batches of codes become a CSV within a few megabytes, opened one after the other."""

    def refused() -> Iterator[tuple[Batch, list[str], list[int]]]:
        for number in range(100):
            codes = [f"SPRING-{number:03d}-{n:04d}" for n in range(1_000)]
            yield Batch(number, 0, 1_000, BatchState.REFUSED, message="No"), codes, list(range(1, 1_001))

    tracemalloc.start()
    with codes_csv(Upload("u", State.PARTLY_DONE, file_name="a.csv"), refused()) as content:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        lines = content.read().decode("utf-8-sig").splitlines()
    assert (len(lines), lines[100_000]) == (100_001, "a.csv,1000,No,SPRING-099-0999")
    assert peak < 4_000_000
