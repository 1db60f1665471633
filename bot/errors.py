"""Everything that can go wrong, as one tree. Errors carry data; the words for people are in `slack/blocks`.

PromoBotError
├── SettingsError               a setting is missing or malformed
├── Dead                        what the bot cannot be without has been away too long
├── PersonaClickError           the promo-code API did not do what was asked
│   ├── BadRequest              400, or 200 with status "error": the API's own words say why
│   ├── CredentialsRefused      401 or 403
│   ├── ListNotFound            404: the list is gone, or a parameter was missed
│   ├── ListGone                the shop's lists do not have it any more
│   ├── NotSupported            the shop's API has no such call (404 or 405 on removal)
│   ├── TooLarge                413
│   ├── RateLimited             429, with the wait asked for
│   ├── Unreachable             the request was never sent
│   ├── OutcomeUnknown          the request may or may not have been carried out
│   └── UnreadableAnswer        an answer that is not the API's (only for reads)
├── FileError                   a dropped file cannot be used
│   ├── FileTooLarge            more than MAX_FILE_MB
│   ├── TooManyCodes            more than MAX_CODES
│   ├── NotCodes                nothing in it looks like a promo code
│   ├── OtherFormat             a document or archive of a kind that is not read: `format` says which
│   ├── Unreadable              damaged, empty or not what its name says
│   ├── Encrypted               a password protects it
│   ├── CheckTooHeavy           the check hit its time or memory limit
│   ├── FileGone                deleted, hidden or moved before the download
│   ├── DownloadRefused         Slack answered a login page, or a host that may not be sent the token
│   └── CheckFailed             nobody foresaw it; the log has its reference
├── CheckCutOff                 a check was stopped from outside; nothing is known of the file
├── NotAllowed                  the person or the channel may not do this
├── FormTooLate                 a form was not ready within the 3 seconds in which Slack opens one
├── UnknownList                 no list, or several, answer to a name
├── NotUnderstood               a date, a number or a schedule that was typed is none
├── WrongState                  an upload is no longer where the click assumes it is
├── DamagedBatch                stored codes that cannot be opened any more
└── LeaseLost                   another process works on the list now
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# Kinds of files that people take for lists of codes, and that are not read.
Foreign = Literal[
    "numbers",
    "pages",
    "keynote",
    "pdf",
    "word",
    "slides",
    "rtf",
    "web_page",
    "xml",
    "mail",
    "pgp",
    "7z",
    "rar",
    "archive",
    "database",
    "shortcut",
    "picture",
    "media",
    "program",
    "unknown",
]
WhyUnreadable = Literal[
    "empty",
    "damaged",
    "binary",
    "truncated",
    "nested_archive",
    "too_wide",
    "line_too_long",
    "no_column",
    "no_sheet",
    "too_many_files",
    "too_big_inside",
]


class PromoBotError(Exception):
    """The root: catch this to catch every expected failure."""


@dataclass(eq=False)
class SettingsError(PromoBotError):
    """A setting is missing or wrong; `then` says what to do, in a whole sentence. `more` were found with it."""

    name: str
    problem: str
    then: str = ""
    more: tuple[SettingsError, ...] = ()


@dataclass(eq=False)
class Dead(PromoBotError):
    """What the bot cannot be without is away for good; `what` says so in a sentence without a full stop."""

    what: str


@dataclass(eq=False)
class PersonaClickError(PromoBotError):
    """The API failed; `status` is the HTTP status (0 when there was none), `message` its own words."""

    status: int = 0
    message: str = ""


class BadRequest(PersonaClickError):
    """400, or 200 with status "error"."""


class CredentialsRefused(PersonaClickError):
    """401 or 403."""


class ListNotFound(PersonaClickError):
    """404."""


class ListGone(PersonaClickError):
    """The shop answered with its lists, and this one is not among them."""


class NotSupported(PersonaClickError):
    """404 or 405 on a call that older shops do not have."""


class TooLarge(PersonaClickError):
    """413."""


@dataclass(eq=False)
class RateLimited(PersonaClickError):
    """429; `retry_after_s` is the wait the API asked for, in seconds."""

    retry_after_s: float = 60.0


class Unreachable(PersonaClickError):
    """No connection was made, so nothing was carried out."""


class OutcomeUnknown(PersonaClickError):
    """A timeout, a cut connection, a 5xx or a strange answer: it may or may not have been carried out."""


class UnreadableAnswer(PersonaClickError):
    """A read answered something that is not the API's."""


class FileError(PromoBotError):
    """A dropped file cannot be used. Its kinds are the union `FileProblem`; each is told by `kind`, equal by value."""


