"""What a person typed after a command."""

import pytest

from bot.listeners.words import Help, History, Lists, OneList, Typed, Unknown, UploadForm, parse


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
        ("/promo", "hisotry", Unknown("hisotry", "history")),
        ("/promo", "uplaod x", Unknown("uplaod", "upload")),
        ("/promo", "zzzz", Unknown("zzzz", "")),
        ("/promo", "digest weekdays", Unknown("digest", "")),
    ],
)
def test_words(command: str, text: str, typed: Typed) -> None:
    """Commands and their aliases are told apart, and a slip names the nearest."""
    assert parse(command, text) == typed
