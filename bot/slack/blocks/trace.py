"""What a person is told of codes they ask about. Codes are masked, and never written down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.promo.codes import mask
from bot.promo.tracing import Traced, TraceNote
from bot.promo.uploads import State, Upload
from bot.slack.blocks.kit import (
    BULLET,
    Bold,
    Code,
    Line,
    Message,
    Person,
    When,
    clip,
    counted,
    flat,
    header,
    names,
    number,
    rich,
    small,
)

_USED: Line = ["Whether a code was handed out or used, PersonaClick does not tell me."]
_NOT_HERE: Line = ["It may have come into PersonaClick in another way; only what this bot loaded is known here."]
_BEHIND: Line = ["An upload is being written down just now; its codes are known here in a moment. Ask again then."]
_UPLOADS_AT_MOST = 10
_NAMED_AT_MOST = 5


def trace(codes: Sequence[Traced], uploads: Mapping[str, Upload], *, behind: bool = False) -> Message:
    """Where the codes came from; `uploads` are by ref. For the person who asked alone.

    `behind` says that codes which just left are not known yet.
    """
    ours = [one for one in codes if any(origin.ref in uploads for origin in one.origins)]
    if len(codes) == 1:
        title, lines = "Trace of one code", _one_code(codes[0], uploads)
    else:
        title = f"Trace of {counted(len(codes), 'code')}"
        lines = [[Bold(f"{number(len(ours))} of {number(len(codes))} {_are(len(ours))} ours.")]]
        lines += _by_upload(codes, uploads)
        if len(ours) < len(codes):
            rest = counted(len(codes) - len(ours), "other")
            lines.append([f"The {rest} {_were(len(codes) - len(ours))} never loaded with this bot."])
    if behind and len(ours) < len(codes):
        lines.append(_BEHIND)
    lines.append(_USED)
    below: list[Line] = [[f"Only you see this. The codes are kept nowhere; the history says “{noted(len(codes))}”."]]
    return Message(flat([[title], *lines, *below]), [header(title), rich(lines), small(below)])


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _one_code(traced: Traced, uploads: Mapping[str, Upload]) -> list[Line]:
    shown = Code(clip(mask(traced.code), 60))
    origins = [(uploads[one.ref], one.taken_back) for one in traced.origins if one.ref in uploads]
    if not origins:
        return [[shown, Bold(" was never loaded with this bot.")], _NOT_HERE]
    lines: list[Line] = [[shown, Bold(" is ours.")]]
    for upload, taken_back in origins[:_UPLOADS_AT_MOST]:
        lines += [_loaded(upload), *_fate(upload, taken_back=taken_back)]
    return lines


def _loaded(upload: Upload) -> Line:
    return [
        "Loaded into ",
        Bold(upload.list_name),
        f" (id {upload.list_id}) by ",
        Person(upload.confirmed_by),
        ", ",
        When(upload.confirmed_at),
        f", from {upload.file_name}.",
    ]


def _fate(upload: Upload, *, taken_back: bool) -> list[Line]:
    """What became of the upload since, as far as it concerns one of its codes."""
    progress = upload.progress
    if taken_back:
        gone = progress.already_gone + progress.unclear
        by: Line = [" by ", Person(upload.undone_by)] if upload.undone_by else []
        lines: list[Line] = [["That upload was taken back", *by, "."]]
        if gone:
            verb = "had" if gone == 1 else "may have"
            lines.append([f"{counted(gone, 'code')} of it {verb} gone out before; this may be one of them."])
        return lines
    if upload.state is State.UNDOING:
        return [["That upload is being taken back now."]]
    if progress.unknown:
        return [[f"Of {counted(progress.unknown, 'code')} of that upload it is not known whether they arrived."]]
    return []


def _by_upload(codes: Sequence[Traced], uploads: Mapping[str, Upload]) -> list[Line]:
    """A line for each upload, with the places of its codes in what was asked."""
    places: defaultdict[tuple[str, bool], list[int]] = defaultdict(list)
    for place, one in enumerate(codes, 1):
        for origin in one.origins:
            if origin.ref in uploads:
                places[origin.ref, origin.taken_back].append(place)
    lines: list[Line] = []
    for (ref, taken_back), found in list(places.items())[:_UPLOADS_AT_MOST]:
        shown = [f"no. {number(place)} {clip(mask(codes[place - 1].code), 40)}" for place in found]
        back = " and taken back since" if taken_back else ""
        told = f" {counted(len(found), 'code')}{back}: {names(shown, _NAMED_AT_MOST)}."
        lines.append([BULLET, *_loaded(uploads[ref]), told])
    if (more := len(places) - _UPLOADS_AT_MOST) > 0:
        lines.append([f"And in {counted(more, 'other upload')}."])
    return lines


def noted(codes: int) -> str:
    """What the history says of a trace."""
    return f"traced {counted(codes, 'code')}"


def with_notes(message: Message, found: Sequence[TraceNote]) -> Message:
    """The history with small print on who asked where codes came from."""
    if not found:
        return message
    lines: list[Line] = [[Person(one.user), f" {noted(one.codes)}, ", When(one.at)] for one in found]
    return Message(f"{message.text}\n{flat(lines)}", [*message.blocks, small(lines)], [*message.lines, *lines])


def no_code_named() -> Message:
    """`/promo trace` alone."""
    lines: list[Line] = [
        [Bold("Which code?")],
        ["Type it after the command, or paste several: ", Code("/promo trace SPRING-7KQ2 SPRING-9XW4")],
        ["You learn which of them this bot loaded: to which list, when, by whom. Only you see the answer."],
    ]
    return Message(flat(lines), [rich(lines)])
