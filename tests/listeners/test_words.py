"""What a person typed, after a command or in a message."""

from typing import get_args

import pytest

from bot.listeners.routes import ANSWERS
from bot.listeners.words import (
    COMMANDS,
    Help,
    History,
    Lists,
    OneList,
    Typed,
    Undo,
    Unknown,
    UploadForm,
    parse,
    parse_message,
)


@pytest.mark.parametrize(
    ("command", "text", "typed"),
    [
        ("/promo", "", Help()),
        ("/promo", "  help ", Help()),
        ("/promo", "lists", Lists("")),
        ("/promo", "LISTS  Spring   sale ", Lists("Spring sale")),
        ("/promo-lists", "", Lists("")),
        ("/promo-lists", "lists", Lists("lists")),
        ("/promo", "list 100500", OneList("100500")),
        ("/promo", "list", Lists("")),
        ("/promo", "upload", UploadForm("")),
        ("/promo-upload", "spring", UploadForm("spring")),
        ("/promo", "history spring sale", History("spring sale")),
        ("/promo", "list\tspring", OneList("spring")),
        ("/promo", "lists\nspring sale", Lists("spring sale")),
        ("/promo", "lists?", Lists("")),
        ("/promo", "help!", Help()),
        ("/promo", "lists sale?", Lists("sale")),
        ("/promo", "please list spring sale, thanks!", OneList("spring sale")),
        ("/promo", "spring sale?", Unknown("spring sale", "")),
        ("/promo", "?", Help()),
        ("/promo", "/promo lists", Lists("")),
        ("/promo", "promo-upload spring", UploadForm("spring")),
        ("/promo", "promo lists sale", Lists("sale")),
        ("/promo", "promo for men", Unknown("promo for men", "")),
        ("/promo", "hisotry", Unknown("hisotry", "history")),
        ("/promo", "uplaod x", Unknown("uplaod x", "upload x")),
        ("/promo", "spring sale", Unknown("spring sale", "")),
        ("/promo", "zzzz", Unknown("zzzz", "")),
        ("/promo", "stock", Lists("")),
        ("/promo", "left spring", Lists("spring")),
        ("/promo", "status", Lists("")),
        ("/promo", "load spring", UploadForm("spring")),
        ("/promo", "add", UploadForm("")),
        ("/promo", "log", History("")),
        ("/promo", "undo", Undo()),
        ("/promo", 'list "spring sale"', OneList("spring sale")),
        ("/promo", "list “spring sale”", OneList("spring sale")),
        ("/promo", "«spring sale»", Unknown("spring sale", "")),
        ("/promo", 'list "', OneList('"')),
        ("/promo", "li\u200bsts \u202esale", Lists("sale")),
        ("/promo", f"list {'x' * 5000}", OneList("x" * 195)),
    ],
)
def test_words(command: str, text: str, typed: Typed) -> None:
    """Commands, their aliases and synonyms are told apart; a slip names the nearest, with the words that follow."""
    assert parse(command, text) == typed


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("lists", Lists("")),
        ("Lists sale", Lists("sale")),
        ("/promo lists sale", Lists("sale")),
        ("promo-upload spring", UploadForm("spring")),
        ("/promo", Help()),
        ("hello", Help()),
        ("<@U0BOT> stock", Lists("")),
        ("<@U0BOT|promo> list A &amp; B", OneList("A & B")),
        ("<@U0BOT>", Help()),
        ("promotion", Unknown("promotion", "")),
        ("Promo: lists sale", Lists("sale")),
        ("<@U0BOT>, lists sale", Lists("sale")),
        ("“list spring sale”", OneList("spring sale")),
        ("«spring sale»", Unknown("spring sale", "")),
        ("ok", Unknown("ok", "")),
        ("trcae SECRET-7KQ2", Unknown("trcae", "trace")),
        ("Tracecode: SECRET-7KQ2", Unknown("tracecode", "trace")),
        ("", Help()),
    ],
)
def test_messages(text: str, typed: Typed) -> None:
    """A message needs no slash, may have one, and may begin with the bot's name."""
    assert parse_message(text) == typed


def test_each_kind_of_words_has_an_answer() -> None:
    """What can be parsed can be answered, and no two commands claim one word."""
    assert set(ANSWERS) == set(get_args(Typed))
    every = [word for command in COMMANDS for word in (command.word, *command.synonyms)]
    assert len(every) == len(set(every))
    for command in COMMANDS:
        for example in command.examples:
            assert parse("/promo", example.typed) == command.parse(example.typed.partition(" ")[2])


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("history", History()),
        ("history me", History(by="me")),
        ("history open", History(state="open")),
        ("history spring sale @ben open page 3", History("spring sale", "@ben", "open", 3)),
        ("history &lt;@U2|ben&gt; paused", History(by="<@U2>", state="paused")),
        ("history <@U2> “spring sale”", History("spring sale", "<@U2>")),
        ("history by me", History(by="me")),
        ("history of spring sale", History("spring sale")),
        ("history from @ben to spring sale open", History("to spring sale", "@ben", "open")),
        ("history page", History("page")),
        ("history spring page 0", History("spring", page=1)),
    ],
)
def test_what_narrows_the_history(text: str, typed: Typed) -> None:
    """A person, a state and a page may stand anywhere; the other words name the list."""
    assert parse("/promo", text) == typed