@dataclass(unsafe_hash=True)
class FileTooLarge(FileError):
    limit_mb: int
    kind: Literal["FileTooLarge"] = "FileTooLarge"


@dataclass(unsafe_hash=True)
class TooManyCodes(FileError):
    limit: int
    kind: Literal["TooManyCodes"] = "TooManyCodes"


@dataclass(unsafe_hash=True)
class NotCodes(FileError):
    """Nothing in the file looks like a promo code."""

    kind: Literal["NotCodes"] = "NotCodes"


@dataclass(unsafe_hash=True)
class OtherFormat(FileError):
    """The file is of a kind whose codes are not read; there is a way out for each."""

    format: Foreign
    kind: Literal["OtherFormat"] = "OtherFormat"


@dataclass(unsafe_hash=True)
class Unreadable(FileError):
    """The file is of a kind that is read, but this one is damaged, empty or beyond a limit."""

    why: WhyUnreadable = "damaged"
    kind: Literal["Unreadable"] = "Unreadable"


@dataclass(unsafe_hash=True)
class Encrypted(FileError):
    """A password protects the file."""

    kind: Literal["Encrypted"] = "Encrypted"


@dataclass(unsafe_hash=True)
class CheckTooHeavy(FileError):
    """`at_most` is in seconds or MB; 0 where it is not known any more."""

    limit: Literal["time", "memory"] = "time"
    at_most: int = 0
    kind: Literal["CheckTooHeavy"] = "CheckTooHeavy"


@dataclass(unsafe_hash=True)
class FileGone(FileError):
    """The file was deleted, or hidden by Slack's limits; `outside` when it never was in Slack."""

    outside: bool = False
    kind: Literal["FileGone"] = "FileGone"


@dataclass(unsafe_hash=True)
class DownloadRefused(FileError):
    """`login_page`: the scope files:read is missing. `host`: the address is none of Slack's."""

    why: Literal["login_page", "host", "status"] = "status"
    kind: Literal["DownloadRefused"] = "DownloadRefused"


@dataclass(unsafe_hash=True)
class CheckFailed(FileError):
    """The bot failed, not the file; `reference` is in the log, too."""

    reference: str
    kind: Literal["CheckFailed"] = "CheckFailed"


FileProblem = (
    FileTooLarge
    | TooManyCodes
    | NotCodes
    | OtherFormat
    | Unreadable
    | Encrypted
    | CheckTooHeavy
    | FileGone
    | DownloadRefused
    | CheckFailed
)


class CheckCutOff(PromoBotError):
    """The process that read a file was stopped by a signal that it was not given for the file's sake."""


@dataclass(eq=False)
class NotAllowed(PromoBotError):
    """`why` is guest, stranger, bot, shared_channel, not_uploader, not_member, own_upload, unclear (Slack does not say
    what the person is), unclear_place (nor what the channel is) or unknown (Slack does not answer).

    `uploaders` names who may.
    """

    why: str
    uploaders: tuple[str, ...] = ()


class FormTooLate(PromoBotError):
    """Slack opens a form only within 3 seconds of the click."""


@dataclass(frozen=True, slots=True)
class ListChoice:
    """A list that may be meant; `key` names exactly this one when it is typed: its id, or `shop/id`."""

    title: str
    id: str
    key: str


@dataclass(eq=False)
class UnknownList(PromoBotError):
    """`candidates` are the lists meant most likely: several that match, or near misses.

    `before` and `after` are what was typed around the words, so that a candidate's key between them asks again.
    """

    words: str
    candidates: tuple[ListChoice, ...] = ()
    several: bool = False
    before: str = ""
    after: str = ""


@dataclass(eq=False)
class NotUnderstood(PromoBotError):
    """`what` is date, when, past, order, number, schedule, hours or person; `words` are what was typed, or an example
    of what to type (when, number)."""

    what: str
    words: str


@dataclass(eq=False)
class WrongState(PromoBotError):
    """A click came too late. `state` is where the upload, or a batch of it, is now when `why` is "moved".

    unknown: there is no such upload. changed: it is not as the person saw it. wiped: its codes are not here any more.
    expired: the time for that is over. list gone: the list chosen is not there any more. asks: the card asks about the
    file first. alert closed, alert gone: the click was on the card of an alert.
    """

    why: Literal["moved", "unknown", "changed", "wiped", "expired", "list gone", "asks", "alert closed", "alert gone"]
    state: str = ""


@dataclass(eq=False)
class DamagedBatch(PromoBotError):
    """A stored batch does not open: it was changed or cut off. `number` is its place in the upload, from 0."""

    number: int


class LeaseLost(PromoBotError):
    """Another process has taken over the list: stop at once, and write nothing."""
