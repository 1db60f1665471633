"""Every error in words: what happened, what it means, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot import errors
from bot.errors import PromoBotError
from bot.promo.uploads import State, Upload
from bot.slack.blocks.choices import which_list
from bot.slack.blocks.kit import Bold, Line, Message, Person, duration, flat, number, rich

_FIX = "Whoever runs this bot can fix it: PersonaClick, Account > Settings > Store Settings has the shop id and secret."
_UNREADABLE = {
    "empty": "The file is empty.",
    "damaged": "The file is damaged and cannot be read.",
    "binary": "The file is not text and not a table.",
    "truncated": "The archive ends too early; it was probably cut off while it was copied.",
    "nested_archive": "There is an archive inside the archive.",
    "not_a_workbook": "This is a web page or XML with the name of a workbook. Excel opens it, I cannot.",
    "web_page": "This is a web page, not a list of codes.",
    "too_wide": "The table has too many columns.",
    "line_too_long": "The file has a line that is far too long for codes.",
    "unknown_format": "I cannot read this kind of file.",
    "no_column": "I cannot tell which column holds the codes.",
    "no_sheet": "The workbook has no sheet with codes.",
    "too_many_files": "The archive has more than 100 files inside.",
    "too_big_inside": "The archive unpacks to far more than it should.",
}
_TRY = "Export the codes as CSV UTF-8, one code per line, and share that file."
_LATE: Mapping[str, str] = {
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
    "wiped": "Its codes are wiped here already.",
    "changed": "The card changed in the same moment. Look at it again, then confirm.",
    "list gone": "That list is not in PersonaClick any more. Choose another.",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What happened, what to do next, and whether the same check may end better another time."""

    what: str
    then: str
    again: bool = False


def explain(error: PromoBotError) -> Message:
    """A calm sentence for each kind of error, with the next step."""
    match error:
        case errors.NotAllowed():
            return _not_allowed(error)
        case errors.FormTooLate():
            return _message("The form did not open in time.", "Try again; it usually opens at once.")
        case errors.UnknownList():
            return which_list(error)
        case errors.WrongState(state):
            return _message(_LATE.get(state, "That upload is not known here any more."), "The card shows where it is.")
        case errors.PersonaClickError():
            return _message(*_personaclick(error))
        case errors.FileError():
            problem = _file(type(error).__name__, vars(error))
            return _message(problem.what, problem.then)
    return _message("That did not work.", "Try again in a moment.")


def missing_shops(failures: Mapping[str, errors.PersonaClickError]) -> list[Line]:
    """Why the lists of some shops, of several, are not shown."""
    return [
        [Bold(f"The lists of {shop} are missing here."), f" {' '.join(_personaclick(error))}"]
        for shop, error in failures.items()
    ]


def still_asking() -> Message:
    """PersonaClick takes longer than people expect."""
    return _message("PersonaClick is slow to answer.", "I am still asking; what it says comes here.")


def unexpected(reference: str) -> Message:
    """Something nobody foresaw; the reference is in the log too."""
    return _message(
        "Something went wrong on my side.",
        f"Nothing was sent twice. Try again; if it stays, tell whoever runs this bot the reference {reference}.",
    )


def no_file() -> Message:
    """The shortcut was used on a message without a file."""
    return _message("There is no file in that message.", "Use Load promo codes on a message with a file of codes.")


def has_card(name: str) -> Message:
    """The shortcut was used on a file whose card is still in use."""
    return _message(f"{name} has a card already.", "It is in the thread of the file.")


def file_sent() -> Message:
    """A report went to the person."""
    return _message("The file is in your direct messages with me.", "Only you can see it.")


def failed_check(upload: Upload) -> Problem:
    """Why a check failed."""
    if upload.failure is None:
        return Problem("The check did not end.", "Try again.", again=True)
    return _file(upload.failure.error, upload.failure.detail)


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
        case errors.UnreadableAnswer():
            return (
                "PersonaClick answered something I cannot read.",
                "It may be under maintenance. Try again in a minute.",
            )
    return "PersonaClick does not answer at the moment.", "Nothing is lost. Try again in a minute."


def _file(error: str, detail: Mapping[str, object]) -> Problem:
    match error:
        case "FileTooLarge":
            limit = f"{detail.get('limit_mb')} MB"
            return Problem(f"The file is larger than {limit}.", "Split it into smaller files, and share each.")
        case "TooManyCodes":
            limit = number(int(str(detail.get("limit") or 0)))
            return Problem(f"The file has more than {limit} codes.", "Split it into smaller files, and share each.")
        case "NotCodes":
            return Problem("There are no promo codes in this file that I can find.", _TRY)
        case "Encrypted":
            return Problem("A password protects the file.", "Save it without a password, and share it again.")
        case "CheckTooHeavy":
            return Problem("The file is too heavy to check.", _TRY)
        case "FileGone":
            return Problem("The file is gone, or lives outside Slack.", "Share it in Slack again.")
        case "DownloadRefused" if detail.get("why") == "login_page":
            return Problem(
                "Slack does not let me read files.",
                "Whoever runs this bot has to install the app again with the permission files:read.",
                again=True,
            )
        case "DownloadRefused":
            return Problem("Slack did not hand over the file.", "Check again in a minute.", again=True)
        case "Unreadable" if detail.get("why") == "not_a_workbook":
            return Problem(_UNREADABLE["not_a_workbook"], "Open it in Excel, save it as XLSX, and share that file.")
        case "Unreadable":
            return Problem(_UNREADABLE.get(str(detail.get("why")), _UNREADABLE["damaged"]), _TRY)
    reference = detail.get("reference")
    then = f"Check again; if it stays, tell whoever runs this bot the reference {reference}."
    return Problem("Something went wrong on my side while I read the file.", then, again=True)


def _not_allowed(error: errors.NotAllowed) -> Message:
    match error.why:
        case "guest":
            return _message("Guests may not use this bot.", "Ask a full member of this workspace.")
        case "stranger":
            return _message("Only members of this workspace may use this bot.", "Ask one of them.")
        case "shared_channel":
            return _message(
                "This channel is shared with another company.",
                "Promo codes stay inside. Use another channel, or write to me directly.",
            )
        case "not_member":
            return _message("I am not in this channel.", "Invite me with /invite, or write to me directly.")
        case "not_uploader":
            who: list[str | Person] = []
            for one in error.uploaders[:10]:
                who += [", " if who else "", Person(one)]
            lines: list[Line] = [[Bold("You may not load codes here.")], ["These may: ", *who, "."]]
            return Message(flat(lines), [rich(lines)])
    return _message("I cannot tell who you are, so I do nothing.", "Try again in a minute.")


def _message(what: str, then: str) -> Message:
    lines: list[Line] = [[Bold(what)], [then]]
    return Message(flat(lines), [rich(lines)])
