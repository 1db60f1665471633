"""The card that asks: what will be uploaded, what will not, and why."""

from __future__ import annotations

from bot.promo.findings import REPAIRABLE, Checked, Fate, Kind, Layout
from bot.promo.guessing import Guessable
from bot.promo.uploads import CardContext, Link, Upload
from bot.slack.blocks import ids
from bot.slack.blocks.cards.asking import asking
from bot.slack.blocks.cards.findings import ADVICE, DAMAGE, told, unit_of, worst
from bot.slack.blocks.cards.lines import shared
from bot.slack.blocks.cards.reading import looks, marked_button, marks
from bot.slack.blocks.kit import (
    BULLET,
    Block,
    Bold,
    Line,
    Person,
    When,
    button,
    clip,
    confirm,
    counted,
    external_select,
    names,
    number,
    option,
)
from bot.slack.blocks.kit import Link as Address
from bot.slack.blocks.lists import list_key
from bot.slack.blocks.shape import Card

_PARTS_SHOWN = 10
# Left out on a suspicion that a person can dispel.
_MAY_BE_RIGHT = frozenset({Kind.LOOKALIKE, Kind.LENGTH, Kind.WORDS, Kind.CONTROL})
# Kinds of characters: ten digits; letters of one case, or of both.
_DIGITS, _LETTERS = 10, (26, 52)


def checked(upload: Upload, context: CardContext, now: float) -> Card:
    """Ready to be confirmed."""
    result = upload.checked
    if result is None:
        return Card("Checked", [["The result of the check is gone. Share the file again."]])
    if result.layout.asks and result.codes:
        return asking(upload, result)
    lines = [
        *_counts(result),
        *_found(upload, result),
        *_guessing(result.guessable),
        *_warnings(upload, context, result, now),
    ]
    return Card(
        f"{counted(result.codes, 'code')} ready to upload" if result.codes else "No code to upload",
        lines,
        # Codes that one shop has had may be new to a list of another.
        choose=_choose(upload) if result.codes or result.known else None,
        buttons=_buttons(upload, result, context),
        small=[
            shared(upload),
            [*_how(result.layout), _skipped(result)],
        ],
    )


def _counts(result: Checked) -> list[Line]:
    lines: list[Line] = []
    if len(result.parts) > 1:
        lines += [[f"{part.name}: {counted(part.codes, 'code')}"] for part in result.parts[:_PARTS_SHOWN]]
        if len(result.parts) > _PARTS_SHOWN:
            lines.append([f"and {counted(len(result.parts) - _PARTS_SHOWN, 'more file', 'more files')}"])
    if result.unread:
        lines.append([Bold(f"Nothing is taken from {names(result.unread)}"), ": no codes found, or it cannot be read."])
    lines += [*looks(result), *marks(result)]
    marked = {mark.kind for mark in result.marked}
    told_already = sum(one.count for one in result.findings if one.kind in marked and one.fate is Fate.LEFT_OUT)
    count = max(0, result.left_out - told_already)
    left = counted(count, "other row" if told_already else "row")
    nothing = "Nothing else is left out." if told_already else "Nothing is left out."
    lines.append([Bold(f"{left} {'is' if count == 1 else 'are'} left out:")] if count else [nothing])
    return lines


def _guessing(found: Guessable | None) -> list[Line]:
    """How codes are guessed: the next from the last, or by trying."""
    if found is None:
        return []
    if found.step:
        by = f", each {number(found.step)} more than another" if found.step > 1 else ""
        return [[Bold("These codes count up"), f"{by}: whoever has one of them knows others."]]
    sorts = "digits" if found.alphabet == _DIGITS else "letters" if found.alphabet in _LETTERS else "letters and digits"
    made = f"of {found.length} {sorts}" if found.whole else f"that differ in {found.length} {sorts} only"
    odds = f"one guess in {number(found.one_in)}" if found.one_in > 1 else "nearly every guess"
    return [
        [Bold("These codes can be guessed"), f": with {number(found.codes)} codes {made}, {odds} hits a live code."]
    ]


def _found(upload: Upload, result: Checked) -> list[Line]:
    chosen, unit = bool(upload.list_id), unit_of(result)
    told_already = {mark.kind for mark in result.marked}
    findings = [one for one in result.findings if one.kind not in told_already]
    left_out = worst(findings, (Fate.LEFT_OUT,), 3)
    others = [one for one in worst(findings, (Fate.KEPT, Fate.REPAIRED, Fate.CLEANED), 3) if one.kind is not Kind.EMPTY]
    lines: list[Line] = [told(one, result.parts, chosen=chosen, unit=unit) for one in left_out]
    more = [one for one in findings if one.fate is Fate.LEFT_OUT][len(left_out) :]
    if more:
        lines.append([BULLET, f"{counted(len(more), 'other reason')}: press See every row left out"])
    if any(one.kind is Kind.ZEROS_PROVEN for one in left_out):
        lines.append(["The lost zeros can be put back: the cell format proves how many there were."])
    elif any(one.kind in REPAIRABLE for one in left_out):
        lines.append(
            ["They can be written in usual signs: a hyphen for a dash, & for &amp;, plain letters and digits."]
        )
    elif any(one.kind in _MAY_BE_RIGHT for one in left_out):
        lines.append(["If they are right as they are: press Reading options, and tick them."])
    elif upload.file_id and any(one.kind in DAMAGE and one.fate is Fate.LEFT_OUT for one in result.findings):
        lines.append([ADVICE])
    if others:
        lines.append([Bold("Will be uploaded, but worth a look:")])
        lines += [told(one, result.parts, chosen=chosen, unit=unit) for one in others]
    return lines


