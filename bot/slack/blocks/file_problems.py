"""Why a file cannot be used, in words: what it is or what happened, and the way out. A kind without words is a type
error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from bot import errors
from bot.errors import FileProblem, Foreign, WhyUnreadable
from bot.slack.blocks.kit import number

_TRY = "Export the codes as CSV UTF-8, one code per line, and share that file."
_LIGHT = "CSV with one code per line takes least."
_SPLIT = "Split it into smaller files, and share each."
_COPY = "Copy the codes, type /promo upload, and paste them there; or save them as a text file and share that."
_UNPACK = "Unpack it, and share the file with the codes, or a ZIP."


@dataclass(frozen=True, slots=True)
class Problem:
    """What happened, what to do next, and whether the same check may end better another time."""

    what: str
    then: str
    again: bool = False


def file_problem(error: FileProblem) -> Problem:
    """Two sentences for each kind of error a file can bring."""
    match error:
        case errors.FileTooLarge(limit_mb=limit):
            return Problem(f"The file is larger than {number(limit)} MB.", _SPLIT)
        case errors.TooManyCodes(limit=limit):
            return Problem(f"The file has more than {number(limit)} codes.", _SPLIT)
        case errors.NotCodes():
            return Problem("There are no promo codes in this file that I can find.", _TRY)
        case errors.OtherFormat(format=kind):
            return Problem(*_other_format(kind))
        case errors.Unreadable(why=why):
            return Problem(_unreadable(why), _TRY)
        case errors.Encrypted():
            return Problem("A password protects the file.", "Save it without a password, and share it again.")
        case errors.CheckTooHeavy(limit=limit, at_most=at_most) if at_most:
            most = f"{at_most} MB of memory" if limit == "memory" else f"{at_most} seconds"
            return Problem(f"Checking the file takes more than {most}.", f"{_SPLIT} {_LIGHT}")
        case errors.CheckTooHeavy():
            return Problem("The file is too heavy to check.", f"{_SPLIT} {_LIGHT}")
        case errors.FileGone():
            return Problem("The file is gone, or lives outside Slack.", "Share it in Slack again.")
        case errors.DownloadRefused(why="login_page"):
            fix = "Whoever runs this bot has to install the app again with the permission files:read."
            return Problem("Slack does not let me read files.", fix, again=True)
        case errors.DownloadRefused(why="host"):
            fix = "Whoever runs this bot can check SLACK_FILE_HOSTS."
            return Problem("The file's address is none of Slack's that I know, so I did not go there.", fix, again=True)
        case errors.DownloadRefused():
            return Problem("Slack did not hand over the file.", "Check again in a minute.", again=True)
        case errors.CheckFailed(reference=reference):
            then = f"Check again; if it stays, tell whoever runs this bot the reference {reference}."
            return Problem("Something went wrong on my side while I read the file.", then, again=True)
    assert_never(error)


def _other_format(kind: Foreign) -> tuple[str, str]:
    """What the file is, and how its codes come out of it."""
    match kind:
        case "numbers":
            return "This is a Numbers document.", "In Numbers choose File > Export To > CSV, then share that file."
        case "pages":
            return "This is a Pages document.", _COPY
        case "keynote" | "slides":
            return "This is a presentation.", _COPY
        case "pdf":
            return "This is a PDF.", f"I do not read codes out of PDFs. {_COPY}"
        case "word":
            return "This is a text document.", _COPY
        case "rtf":
            return "This is a formatted text (RTF).", f"Save it as plain text and share that. {_COPY}"
        case "web_page":
            return "This is a web page, not a list of codes.", _TRY
        case "xml":
            return "This is XML without a table that I can find.", _TRY
        case "mail":
            return "This is a saved e-mail.", f"Share the file that is attached to it. {_COPY}"
        case "pgp":
            return "This file is encrypted with PGP.", "Decrypt it, and share the file inside in a private channel."
        case "7z":
            return "This is a 7z archive.", _UNPACK
        case "rar":
            return "This is a RAR archive.", _UNPACK
        case "archive":
            return "This is an archive of a kind that I do not unpack.", _UNPACK
        case "database":
            return "This is a file of a database or statistics program.", _TRY
        case "shortcut":
            return "This is only a link to a document.", "Open the document, choose File > Download > CSV, share that."
        case "picture":
            return "This is a picture.", f"I do not read codes out of pictures. {_COPY}"
        case "media":
            return "This is sound or film, not a list of codes.", _TRY
        case "program":
            return "This is a program, not a list of codes.", _TRY
        case "unknown":
            return "I do not know this kind of file.", _TRY
    assert_never(kind)


def _unreadable(why: WhyUnreadable) -> str:
    match why:
        case "empty":
            return "The file is empty."
        case "damaged":
            return "The file is damaged and cannot be read."
        case "binary":
            return "The file is not text and not a table."
        case "truncated":
            return "The archive ends too early; it was probably cut off while it was copied."
        case "nested_archive":
            return "There is an archive inside the archive."
        case "too_wide":
            return "The table has too many columns."
        case "line_too_long":
            return "The file has a line that is far too long for codes."
        case "no_column":
            return "I cannot tell which column holds the codes."
        case "no_sheet":
            return "The workbook has no sheet with codes."
        case "too_many_files":
            return "The archive has more than 100 files inside."
        case "too_big_inside":
            return "The file unpacks to far more than it should."
    assert_never(why)
