"""Cards of uploads on their way and after: progress, trouble, result, undo."""

from __future__ import annotations

from bot.promo.findings import place
from bot.promo.uploads import (
    LOADED_MEANWHILE,
    Around,
    CannotUndo,
    Down,
    Paused,
    Question,
    Refusal,
    Settling,
    Stopped,
    Upload,
    Waiting,
)
from bot.slack.blocks import ids
from bot.slack.blocks.counting import AVAILABLE_MEANS
from bot.slack.blocks.kit import (
    BULLET,
    Block,
    Bold,
    Line,
    Person,
    When,
    bar,
    button,
    confirm,
    counted,
    duration,
    names,
    number,
)
from bot.slack.blocks.shape import Card

_PAUSES = {
    "credentials": (
        "PersonaClick refused the shop's credentials.",
        "Whoever runs this bot has to check shop id and secret (PersonaClick, Account > Settings > Store Settings). "
        "Then press Resume; it goes on where it stopped.",
    ),
    "list gone": (
        "The list is not in PersonaClick any more.",
        "Nothing more is sent. If the list comes back with the same id, press Resume; otherwise stop here.",
    ),
    "not found": (
        "PersonaClick answered “not found”, although the list is there.",
        "The request may have missed something. Press Resume to try again; if it stays, tell whoever runs this bot.",
    ),
    "down": (
        "PersonaClick has not answered for an hour.",
        "Press Resume when it is back; it goes on where it stopped.",
    ),
}


def queued(upload: Upload, around: Around) -> Card:
    """Waiting for its turn, or about to start."""
    lines: list[Line] = [_bar(upload), ["To ", Bold(upload.list_name)]]
    title = "In line" if around.ahead else "Starting"
    if around.ahead:
        before = f"{counted(around.ahead, 'upload')} to this list {'is' if around.ahead == 1 else 'are'} before it."
        codes = counted(upload.progress.total, "code")
        lines = [[f"{codes} for ", Bold(upload.list_name), "."], [before]]
    cancel = button("Cancel", ids.CANCEL, upload.ref)
    return Card(title, lines, buttons=[cancel] if not upload.progress.accepted else [], small=[_who(upload)])


def sending(upload: Upload, around: Around) -> Card:
    """On its way."""
    progress = upload.progress
    known = around.seconds_left is not None and progress.pending and upload.notice is None
    left = f" · {duration(around.seconds_left or 0)} left" if known else ""
    lines: list[Line] = [
        [*_bar(upload), left],
        ["To ", Bold(upload.list_name)],
        *_notice(upload),
        *_refusals(upload),
    ]
    return Card("Uploading", lines, small=[_who(upload)])


def _bar(upload: Upload) -> Line:
    progress = upload.progress
    handled = progress.accepted + progress.refused + progress.skipped
    return [bar(handled, progress.total), f"  {number(progress.accepted)} of {number(progress.total)}"]


def _notice(upload: Upload) -> list[Line]:
    match upload.notice:
        case Waiting(until, limit_reached=True):
            return [["The limit of requests per minute is reached. It goes on ", When(until), "."]]
        case Waiting(until):
            return [["PersonaClick asked for a pause. It goes on ", When(until), "."]]
        case Down(since):
            return [["PersonaClick has not answered since ", When(since), ". I keep trying."]]
        case Settling():
            return [
                ["An answer was lost. I am reading the list's count to see whether those codes arrived."],
                ["This can take a minute or two."],
            ]
    return []


def paused(upload: Upload) -> Card:
    """Standing still until somebody mends something."""
    notice = upload.notice if isinstance(upload.notice, Paused) else Paused("down")
    what, then = _PAUSES[notice.why]
    lines: list[Line] = [[Bold(what)], *_said(notice.message), [then], *_so_far(upload)]
    buttons = [
        button("Resume", ids.RESUME, upload.ref, style="primary"),
        *([] if upload.undone_by else [button("Stop here", ids.STOP, upload.ref, confirm=_stop(upload))]),
    ]
    return Card(f"Paused: {upload.list_name}", lines, buttons=buttons, small=[_who(upload)])


