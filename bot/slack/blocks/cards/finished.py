"""Cards of uploads at their end: result, undo, cancelled."""

from __future__ import annotations

from bot.promo.lifecycle import Event
from bot.promo.uploads import CannotUndo, CardContext, Declined, State, Stopped, Upload
from bot.slack.blocks import ids
from bot.slack.blocks.cards.lines import load_codes, refusals, said, who
from bot.slack.blocks.counting import AVAILABLE_MEANS
from bot.slack.blocks.kit import Block, Bold, Line, Person, When, button, clip, confirm, counted, names, number
from bot.slack.blocks.shape import Card


def done(upload: Upload, context: CardContext, now: float) -> Card:
    """Finished, wholly or in part."""
    progress = upload.progress
    handled = progress.accepted + progress.unknown
    whole = progress.accepted == progress.total
    sent = f"{counted(progress.accepted, 'code')} sent to "
    title = f"Done: {sent}{upload.list_name}" if whole else f"Partly done: {sent}{upload.list_name}"
    if not progress.accepted and progress.unknown:
        title = f"Not known: {counted(progress.unknown, 'code')} to {upload.list_name}"
    elif not progress.accepted:
        title = f"Nothing was sent to {upload.list_name}"
    if isinstance(upload.notice, Stopped) and upload.notice.why != "by person" and not handled:
        lines = [*_all_refused(upload, upload.notice), *_left_out(upload)]
    else:
        lines = [*_grown(upload), *_arrived_late(upload), *_left_out(upload), *_left(upload), *refusals(upload)]
    if isinstance(upload.notice, CannotUndo):
        lines += _cannot_undo(upload.notice)
    buttons: list[Block] = []
    if upload.checked and upload.checked.reported and not upload.wiped:
        buttons.append(button("See every row left out", ids.REPORT, upload.ref))
    if progress.refused and not upload.wiped:
        buttons.append(button("See the refused codes", ids.REFUSED, upload.ref))
    if upload.state is State.PARTLY_DONE and not upload.wiped:
        buttons += _sent_again(upload)
    small: list[Line] = [who(upload)]
    if upload.after is not None and handled:
        small.append([AVAILABLE_MEANS])
    whose = f"{clip(context.owner, 60)}'s upload" if context.owner else "this upload"
    if context.undoable and not isinstance(upload.notice, CannotUndo):
        question = confirm(
            "Take these codes back?",
            f"Codes of {whose} that nobody got yet are removed from {upload.list_name}.",
            "Take them back",
        )
        buttons.append(button("Undo", ids.UNDO, upload.ref, style="danger", confirm=question))
        small.append(["Undo is possible until ", When(upload.undo_until), "; then the codes are wiped here."])
    elif upload.wiped:
        small.append(["The codes are wiped here; undo is not possible any more."])
    del now
    return Card(title, lines, buttons=buttons, small=small)


def _sent_again(upload: Upload) -> list[Block]:
    """What was not sent, was refused, or is not known to have arrived can be sent once more."""
    progress, held = upload.progress, sum(one.count for one in upload.refusals if one.held_back)
    buttons: list[Block] = []
    if again := progress.pending + progress.refused:
        sure = f"{counted(again, 'code')} are sent to {upload.list_name}."
        if held == again:
            sure = f"Codes that another upload still has are held back again; the others go to {upload.list_name}."
        question = confirm("Send the rest?", sure, "Send")
        words = "Try again" if progress.refused else "Send the rest"
        buttons.append(button(words, ids.TRY_AGAIN, upload.ref, confirm=question))
    if unknown := progress.unknown:
        sure = "Look for one of them in PersonaClick first: if they arrived, they are in the list twice then."
        question = confirm("Send them again?", sure, "Send again")
        words = f"Send the {counted(unknown, 'code')} again"
        buttons.append(button(words, ids.SEND_SKIPPED, upload.ref, confirm=question))
    return buttons


