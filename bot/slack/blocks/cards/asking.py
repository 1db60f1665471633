"""The card that asks what a file's codes are, where the evidence is not enough: one click, then the ordinary card."""

from __future__ import annotations

from bot.promo.findings import Candidate, Checked, Kind
from bot.promo.uploads import Upload
from bot.slack.blocks import ids
from bot.slack.blocks.cards.lines import shared
from bot.slack.blocks.kit import Block, Bold, Code, Line, button, clip, counted, names
from bot.slack.blocks.shape import Card

_OFFERED = 3
_IGNORED_SHOWN = 6


def asking(upload: Upload, result: Checked) -> Card:
    """What may be the codes, a button for each, and no *Upload* before a person chose."""
    candidates = result.layout.candidates
    offered = candidates[:_OFFERED]
    marked = next((mark for mark in result.marked if mark.count == mark.of and mark.kind is not Kind.EXPIRED), None)
    if len(candidates) > 1:
        title, why = "Which of these are the codes?", "More than one part of this file looks like promo codes."
    elif marked is not None:
        title = "Load codes that are marked as used?"
        why = f"All {counted(marked.of, 'code')} are marked as {marked.kind.value} (column {marked.column})."
    else:
        title, why = "Are these promo codes?", "I am not sure that these are promo codes."
    lines: list[Line] = [[why], *(_line(one, candidates) for one in offered)]
    if len(candidates) > len(offered):
        lines.append([f"and {len(candidates) - len(offered)} more: press Reading options to see them."])
    if ignored := _ignored(result):
        lines.append([f"Not taken from it: {ignored}."])
    lines.append(["Nothing can be uploaded before you choose."])
    return Card(
        title,
        lines,
        buttons=[
            *(_button(upload, at, one, candidates) for at, one in enumerate(offered)),
            *([button("All of them", f"{ids.PICK}:all", upload.ref)] if len(candidates) > 1 else []),
            button("Cancel", ids.CANCEL, upload.ref),
            button("Reading options", ids.READING, upload.ref),
        ],
        small=[shared(upload)],
    )


def _line(one: Candidate, candidates: tuple[Candidate, ...]) -> Line:
    samples: list[str | Code] = []
    for sample in one.samples:
        samples += [" ", Code(sample)]
    return [Bold(f"{_name(one, candidates)}:") if len(candidates) > 1 else "They look like", *samples]


def _name(one: Candidate, candidates: tuple[Candidate, ...]) -> str:
    """The title of a column; with its sheet or file, where there are several."""
    where = [
        getattr(one, part) for part in ("file", "sheet") if len({getattr(other, part) for other in candidates}) > 1
    ]
    column = one.title if one.title and one.title not in where else "" if where else f"column {one.column + 1}"
    return ", ".join([*where, *([column] if column else [])])


def _button(upload: Upload, at: int, one: Candidate, candidates: tuple[Candidate, ...]) -> Block:
    words = f"Codes are in “{clip(_name(one, candidates), 50)}”" if len(candidates) > 1 else "Yes, these are codes"
    return button(words, f"{ids.PICK}:{at}", upload.ref)


def _ignored(result: Checked) -> str:
    """The other columns by their titles."""
    taken = {one.column for one in result.layout.candidates}
    others = [one.title for one in result.layout.columns if one.index not in taken and one.title]
    return names([f"“{clip(title, 30)}”" for title in others], _IGNORED_SHOWN) if others else ""