def needs_decision(upload: Upload) -> Card:
    """The counts cannot tell, so a person decides."""
    notice = upload.notice
    lines: list[Line] = [[Bold("It is not known whether one batch arrived.")]]
    count = upload.progress.unsure
    if isinstance(notice, Question):
        count = notice.count
        lines.append([_seen(notice)])
    lines.append(["Sent again, the codes may be in the list twice. Skipped, they may be missing."])
    lines += _so_far(upload)
    buttons = [
        button(
            "Send that batch again",
            ids.SEND_AGAIN,
            upload.ref,
            confirm=confirm("Send it again?", f"{counted(count, 'code')} may be in the list twice then.", "Send again"),
        ),
        button(
            "Skip it",
            ids.SKIP,
            upload.ref,
            confirm=confirm("Skip it?", f"{counted(count, 'code')} may be missing then.", "Skip"),
        ),
        button("Stop here", ids.STOP, upload.ref, confirm=_stop(upload)),
    ]
    return Card(f"Your decision is needed: {upload.list_name}", lines, buttons=buttons, small=[_who(upload)])


def _seen(notice: Question) -> str:
    batch, now = f"The batch has {counted(notice.count, 'code')}.", f"it has {number(notice.after)} now"
    if notice.before is None:
        return f"{batch} Another upload to the list went on meanwhile, so its count cannot tell: {now}."
    sums = f"With it the list should have {number(notice.before + notice.count)} available, "
    sums += f"without it {number(notice.before)}; {now}."
    return f"{batch} {sums} Somebody may have added or taken codes meanwhile."


def done(upload: Upload, around: Around, now: float) -> Card:
    """Finished, wholly or in part."""
    progress = upload.progress
    whole = progress.accepted == progress.total
    sent = f"{counted(progress.accepted, 'code')} sent to "
    title = f"Done: {sent}{upload.list_name}" if whole else f"Partly done: {sent}{upload.list_name}"
    if not progress.accepted and progress.unknown:
        title = f"Not known: {counted(progress.unknown, 'code')} to {upload.list_name}"
    elif not progress.accepted:
        title = f"Nothing was sent to {upload.list_name}"
    lines = [*_grown(upload), *_left(upload), *_refusals(upload)]
    if isinstance(upload.notice, CannotUndo):
        lines += _cannot_undo(upload.notice)
    buttons: list[Block] = []
    if upload.checked and upload.checked.reported and not upload.wiped:
        buttons.append(button("See every row left out", ids.REPORT, upload.ref))
    if progress.refused and not upload.wiped:
        buttons.append(button("See the refused codes", ids.REFUSED, upload.ref))
    small: list[Line] = [_who(upload)]
    if upload.after is not None:
        small.append([AVAILABLE_MEANS])
    if around.undoable and not isinstance(upload.notice, CannotUndo):
        question = confirm(
            "Take these codes back?",
            f"Codes of this upload that nobody got yet are removed from {upload.list_name}.",
            "Take them back",
        )
        buttons.append(button("Undo", ids.UNDO, upload.ref, style="danger", confirm=question))
        small.append(["Undo is possible until ", When(upload.undo_until), "; then the codes are wiped here."])
    elif upload.wiped:
        small.append(["The codes are wiped here; undo is not possible any more."])
    del now
    return Card(title, lines, buttons=buttons, small=small)


def _grown(upload: Upload) -> list[Line]:
    before, after, sent = upload.before, upload.after, upload.progress.accepted
    if before is None or after is None:
        return [["The list's count could not be read afterwards. ", "See ", Bold("/promo lists"), " for it."]]
    grown = after - before
    if not grown and not sent:
        return [[Bold(upload.list_name), f" has {number(after)} available, as before."]]
    verb = "grew" if grown >= 0 else "went"
    lines: list[Line] = [[Bold(upload.list_name), f" {verb} from {number(before)} to {number(after)} available."]]
    if upload.progress.unknown:
        # What of the growth is theirs cannot be told.
        return lines
    if grown == sent and sent:
        lines.append([f"That is exactly the {counted(sent, 'code')} sent."])
    elif grown < sent:
        fewer = f"That is {counted(sent - grown, 'code')} fewer than were sent: handed out meanwhile, or in the list "
        lines.append([fewer, "already. PersonaClick does not say which."])
    elif grown > sent:
        lines.append(
            [f"That is {counted(grown - sent, 'code')} more than were sent: somebody else added codes meanwhile."]
        )
    return lines