def _grown(upload: Upload) -> list[Line]:
    before, after, sent = upload.before, upload.after, upload.progress.accepted
    if (before is None or after is None) and not sent and not upload.progress.unknown:
        return []
    if before is None or after is None:
        return [["The list's count could not be read afterwards. ", "See ", Bold("/promo lists"), " for it."]]
    grown = after - before
    if not grown and not sent:
        return [[Bold(upload.list_name), f" had {number(after)} available afterwards, as before."]]
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
    elif grown > sent and not (upload.surplus and upload.lost):
        lines.append([f"That is {counted(grown - sent, 'code')} more than were sent: others came in meanwhile."])
    return lines


def _arrived_late(upload: Upload) -> list[Line]:
    if not upload.surplus:
        return []
    which = names([str(batch + 1) for batch in upload.lost], 4)
    batches = f"Batch {which}, whose answer was lost," if len(upload.lost) == 1 else f"Batches {which}, lost at first,"
    more = f"{counted(upload.surplus, 'code')} more than were sent came into the list."
    lines: list[Line] = [[Bold(more)], [f"{batches} may have arrived late, and be in the list twice then."]]
    if upload.state is State.UNDONE or upload.wiped:
        return [*lines, ["Look at the list in PersonaClick, and remove there what should not be in it."]]
    return [*lines, ["To be sure: Undo takes all of this upload back, and the file can be shared again."]]


def _all_refused(upload: Upload, notice: Stopped) -> list[Line]:
    """Why comes first; what the search for the reason went through is no news."""
    none = counted(upload.progress.total, "code")
    why = "PersonaClick refused everything that was tried, without a reason."
    if notice.message:
        why = f"PersonaClick refused everything that was tried: “{notice.message}”."
    elif notice.why == "too large":
        why = "PersonaClick called even a single code too large (413)."
    return [
        [Bold(why)],
        [f"None of the {none} arrived. When that is fixed, press Try again."],
    ]


def _left_out(upload: Upload) -> list[Line]:
    if not upload.checked or not (left_out := upload.checked.left_out):
        return []
    verb = "was" if left_out == 1 else "were"
    return [[f"{counted(left_out, 'row')} of the file {verb} not sent, for the reasons told before."]]


def _left(upload: Upload) -> list[Line]:
    progress = upload.progress
    lines: list[Line] = []
    if progress.unknown:
        unknown = counted(progress.unknown, "code")
        lines.append([Bold(unknown), ": not known whether they arrived; they were not sent again."])
    if progress.pending:
        verb = "was" if progress.pending == 1 else "were"
        lines.append([Bold(counted(progress.pending, "code")), f" {verb} not sent."])
    match upload.notice:
        case Stopped("all refused" | "too large", message):
            lines += [
                ["PersonaClick refused everything that was tried, so I stopped early."],
                *said(message),
                ["When that is fixed, press Try again."],
            ]
        case Stopped():
            who_did = [change.by for change in upload.decisions if change.event == Event.STOP]
            by: Line = [Person(who_did[-1]), " stopped it"] if who_did else ["It was stopped"]
            lines.append([*by, " before the rest was sent."])
    return lines


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
                ": PersonaClick did not say whether they were taken back or had gone out already. "
                "Either way they are out of the list.",
            ]
        )
    lines += _arrived_late(upload)
    if upload.after is not None:
        then: Line = [Bold(upload.list_name), f" had {number(upload.after)} available ", When(upload.finished_at), "."]
        lines.append(then)
    small: list[Line] = [
        ["Undone by ", Person(upload.undone_by)],
        who(upload),
        ["To load it again, share the file again."],
    ]
    return Card(f"Undone: {upload.list_name}", lines, buttons=load_codes(upload), small=small)


def cancelled(upload: Upload) -> Card:
    """Not uploaded after all."""
    lines: list[Line] = [[f"{upload.file_name} was not uploaded. Its codes are wiped here."]]
    again, buttons = ["Share the file again to load it after all."], load_codes(upload)
    if isinstance(upload.notice, Declined):
        why: Line = ["Declined by ", Person(upload.notice.by), f": “{upload.notice.reason}”"]
        return Card("Declined", [why, *lines], buttons=buttons, small=[who(upload), again])
    return Card("Cancelled", lines, buttons=buttons, small=[again])