def _warnings(upload: Upload, context: CardContext, result: Checked, now: float) -> list[Line]:
    lines: list[Line] = []
    for link, count in () if context.same_file else context.known:
        lines.append([f"{counted(count, 'code')} of this file went to ", *_link(link)])
    if context.same_file:
        lines.append(_same_file(context.same_file))
    if context.better_list:
        lines.append(
            [
                Bold("Is this the right list?"),
                f" These codes look like those of {context.better_list}, not of {upload.list_name}.",
            ]
        )
    if not result.layout.sure:
        lines.append([Bold("Please check how the file was read"), ": see below."])
    if result.codes and upload.list_id:
        has: Line = []
        if context.available is not None:
            has = [f", which has {number(context.available)} available (", When(now), ")"]
        lines.append(["It goes to " if result.codes == 1 else "They go to ", Bold(upload.list_name), *has, "."])
    elif result.codes:
        lines.append([f"Choose the list {'it is' if result.codes == 1 else 'they are'} for."])
    return lines


def _same_file(link: Link) -> Line:
    """This file came before: what became of it then."""
    where: Line = [Address(link.permalink, link.list_name), " by ", Person(link.user), ", ", When(link.at)]
    match link.arrived:
        case None:
            return [Bold("This file is already on its way"), " to ", *where, "."]
        case 0:
            return [Bold("This file was confirmed before"), " for ", *where, ", but none of its codes arrived."]
    return [Bold("This file was already loaded"), " into ", *where, f" ({number(link.arrived)} arrived)."]


def _link(link: Link) -> Line:
    return [Address(link.permalink, link.list_name), " by ", Person(link.user), ", ", When(link.at), "."]


def _skipped(result: Checked) -> str:
    return f" {counted(result.empty, 'empty row')} skipped." if result.empty else ""


def _how(layout: Layout) -> Line:
    return [f"Read as {_layout(layout)}."]


def _layout(layout: Layout) -> str:
    parts = [layout.format.upper()]
    if layout.sheet:
        of = f", one of {number(len(layout.sheets))} sheets" if len(layout.sheets) > 1 else ""
        parts.append(f"sheet “{layout.sheet}”{of}")
    if layout.column:
        title = f" “{layout.column.title}”" if layout.column.title else ""
        parts.append(f"column {layout.column.index + 1}{title}")
    if layout.format not in ("xlsx", "xls", "ods") and layout.encoding:
        parts.append(layout.encoding.upper())
    if layout.format != "json":
        parts.append(_header(layout.header))
    return ", ".join(parts)


def _header(line: int) -> str:
    match line:
        case 0:
            return "without a header"
        case 1:
            return "with a header"
    return f"with a header in line {number(line)}"


def _choose(upload: Upload) -> Block:
    initial = None
    if upload.list_id:
        initial = option(clip(upload.list_name, 70), list_key(upload.shop, upload.list_id))
    return external_select(ids.CHOOSE_LIST, "Choose a list", initial)


def _buttons(upload: Upload, result: Checked, context: CardContext) -> list[Block]:
    buttons: list[Block] = []
    if result.codes and upload.list_id:
        sure = f"{counted(result.codes, 'code')} will be added to {upload.list_name}."
        if context.better_list:
            sure += f" They look like the codes of {context.better_list}."
        question = confirm("Upload these codes?", sure, f"Upload {number(result.codes)}")
        words = f"Upload {counted(result.codes, 'code')}"
        buttons.append(button(words, ids.CONFIRM, upload.ref, style="primary", confirm=question))
        if context.better_id:
            use = f"Use {clip(context.better_list, 60)}"
            buttons.append(button(use, ids.USE_LIST, list_key(upload.shop, context.better_id)))
    left_out = {finding.kind for finding in result.findings if finding.fate is Fate.LEFT_OUT}
    if Kind.ZEROS_PROVEN in left_out:
        buttons.append(button("Put the zeros back", ids.REPAIR, upload.ref))
    elif REPAIRABLE & left_out:
        buttons.append(button("Write them in usual signs", ids.REPAIR, upload.ref))
    if words := marked_button(result):
        buttons.append(button(words, ids.MARKED, upload.ref))
    if not result.codes and result.known:
        # The upload that loaded them may be taken back.
        buttons.append(button("Check again", ids.CHECK_AGAIN, upload.ref))
    buttons.append(button("Cancel" if result.codes else "Dismiss", ids.CANCEL, upload.ref))
    buttons.append(button("Reading options", ids.READING, upload.ref))
    if result.reported:
        buttons.append(button("See every row left out", ids.REPORT, upload.ref))
    return buttons
