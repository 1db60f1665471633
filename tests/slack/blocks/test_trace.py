"""What a trace says, for every fate of an upload."""

from __future__ import annotations

from dataclasses import replace

from bot.promo.tracing import Origin, Traced, TraceNote
from bot.promo.uploads import Progress, State, Upload
from bot.slack.blocks.kit import Message
from bot.slack.blocks.trace import trace, with_notes
from bot.stand_ins.slack import problems_with_blocks

DONE = Upload(
    "a",
    State.DONE,
    list_id="7",
    list_name="<!channel> Sale",
    file_name="a.csv",
    confirmed_by="U1",
    confirmed_at=1_800_000_000,
    progress=Progress(total=10, accepted=10),
)


def lines(message: Message) -> list[str]:
    """The lines of a message that Slack takes."""
    assert problems_with_blocks(message.blocks, "message") == []
    return message.text.splitlines()


def told(upload: Upload, *, taken_back: bool = False) -> list[str]:
    """What is said of the upload's fate."""
    found = lines(trace([Traced("SPRING-7KQ2", (Origin("a", taken_back),))], {"a": upload}))
    return found[3:-2]


def test_one_code_that_is_ours() -> None:
    """Masked code, list, person, time, file, what is not known, and that nothing is kept."""
    assert lines(trace([Traced("SPRING-7KQ2", (Origin("a", taken_back=False),))], {"a": DONE})) == [
        "Trace of one code",
        "SP••••••••2 is ours.",
        "Loaded into &lt;!channel&gt; Sale (id 7) by <@U1>, "
        "<!date^1800000000^{date_short_pretty} {time}|2027-01-15 08:00 UTC>, from a.csv.",
        "Whether a code was handed out or used, PersonaClick does not tell me.",
        "Only you see this. The codes are kept nowhere; the history says “traced 1 code”.",
    ]


def test_what_became_of_the_upload() -> None:
    """Taken back, being taken back, or in doubt."""
    undone = replace(DONE, state=State.UNDONE, undone_by="U2", progress=Progress(10, 10, taken_back=9, already_gone=1))
    doubtful = replace(DONE, state=State.PARTLY_DONE, progress=Progress(10, 8, unsure=2))
    assert told(undone, taken_back=True) == [
        "That upload was taken back by <@U2>.",
        "1 code of it had gone out before; this may be one of them.",
    ]
    assert told(replace(DONE, state=State.UNDOING)) == ["That upload is being taken back now."]
    assert told(doubtful) == ["Of 2 codes of that upload it is not known whether they arrived."]


def test_what_is_not_known_yet_is_said() -> None:
    """A code that left a moment ago is not called foreign without a word."""
    assert [line for line in lines(trace([Traced("X-1")], {}, behind=True)) if "Ask again" in line] == [
        "An upload is being written down just now; its codes are known here in a moment. Ask again then."
    ]


def test_thousands_of_codes_from_many_uploads_fit_in_a_message() -> None:
    """Uploads beyond ten are counted, places beyond five, too."""
    uploads = {f"r{n}": replace(DONE, ref=f"r{n}", list_name="x" * 200, file_name="y" * 200) for n in range(30)}
    codes = [Traced(f"CODE-{n}", (Origin(f"r{n % 30}", taken_back=False),)) for n in range(3000)]
    said = lines(trace(codes, uploads))
    assert said[1] == "3,000 of 3,000 are ours."
    assert "And in 20 other uploads." in said


def test_traces_are_noted_below_the_history() -> None:
    """Who, how many, when; without a trace the history is as it was."""
    message = Message("Uploads", [])
    assert with_notes(message, []) is message
    assert lines(with_notes(message, [TraceNote(1_800_000_000, "U1", 12)]))[1].startswith("<@U1> traced 12 codes, ")
