"""Forms: to load codes privately, and to change how a file is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.errors import UnknownList
from bot.promo.findings import KEEPABLE, KEPT_BY_DEFAULT, Kind, Layout, Options
from bot.promo.lists import PromoList
from bot.promo.uploads import Upload
from bot.slack.blocks import ids
from bot.slack.blocks.cards.findings import label
from bot.slack.blocks.choices import ask, said
from bot.slack.blocks.kit import (
    Block,
    Bold,
    Line,
    Message,
    Person,
    clip,
    counted,
    external_select,
    labelled,
    names,
    number,
    option,
    plain,
    rich,
    static_select,
)
from bot.slack.blocks.lists import list_option

_COLUMNS_SHOWN = 100
_REPAIR = "repair"
_AUTO = "auto"


@dataclass(frozen=True, slots=True)
class FormInput:
    """What the upload form holds."""

    list_key: str
    codes: str
    files: tuple[str, ...]


def upload_form(promo_list: PromoList | None, unknown: UnknownList | None = None) -> Block:
    """The form of `/promo upload`, with a list chosen already perhaps, or why it is not: the one typed is `unknown`.

    The words that were unclear stay with the form, so that its list chooser offers first what they may mean.
    """
    initial = list_option(promo_list) if promo_list else None
    paste: Block = {
        "type": "plain_text_input",
        "action_id": ids.FORM_CODES,
        "multiline": True,
        "max_length": 3000,
        "placeholder": plain("One code per line", 150),
    }
    # Any type of file: whatever cannot be read gets a card that says what it is, and the way out.
    files: Block = {"type": "file_input", "action_id": ids.FORM_FILES, "max_files": 10}
    return {
        "type": "modal",
        "callback_id": ids.UPLOAD_FORM,
        "title": plain("Load promo codes", 24),
        "submit": plain("Check", 24),
        "close": plain("Close", 24),
        "private_metadata": unknown.words if unknown else "",
        "blocks": [
            *([rich(_unclear(unknown))] if unknown else []),
            labelled(ids.FORM_LIST, "List", external_select(ids.FORM_LIST, "Choose a list", initial)),
            labelled(
                ids.FORM_CODES,
                "Codes",
                paste,
                hint="Paste codes, or add files below. Up to 3,000 characters.",
                optional=True,
            ),
            labelled(ids.FORM_FILES, "Files", files, hint="Up to 10 files of 10 MB each.", optional=True),
            {
                "type": "context",
                "elements": [
                    plain("You get a card in our direct messages. Nothing is uploaded before you confirm there.", 300)
                ],
            },
        ],
    }


def how_to_load(promo_list: PromoList | None) -> Message:
    """Both ways to load codes, for a message, after which Slack lets no form open by itself."""
    if promo_list is None:
        return said(
            [["Drop a file of codes here, or open the form to paste them."]],
            [ask("Load codes", "upload", style="primary")],
        )
    lines: list[Line] = [["To load codes into ", Bold(clip(promo_list.title, 100)), ", open the form."]]
    lines.append(["Or drop a file here, and choose the list on its card."])
    button = f"Load into {clip(promo_list.title, 60)}"
    return said(lines, [ask(button, f"upload {promo_list.choice.key}", style="primary")])


def _unclear(unknown: UnknownList) -> list[Line]:
    words = clip(unknown.words, 100)
    if unknown.several:
        found = counted(len(unknown.candidates), "list")
        return [[Bold(f"{found} match “{words}”."), " They come first in the chooser below."]]
    first: Line = [Bold(f"No list is called “{words}”.")]
    if unknown.candidates:
        meant = names([choice.title for choice in unknown.candidates], last="or")
        return [first, [f"Did you mean {meant}? Choose the list below."]]
    return [first, ["Choose the list below."]]


def parse_upload_form(values: Mapping[str, Any]) -> FormInput:
    """What was filled in."""
    return FormInput(
        list_key=_chosen(values, ids.FORM_LIST),
        codes=str(_value(values, ids.FORM_CODES).get("value") or "").strip(),
        files=tuple(str(one["id"]) for one in _value(values, ids.FORM_FILES).get("files") or ()),
    )


def upload_form_errors(typed: FormInput) -> dict[str, str]:
    """What is missing, by input."""
    if not typed.list_key:
        return {ids.FORM_LIST: "Choose the list the codes are for."}
    if not typed.codes and not typed.files:
        return {ids.FORM_CODES: "Paste codes here, or add a file below."}
    return {}


def decline_form(upload: Upload, block_id: str) -> Block:
    """Why an upload is declined; `block_id` is that of the button, which says what the card showed."""
    reason: Block = {
        "type": "plain_text_input",
        "action_id": ids.FORM_REASON,
        "max_length": 300,
        "placeholder": plain("The wrong list, too many codes, …", 150),
    }
    codes = counted(upload.progress.total, "code")
    lines: list[Line] = [
        [Bold(codes), " for ", Bold(upload.list_name), " are not uploaded, and are wiped here."],
        ["The reason stands on the card, and ", Person(upload.confirmed_by), " is told."],
    ]
    return {
        "type": "modal",
        "callback_id": ids.DECLINE_FORM,
        "private_metadata": block_id,
        "title": plain("Decline the upload", 24),
        "submit": plain("Decline", 24),
        "close": plain("Not now", 24),
        "blocks": [rich(lines), labelled(ids.FORM_REASON, "Reason", reason)],
    }


def parse_decline_form(values: Mapping[str, Any]) -> str:
    """The reason that was typed."""
    return str(_value(values, ids.FORM_REASON).get("value") or "").strip()


def decline_form_errors() -> dict[str, str]:
    """No reason was given."""
    return {ids.FORM_REASON: "Say in a few words why, for whoever asked."}


def reading_form(upload: Upload) -> Block:
    """How a file is to be read: what it offers, and what of the doubtful rows to keep."""
    options, layout = upload.options, upload.checked.layout if upload.checked else None
    blocks: list[Block] = []
    if layout and len(layout.sheets) > 1:
        # By their places: a name may be longer than a choice's value.
        sheets = [option(one, str(place)) for place, one in enumerate(layout.sheets)]
        current = str(layout.sheets.index(layout.sheet)) if layout.sheet in layout.sheets else ""
        blocks.append(_select(ids.FORM_SHEET, "Sheet", sheets, current))
    if layout and len(layout.columns) > 1:
        # Slack shows 100 choices at most.
        first = layout.columns[:_COLUMNS_SHOWN]
        shown = first if layout.column in (None, *first) else (*first[:-1], layout.column)
        columns = [option(f"{one.index + 1}: {one.title or one.sample}", str(one.index)) for one in shown if one]
        blocks.append(
            _select(
                ids.FORM_COLUMN, "Column with the codes", columns, str(layout.column.index) if layout.column else ""
            )
        )
    if layout:
        yes = f"The header is in line {number(layout.header)}" if layout.header > 1 else "The first row is a header"
        answers = [option(yes, "yes"), option("There is no header: the first row is a code", "no")]
        blocks.append(_select(ids.FORM_HEADER, "First row", answers, "yes" if layout.header else "no"))
    if layout and len(layout.encodings) > 1:
        encodings = [option(one, one) for one in layout.encodings]
        blocks.append(_select(ids.FORM_ENCODING, "Encoding", encodings, layout.encoding))
    blocks += [_keep(upload), _repair(options)]
    return {
        "type": "modal",
        "callback_id": ids.READING_FORM,
        "private_metadata": upload.ref,
        "title": plain("Reading options", 24),
        "submit": plain("Check again", 24),
        "close": plain("Close", 24),
        "blocks": blocks,
    }


def options_from(values: Mapping[str, Any], upload: Upload) -> Options:
    """What was chosen in the reading form; what it only showed is left to the evidence, or to an earlier choice."""
    layout, before = upload.checked.layout if upload.checked else Layout(""), upload.options
    kept = _ticked(values, ids.FORM_KEEP)
    place, encoding = _chosen(values, ids.FORM_SHEET), _chosen(values, ids.FORM_ENCODING)
    sheet = layout.sheets[int(place)] if place.isdecimal() and int(place) < len(layout.sheets) else ""
    column, header = _chosen(values, ids.FORM_COLUMN), _chosen(values, ids.FORM_HEADER)
    if sheet and sheet != layout.sheet:
        # Another sheet has other columns.
        before, column, header = replace(before, sheet=sheet, column=None, header=None), "", ""
    # What a card asks about is chosen by sending the form, also as it opened.
    shown_column = str(layout.column.index) if layout.column and not layout.asks else ""
    return replace(
        before,
        trusted=before.trusted or layout.asks,
        encoding=encoding if encoding and encoding != layout.encoding else before.encoding,
        column=int(column) if column.isdigit() and column != shown_column else before.column,
        header=header == "yes" if header and (header == "yes") != bool(layout.header) else before.header,
        keep=frozenset(kind for kind in KEEPABLE if kind.value in kept),
        repair=bool(_ticked(values, ids.FORM_REPAIR)),
    )


def _keep(upload: Upload) -> Block:
    options, found = upload.options, upload.checked.findings if upload.checked else ()
    counts = {one.kind: one.count for one in found}
    # Slack shows 10 boxes at most: those this file has, and those that are ticked.
    kinds = [kind for kind in Kind if kind in KEEPABLE and kind in {*counts, *options.keep, *KEPT_BY_DEFAULT}][:10]
    choices = [
        option(f"{label(kind)} ({number(counts[kind])})" if kind in counts else label(kind), kind.value)
        for kind in kinds
    ]
    boxes = _boxes(ids.FORM_KEEP, choices, {kind.value for kind in options.keep})
    usual = ", ".join(label(kind).lower() for kind in Kind if kind in KEPT_BY_DEFAULT)
    return labelled(ids.FORM_KEEP, "Upload these rows too", boxes, hint=f"Ticked by default: {usual}.", optional=True)


def _repair(options: Options) -> Block:
    choices = [
        option("Put back zeros that the cell format proves; write dashes, &amp; and full-width as usual", _REPAIR)
    ]
    return labelled(
        ids.FORM_REPAIR, "Repair", _boxes(ids.FORM_REPAIR, choices, {_REPAIR} if options.repair else ()), optional=True
    )


def _boxes(name: str, choices: list[Block], ticked: Collection[str]) -> Block:
    boxes: Block = {"type": "checkboxes", "action_id": name, "options": choices}
    if initial := [one for one in choices if one["value"] in ticked]:
        boxes["initial_options"] = initial
    return boxes


def _ticked(values: Mapping[str, Any], name: str) -> set[str]:
    return {str(one["value"]) for one in _value(values, name).get("selected_options") or ()}


def _select(name: str, title: str, options: list[Block], chosen: str) -> Block:
    initial = next((one for one in options if one["value"] == chosen), None)
    return labelled(name, title, static_select(name, "Choose", options, initial))


def _value(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = (values.get(name) or {}).get(name)
    return found if isinstance(found, Mapping) else {}


def _chosen(values: Mapping[str, Any], name: str) -> str:
    return str((_value(values, name).get("selected_option") or {}).get("value") or "")
