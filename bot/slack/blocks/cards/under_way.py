"""Cards of uploads on their way: approval, progress, trouble, questions."""

from __future__ import annotations

from bot.promo.uploads import CardContext, Down, Paused, Question, Settling, State, Upload, Waiting
from bot.slack.blocks import ids
from bot.slack.blocks.cards.lines import refusals, said, so_far, stop, who
from bot.slack.blocks.contact import with_contact
from bot.slack.blocks.kit import Block, Bold, Line, When, bar, button, confirm, counted, duration, number
from bot.slack.blocks.shape import Card

_PAUSES = {
    "credentials": (
        "PersonaClick refused the shop's credentials.",
        "Whoever runs this bot has to check shop id and secret (PersonaClick, Account > Settings > Store Settings). "
        "Then press Resume; it goes on where it stopped.",
    ),
    "list gone": (
        "PersonaClick did not have the list any more.",
        "Nothing more is sent. If the list comes back with the same id, press Resume; otherwise Stop here.",
    ),
    "not found": (
        "PersonaClick answered “not found”.",
        "The shop id may be wrong. Press Resume to try again; if it stays, tell whoever runs this bot.",
    ),
    "down": (
        "PersonaClick did not answer for an hour, so I stopped trying.",
        "Press Resume when it is back; it goes on where it stopped.",
    ),
    "limited": (
        "PersonaClick asked for one pause after another for a long time, so I stopped trying.",
        "Press Resume to try again; if it stays, whoever runs this bot can ask PersonaClick for more requests.",
    ),
    "redirected": (
        "PersonaClick's address leads to another one, and I do not follow it with the shop's secret.",
        "Whoever runs this bot can check PERSONACLICK_API_URL. Then press Resume; it goes on where it stopped.",
    ),
    "shop gone": (
        "The settings of this bot did not name this shop.",
        "Nothing more is sent. Whoever runs this bot can put it back; then press Resume. Otherwise press Stop here.",
    ),
    "damaged": (
        "The codes of one batch stored here cannot be read: they are damaged, or the key of the bot was changed.",
        "Nothing more is sent. Stop here, and share the file again: codes that arrived are recognised.",
    ),
}
# What to do where codes are taken back: there is nothing to stop.
_UNDO_PAUSES = {
    "list gone": "Nothing more is taken back. If it is put back, press Resume.",
    "shop gone": "Nothing more is taken back. Whoever runs this bot can put it back; then press Resume.",
    "damaged": "Nothing more is taken back. Where the key was changed, whoever runs this bot can set the earlier one "
    "as SECRET_KEY_BEFORE; then press Resume.",
}


def queued(upload: Upload, context: CardContext) -> Card:
    """Waiting for its turn, or about to start."""
    lines: list[Line] = [_bar(upload), ["To ", Bold(upload.list_name)]]
    title = "In line" if context.ahead else "Starting"
    if context.ahead:
        before = f"{counted(context.ahead, 'upload')} to this list {'is' if context.ahead == 1 else 'are'} ahead of it."
        codes = counted(upload.progress.total, "code")
        lines = [[f"{codes} for ", Bold(upload.list_name), "."], [before]]
    untouched = upload.progress.pending == upload.progress.total
    end = button("Cancel", ids.CANCEL, upload.ref) if untouched else _stop_button(upload)
    return Card(title, lines, buttons=[end], small=[who(upload)])


def needs_approval(upload: Upload) -> Card:
    """More codes than one person may load alone."""
    codes = counted(upload.progress.total, "code")
    asked = "It is more than one person may load alone: somebody else who may load codes has to approve it."
    lines: list[Line] = [[Bold(codes), " for ", Bold(upload.list_name), "."], [asked]]
    question = confirm("Approve it?", f"{codes} are uploaded to {upload.list_name}.", "Approve")
    buttons = [
        button("Approve", ids.APPROVE, upload.ref, style="primary", confirm=question),
        button("Decline", ids.DECLINE, upload.ref),
        button("Cancel", ids.CANCEL, upload.ref),
    ]
    return Card(f"Approval is needed: {upload.list_name}", lines, buttons=buttons, small=[who(upload)])


def sending(upload: Upload, context: CardContext) -> Card:
    """On its way."""
    progress = upload.progress
    known = context.seconds_left is not None and progress.pending and upload.notice is None
    left = f" · {duration(context.seconds_left or 0)} left" if known else ""
    lines: list[Line] = [
        [*_bar(upload), left],
        ["To ", Bold(upload.list_name)],
        *_notice(upload),
        *refusals(upload),
    ]
    return Card("Uploading", lines, buttons=[*_try_now(upload), _stop_button(upload)], small=[who(upload)])


def stopping(upload: Upload) -> Card:
    """A person has stopped it; what was sent last is being settled."""
    lines: list[Line] = [_bar(upload), ["To ", Bold(upload.list_name)], *_notice(upload)]
    return Card("Stopping", lines, small=[who(upload)])


def _stop_button(upload: Upload) -> Block:
    return button("Stop", ids.STOP, upload.ref, confirm=stop(upload))