def _left(upload: Upload) -> list[Line]:
    progress = upload.progress
    lines: list[Line] = []
    if upload.checked and (left_out := upload.checked.left_out):
        verb = "was" if left_out == 1 else "were"
        lines.append([f"{counted(left_out, 'row')} of the file {verb} left out before."])
    if progress.unknown:
        unknown = counted(progress.unknown, "code")
        lines.append([Bold(unknown), ": not known whether they arrived; they were not sent again."])
    if progress.pending:
        verb = "was" if progress.pending == 1 else "were"
        lines.append([Bold(counted(progress.pending, "code")), f" {verb} not sent."])
    match upload.notice:
        case Stopped("all refused", message):
            lines += [
                ["PersonaClick refused everything that was tried, so I stopped early."],
                *_said(message),
                ["When that is mended, share the file again."],
            ]
        case Stopped():
            lines.append(["It was stopped here."])
    return lines


def _refusals(upload: Upload) -> list[Line]:
    return [_refusal(one, upload) for one in upload.refusals[:5]]


def _refusal(refusal: Refusal, upload: Upload) -> Line:
    parts = upload.checked.parts if upload.checked else ()
    places = [place(parts, row) if parts else ("", row) for row in refusal.rows]
    shown = [f"{name} line {number(line)}" if len(parts) > 1 else number(line) for name, line in places[:3]]
    if refusal.count > len(shown):
        shown.append(f"{number(refusal.count - len(shown))} more")
    rows = f" ({'' if len(parts) > 1 else 'line ' if refusal.count == 1 else 'lines '}{names(shown, 4)})"
    count = counted(refusal.count, "code")
    if refusal.message == LOADED_MEANWHILE:
        return [BULLET, Bold(count), f" held back: another upload loaded them meanwhile{rows}"]
    words = f": “{refusal.message}”" if refusal.message else ", without a reason"
    return [BULLET, Bold(count), f" refused by PersonaClick{words}{rows}"]


def _cannot_undo(notice: CannotUndo) -> list[Line]:
    if notice.message:
        return [[Bold("It could not be undone."), f" PersonaClick said: “{notice.message}”."]]
    return [
        [
            Bold("It could not be undone:"),
            " PersonaClick does not let me take codes out of this shop's lists. By hand: PersonaClick, "
            "Promo codes, open the list, and use the bin beside each code.",
        ]
    ]


def undoing(upload: Upload) -> Card:
    """Being taken back."""
    progress = upload.progress
    gone = progress.taken_back + progress.already_gone + progress.unclear
    total = progress.accepted + progress.unknown
    lines: list[Line] = [[bar(gone, total), f"  {number(gone)} of {number(total)}"], *_notice(upload)]
    return Card(f"Taking back codes from {upload.list_name}", lines, small=[_who(upload)])


def undone(upload: Upload) -> Card:
    """Taken back."""
    progress = upload.progress
    lines: list[Line] = [[Bold(counted(progress.taken_back, "code")), " taken back."]]
    if progress.already_gone:
        lines.append([Bold(counted(progress.already_gone, "code")), " had gone out already, or were not in the list."])
    if progress.unclear:
        lines.append(
            [
                Bold(counted(progress.unclear, "code")),
                ": an answer was lost, so it is not known whether they were taken "
                "back or had gone out already. They are not in the list now.",
            ]
        )
    if upload.after is not None:
        lines.append([Bold(upload.list_name), f" has {number(upload.after)} available now."])
    return Card(f"Undone: {upload.list_name}", lines, small=[["Undone by ", Person(upload.undone_by)], _who(upload)])


def cancelled(upload: Upload) -> Card:
    """Not uploaded after all."""
    return Card("Cancelled", [[f"{upload.file_name} was not uploaded. Its codes are wiped here."]])


def _so_far(upload: Upload) -> list[Line]:
    progress = upload.progress
    return [[f"Known to have arrived so far: {number(progress.accepted)} of {counted(progress.total, 'code')}."]]


def _said(message: str) -> list[Line]:
    return [[f"PersonaClick said: “{message}”."]] if message else []


def _stop(upload: Upload) -> Block:
    rest = counted(upload.progress.pending, "code")
    return confirm("Stop here?", f"What arrived stays in the list. {rest} will not be sent.", "Stop")


def _who(upload: Upload) -> Line:
    if not upload.confirmed_by:
        return [f"From {upload.file_name}, shared by ", Person(upload.user)]
    return [f"From {upload.file_name}, confirmed by ", Person(upload.confirmed_by), ", ", When(upload.confirmed_at)]
