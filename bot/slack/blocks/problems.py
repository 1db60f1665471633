"""Every error in words: what happened, what it means, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot import errors
from bot.errors import FileProblem, PromoBotError
from bot.promo.steps import redirected
from bot.promo.uploads import State, Upload
from bot.slack.blocks.choices import ask, said, which_list
from bot.slack.blocks.contact import with_contact
from bot.slack.blocks.file_problems import Problem, file_problem
from bot.slack.blocks.kit import Bold, Line, Link, Message, Person, When, duration, flat, rich
from bot.slack.blocks.watching_problems import ALERT, not_understood

_FIX = "Whoever runs this bot can fix it: PersonaClick, Account > Settings > Store Settings has the shop id and secret."
_LATE: Mapping[str, str] = {
    "unknown": "That upload is not known here any more.",
    "changed": "The card changed while you clicked.",
    "wiped": "Its codes are wiped here already.",
    "expired": "The time for that is over.",
    "asks": "The card asks a question about the file first.",
    "list gone": "That list is not in PersonaClick any more.",
}
# What to do then, where the card does not say it.
_THEN: Mapping[str, str] = {
    "unknown": "Share the file again.",
    "changed": "Check the card, and press the button again.",
    "wiped": "Share the file again to load it.",
    "asks": "Answer it, then press Upload.",
    "list gone": "It was renamed or removed: /promo lists shows those that are there.",
}
_NOW: Mapping[str, str] = {
    State.NEEDS_APPROVAL: "It waits for somebody else to approve it.",
    State.STOPPING: "It is being stopped already.",
    State.UNDO_PAUSED: "It is being taken back, and paused.",
    State.CHECKED: "It is waiting to be confirmed.",
    State.CHECKING: "It is being checked right now.",
    State.QUEUED: "It is confirmed already and starts in its turn.",
    State.SENDING: "It is being uploaded already.",
    State.PAUSED: "It is paused.",
    State.NEEDS_DECISION: "It waits for a decision about one batch.",
    State.DONE: "It is done already.",
    State.PARTLY_DONE: "It is done already.",
    State.UNDOING: "It is being taken back already.",
    State.UNDONE: "It was taken back already.",
    State.CANCELLED: "It was cancelled.",
    State.EXPIRED: "The time for that is over.",
    State.FAILED: "Its check failed.",
}


def explain(error: PromoBotError, contact: str = "") -> Message:
    """A calm sentence for each kind of error, with the next step; `contact` is named where somebody has to act."""
    if isinstance(error, FileProblem):
        problem = file_problem(error)
        return _message(problem.what, problem.then, contact)
    match error:
        case errors.NotAllowed():
            return _not_allowed(error, contact)
        case errors.FormTooLate():
            return _message("The form did not open in time.", "Try again; it usually opens at once.")
        case errors.UnknownList():
            return which_list(error)
        case errors.NotUnderstood():
            what, then = not_understood(error)
            return said([[Bold(what)], [then]], [ask("Help", "help")])
        case errors.WrongState(why=why) if why in ALERT:
            return _message(ALERT[why], "Its card says how it ended.")
        case errors.WrongState(why="moved", state=state) if state in _NOW:
            return _message(_NOW[state], "The card shows where it is.")
        case errors.WrongState(why=why):
            return _message(_LATE.get(why, _LATE["changed"]), _THEN.get(why, "The card shows where it is."))
        case errors.DamagedBatch():
            return _message("The codes stored here are damaged and cannot be read.", "Share the file again.")
        case errors.PersonaClickError():
            return _message(*_personaclick(error), contact)
    return _message("That did not work.", "Try again in a moment.")


def trouble(error: errors.PersonaClickError, contact: str = "") -> Line:
    """What PersonaClick did not do, and what to do next, in one line."""
    what, then = _personaclick(error)
    return [f"{what} ", *with_contact(then, contact)]


def missing_shops(
    failures: Mapping[str, errors.PersonaClickError],
    ages: Mapping[str, float] = MappingProxyType({}),
    at: float = 0,
    contact: str = "",
) -> list[Line]:
    """Why the lists of some shops are not shown, or, by `ages` in seconds, of when the counts shown for them are."""
    lines: list[Line] = []
    for shop, error in failures.items():
        if shop in ages:
            what, then = _personaclick(error)
            whose = f"The counts of {shop} are of " if shop else "These counts are of "
            lines.append([Bold(what), f" {whose}", When(at - ages[shop]), ". ", *with_contact(then, contact)])
        else:
            lines.append([Bold(f"The lists of {shop} are missing here."), " ", *trouble(error, contact)])
    return lines


def still_asking() -> Message:
    """PersonaClick takes longer than people expect."""
    return _message("PersonaClick is slow to answer.", "I am still asking; what it says comes here.")


def database_away(contact: str = "") -> Message:
    """The database does not answer for a moment, as while it is restarted."""
    then = "Nothing was changed. Try again in a minute; if it stays, tell whoever runs this bot."
    return _message("My database is away for a moment.", then, contact)


def slack_away() -> Message:
    """Slack does not answer, or not as Slack does."""
    return _message("Slack does not answer me at the moment.", "Try again in a minute.")


def slack_refused(code: str, contact: str = "") -> Message:
    """Slack will not do what the bot asked of it, by its own `code`."""
    return _message(
        f"Slack did not do what I asked: {code.replace('_', ' ') or 'it did not say why'}.",
        "Try again; if it stays, tell whoever runs this bot.",
        contact,
    )


def unexpected(reference: str, contact: str = "") -> Message:
    """Something nobody foresaw; the reference is in the log too."""
    return _message(
        "Something went wrong on my side.",
        f"Nothing was sent twice. Try again; if it stays, tell whoever runs this bot the reference {reference}.",
        contact,
    )


def no_file() -> Message:
    """The shortcut was used on a message without a file."""
    return _message("There is no file in that message.", "Use Load promo codes on a message with a file of codes.")


def has_card(name: str, address: str = "") -> Message:
    """A file whose card is still in use was shared again, or pointed at."""
    lines: list[Line] = [[Bold(f"{name} has a card already.")], [Link(address, "Open its card"), "."]]
    if not address:
        lines[1] = ["It is in the thread of the file."]
    return Message(flat(lines), [rich(lines)])


def not_opened(name: str) -> Message:
    """A file that is no list by its kind, in the direct messages, where it gets a word all the same."""
    lines: list[Line] = [
        [Bold(f"{name} is not a list of codes that I can read.")],
        ["I read CSV, TSV, TXT, Excel, ODS, JSON and archives of them. You can also paste codes: press Load codes."],
    ]
    return said(lines, [ask("Load codes", "upload")])


def take_over(name: str, *, shared: bool) -> Message:
    """Somebody who may not load codes shared a file of codes: how those who may take it over."""
    then = "Nothing is read into a list before that." if not shared else "The card then comes to your direct messages."
    lines: list[Line] = [
        [Bold(f"{name} looks like a list of promo codes."), " Whoever shared it may not load codes here."],
        ["If you may: on the file's message press ⋮ (More actions), then ", Bold("Load promo codes"), f". {then}"],
    ]
    return Message(flat(lines), [rich(lines)])


def card_in_direct(name: str) -> Message:
    """The shortcut was used in a channel shared with another company."""
    return _message(
        f"The card of {name} is in your direct messages with me.",
        "This channel is shared with another company, and promo codes stay inside.",
    )


def file_sent() -> Message:
    """A report went to the person."""
    return _message("The file is in your direct messages with me.", "Only you can see it.")


def failed_check(upload: Upload) -> Problem:
    """Why a check failed."""
    if upload.failure is None:
        return Problem("The check did not end.", "Try again.", again=True)
    return file_problem(upload.failure)


def _personaclick(error: errors.PersonaClickError) -> tuple[str, str]:
    match error:
        case errors.CredentialsRefused():
            return "PersonaClick refused the shop's credentials.", _FIX
        case errors.RateLimited(retry_after_s=seconds):
            return "PersonaClick asks for a pause.", f"Try again in {duration(seconds)}."
        case errors.ListNotFound():
            return "PersonaClick answered “not found”.", f"The shop id may be wrong. {_FIX}"
        case errors.BadRequest(message=message) if message:
            return f"PersonaClick said: “{message}”.", "If that is not clear, tell whoever runs this bot."
        case errors.BadRequest():
            return "PersonaClick refused to answer, without a reason.", "If it stays, tell whoever runs this bot."
        case _ if redirected(error):
            return (
                "PersonaClick's address leads to another one, and I do not follow it with the shop's secret.",
                "Whoever runs this bot can check PERSONACLICK_API_URL.",
            )
        case errors.UnreadableAnswer():
            return (
                "PersonaClick answered something I cannot read.",
                "It may be under maintenance. Try again in a minute.",
            )
    return "PersonaClick does not answer at the moment.", "Nothing is lost. Try again in a minute."


def _not_allowed(error: errors.NotAllowed, contact: str) -> Message:
    match error.why:
        case "guest":
            return _message(
                "Guests may not use this bot.",
                "Ask a full member of this workspace: on a message with a file, ⋮ has Load promo codes for them.",
            )
        case "stranger":
            return _message("Only members of this workspace may use this bot.", "Ask one of them.")
        case "bot":
            return _message("Apps and bots may not use this bot.", "Ask a full member of this workspace.")
        case "shared_channel":
            return _message(
                "This channel is shared with another company.",
                "Promo codes stay inside. Use another channel, or write to me directly.",
            )
        case "not_member":
            return _message("I am not in this channel.", "Invite me with /invite, or write to me directly.")
        case "own_upload":
            return _message("Your own upload needs somebody else's approval.", "Ask another person who may load codes.")
        case "not_uploader":
            who: list[str | Person] = []
            for one in error.uploaders[:10]:
                who += [", " if who else "", Person(one)]
            added = with_contact("To be added, ask whoever runs this bot.", contact)
            lines: list[Line] = [[Bold("You may not load codes here.")], ["These may: ", *who, ". ", *added]]
            return Message(flat(lines), [rich(lines)])
        case "unclear":
            return _message("Slack does not say that you are a full member of this workspace.", "Ask somebody who is.")
        case "unclear_place":
            return _message(
                "Slack does not say who can read this channel.", "Use another one, or write to me directly."
            )
    return _message("Slack does not answer, so I cannot tell who you are.", "Try again in a minute.")


def _message(what: str, then: str, contact: str = "") -> Message:
    lines: list[Line] = [[Bold(what)], with_contact(then, contact)]
    return Message(flat(lines), [rich(lines)])
