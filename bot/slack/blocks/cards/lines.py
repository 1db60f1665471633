"""Lines that several cards share: what was refused, what arrived so far, and who it was."""

from __future__ import annotations

from bot.promo.findings import place
from bot.promo.uploads import Refusal, State, Upload
from bot.slack.blocks.cards.findings import unit_of
from bot.slack.blocks.choices import ask
from bot.slack.blocks.kit import BULLET, Block, Bold, Line, Person, When, confirm, counted, names, number


def refusals(upload: Upload) -> list[Line]:
    """What was refused or held back, reason by reason."""
    return [_refusal(refusal, upload) for refusal in upload.refusals[:5]]


def _refusal(refusal: Refusal, upload: Upload) -> Line:
    parts = upload.checked.parts if upload.checked else ()
    places = [place(parts, row) if parts else ("", row) for row in refusal.rows]
    unit = unit_of(upload.checked)
    shown = [f"{name} {unit} {number(line)}" if len(parts) > 1 else number(line) for name, line in places[:3]]
    if refusal.count > len(shown):
        shown.append(f"{number(refusal.count - len(shown))} more")
    rows = f" ({'' if len(parts) > 1 else f'{unit} ' if refusal.count == 1 else f'{unit}s '}{names(shown, 4)})"
    count = counted(refusal.count, "code")
    if refusal.held_back:
        return [BULLET, Bold(count), f" held back: another upload loaded them meanwhile{rows}"]
    words = f": “{refusal.message}”" if refusal.message else ", without a reason"
    return [BULLET, Bold(count), f" refused by PersonaClick{words}{rows}"]


def so_far(upload: Upload) -> list[Line]:
    """How many codes are known to have arrived."""
    progress = upload.progress
    return [[f"Known to have arrived so far: {number(progress.accepted)} of {counted(progress.total, 'code')}."]]


def said(message: str) -> list[Line]:
    """The API's own words, if there are any."""
    return [[f"PersonaClick said: “{message}”."]] if message else []


def stop(upload: Upload) -> Block:
    """The question before *Stop*."""
    pending, unsure = upload.progress.pending, upload.progress.unsure
    rest = f" {counted(pending, 'code')} will not be sent." if pending else ""
    if unsure and upload.state is State.NEEDS_DECISION:
        rest += f" {counted(unsure, 'code')} of which nobody knows will not be sent again."
    return confirm("Stop here?", f"What arrived stays in the list.{rest}", "Stop")


def load_codes(upload: Upload) -> list[Block]:
    """The way back from an upload that came to nothing: the form, with its list chosen."""
    shop = f"{upload.shop}/" if upload.shop else ""
    return [ask("Load codes", f"upload {shop}{upload.list_id}".strip() if upload.list_id else "upload")]


def shared(upload: Upload) -> Line:
    """Where the codes came from: who shared the file, and who took it up where that was somebody else."""
    line: Line = [f"From {upload.file_name}, shared by ", Person(upload.shared_by or upload.user)]
    return [*line, ", taken up by ", Person(upload.user)] if upload.shared_by else line


def who(upload: Upload) -> Line:
    """Where the codes came from, and who confirmed them."""
    if not upload.confirmed_by:
        return shared(upload)
    line: Line = [
        f"From {upload.file_name}, confirmed by ",
        Person(upload.confirmed_by),
        ", ",
        When(upload.confirmed_at),
    ]
    return [*line, ", approved by ", Person(upload.approved_by)] if upload.approved_by else line
