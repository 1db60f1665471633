"""What people decided about an upload is told in the history, with who it was."""

from __future__ import annotations

from bot.promo.uploads import Change, Progress, State, Upload
from bot.slack.blocks.history import history
from bot.stand_ins.slack import problems_with_blocks

UPLOAD = Upload(
    "ref",
    State.PARTLY_DONE,
    list_name="Spring",
    file_name="a.csv",
    confirmed_by="U1",
    confirmed_at=1.0,
    progress=Progress(total=9, accepted=4),
    decisions=(
        Change(1.0, "confirm", "U1"),
        Change(2.0, "resume", "U2"),
        Change(3.0, "stop", "U3"),
    ),
)


def test_the_history_says_who_decided() -> None:
    """Everything decided after the confirmation stands in the row and in the text."""
    message = history([UPLOAD])
    assert message.text.endswith("sent 4 of 9, resumed by <@U2>, stopped by <@U3>")
    assert problems_with_blocks(message.blocks, "message") == []
    table = next(block for block in message.blocks if block["type"] == "data_table")
    head, row = table["rows"]
    assert head[-1]["text"] == "Decided"
    assert [part.get("text", part.get("user_id")) for part in row[-1]["elements"][0]["elements"]] == [
        "resumed by ",
        "U2",
        ", ",
        "stopped by ",
        "U3",
    ]


def test_without_decisions_there_is_no_column() -> None:
    """Uploads that only were confirmed need no word about it."""
    undecided = Upload("ref", State.DONE, confirmed_by="U1", decisions=(Change(1.0, "confirm", "U1"),))
    table = next(block for block in history([undecided]).blocks if block["type"] == "data_table")
    assert [cell["text"] for cell in table["rows"][0]] == ["When", "List", "Codes", "Result", "By", "File"]