def _try_now(upload: Upload) -> list[Block]:
    return [button("Try now", ids.TRY_NOW, upload.ref)] if isinstance(upload.notice, Down) else []


def _bar(upload: Upload) -> Line:
    progress = upload.progress
    handled = progress.accepted + progress.refused + progress.skipped
    return [bar(handled, progress.total), f"  {number(handled)} of {number(progress.total)}"]


def _notice(upload: Upload) -> list[Line]:
    match upload.notice:
        case Waiting(until, limit_reached=True):
            return [["The limit of requests per minute is reached. It goes on ", When(until), "."]]
        case Waiting(until):
            return [["PersonaClick asked for a pause. It goes on ", When(until), "."]]
        case Down(since, retry_at, status):
            trouble = f"has {_trouble(status)}" if status else "has not answered"
            return [[f"PersonaClick {trouble} since ", When(since), ". I keep trying. Next: ", When(retry_at), "."]]
        case Settling():
            return [
                ["An answer was lost. I am reading the list's count to see whether those codes arrived."],
                ["This can take a minute or two."],
            ]
    return []


def _trouble(status: int) -> str:
    # Such as a web page where the API's answer should be.
    return "answered something I cannot read" if status < 400 else f"answered with an error ({status})"


def paused(upload: Upload, contact: str = "") -> Card:
    """Standing still until somebody puts something right; `contact` is whom to ask."""
    notice = upload.notice if isinstance(upload.notice, Paused) else Paused("down")
    what, then = _PAUSES[notice.why]
    if notice.why == "down" and notice.status:
        what = f"PersonaClick {_trouble(notice.status)} for an hour, so I stopped trying."
    if upload.state is State.UNDO_PAUSED:
        then = _UNDO_PAUSES.get(notice.why, then)
    lines: list[Line] = [[Bold(what)], *said(notice.message), with_contact(then, contact), *_result_so_far(upload)]
    if upload.state is State.UNDO_PAUSED:
        resume = button("Resume", ids.RESUME, upload.ref, style="primary")
        return Card(f"Taking back is paused: {upload.list_name}", lines, buttons=[resume], small=[who(upload)])
    buttons = [
        button("Resume", ids.RESUME, upload.ref, style="primary"),
        button("Stop here", ids.STOP, upload.ref, confirm=stop(upload)),
    ]
    return Card(f"Paused: {upload.list_name}", lines, buttons=buttons, small=[who(upload)])


def needs_decision(upload: Upload) -> Card:
    """The counts cannot tell, so a person decides."""
    notice = upload.notice
    count = notice.count if isinstance(notice, Question) else upload.progress.unsure
    these = "this code" if count == 1 else f"these {counted(count, 'code')}"
    lines: list[Line] = [[Bold(f"I cannot tell whether {these} reached {upload.list_name}.")]]
    if isinstance(notice, Question):
        lines.append(_seen(notice))
    lines += [
        [
            Bold("Skip it"),
            f" is usually safe: at worst {these} {'is' if count == 1 else 'are'} missing, and can be loaded later. "
            "Sent again, a code may be in the list twice, and go to two shoppers.",
        ],
        ["To be sure: see these codes, and look for one of them in the list in PersonaClick."],
    ]
    lines += so_far(upload)
    buttons = [
        button("See these codes", ids.IN_QUESTION, upload.ref),
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
        button("Count again", ids.COUNT_AGAIN, upload.ref),
        button("Stop here", ids.STOP, upload.ref, confirm=stop(upload)),
    ]
    return Card(f"Your decision is needed: {upload.list_name}", lines, buttons=buttons, small=[who(upload)])


def _seen(notice: Question) -> Line:
    batch = f"The batch has {counted(notice.count, 'code')}."
    had: Line = [f"it had {number(notice.after)}."]
    if notice.at:
        had = [f"it had {number(notice.after)} ", When(notice.at), "."]
    if notice.before is None:
        return [f"{batch} Another upload to the list went on meanwhile, so its count cannot tell: ", *had]
    sums = f"With it the list should have had {number(notice.before + notice.count)} available, "
    sums += f"without it {number(notice.before)}; "
    return [f"{batch} {sums}", *had, " Somebody may have added or taken codes meanwhile."]


def undoing(upload: Upload) -> Card:
    """Being taken back."""
    lines: list[Line] = [_undo_bar(upload), *_notice(upload)]
    return Card(f"Taking back codes from {upload.list_name}", lines, buttons=_try_now(upload), small=[who(upload)])


def _undo_bar(upload: Upload) -> Line:
    progress = upload.progress
    gone = progress.taken_back + progress.already_gone + progress.unclear
    total = progress.accepted + progress.unknown
    return [bar(gone, total), f"  {number(gone)} of {number(total)}"]


def _result_so_far(upload: Upload) -> list[Line]:
    if upload.state is not State.UNDO_PAUSED:
        return so_far(upload)
    progress = upload.progress
    total = counted(progress.accepted + progress.unknown, "code")
    return [_undo_bar(upload), [f"{number(progress.taken_back)} of {total} taken back so far."]]
