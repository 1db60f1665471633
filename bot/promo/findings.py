"""What the check of a file found: which codes will be uploaded, which not, and why."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.promo.guessing import Guessable


class Kind(StrEnum):
    """One sort of finding; `slack/blocks` has the words for each."""

    # Cleaned: the code is kept, without what does not belong to it.
    SPACES = "spaces"
    INVISIBLE = "invisible"
    QUOTES = "quotes"
    # Left out always.
    EMPTY = "empty"
    REPEATED = "repeated"
    LINE_BREAK = "line_break"
    TOO_LONG = "too_long"
    SCIENTIFIC = "scientific"
    DECIMAL = "decimal"
    ROUNDED = "rounded"
    DATE = "date"
    BOOLEAN = "boolean"
    CELL_ERROR = "cell_error"
    FORMULA = "formula"
    FORMATTED = "formatted"
    UNREADABLE_TEXT = "unreadable_text"
    NOT_A_CODE = "not_a_code"
    NOTHING = "nothing"
    # Left out unless the person keeps them (`Options.keep`).
    WORDS = "words"
    USED = "used"
    INACTIVE = "inactive"
    EXPIRED = "expired"
    HIDDEN = "hidden"
    STRUCK = "struck"
    KNOWN_HERE = "known_here"
    KNOWN_ELSEWHERE = "known_elsewhere"
    CASE_REPEATED = "case_repeated"
    CONTROL = "control"
    INNER_SPACE = "inner_space"
    LOOKALIKE = "lookalike"
    LENGTH = "length"
    # Signs of another form: repaired on request.
    DASHES = "dashes"
    ENTITIES = "entities"
    OTHER_FORM = "other_form"
    # Repaired always: other codes of the file are written in ordinary signs.
    MENDED = "mended"
    # Zeros in front that a spreadsheet ate: repaired on request when the number format proves the width.
    ZEROS_PROVEN = "zeros_proven"
    ZEROS_LIKELY = "zeros_likely"


KEEPABLE = frozenset(
    {
        Kind.WORDS,
        Kind.USED,
        Kind.INACTIVE,
        Kind.EXPIRED,
        Kind.HIDDEN,
        Kind.STRUCK,
        Kind.KNOWN_HERE,
        Kind.KNOWN_ELSEWHERE,
        Kind.CASE_REPEATED,
        Kind.CONTROL,
        Kind.INNER_SPACE,
        Kind.LOOKALIKE,
        Kind.LENGTH,
        Kind.ZEROS_LIKELY,
        Kind.FORMULA,
        Kind.DATE,
    }
)
# Left out unless the person has them repaired (`Options.repair`).
REPAIRABLE = frozenset({Kind.ZEROS_PROVEN, Kind.DASHES, Kind.ENTITIES, Kind.OTHER_FORM})
# Kept unless the person leaves them out: rarely damage, and leaving them out unasked would lose good codes.
KEPT_BY_DEFAULT = frozenset({Kind.INNER_SPACE, Kind.CASE_REPEATED})


class Fate(StrEnum):
    """What becomes of the rows of a finding."""

    CLEANED = "cleaned"
    LEFT_OUT = "left_out"
    KEPT = "kept"
    REPAIRED = "repaired"


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of trouble: how many rows, the first few of them (global row numbers), and what becomes of them."""

    kind: Kind
    fate: Fate
    count: int
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One file or sheet of the source; its line n has the global row number `offset` + n. `codes` go up from it."""

    name: str
    offset: int
    codes: int


def place(parts: Sequence[Part], row: int) -> tuple[str, int]:
    """Which part (its name) and which line of it a global row number means."""
    part = parts[max(0, bisect_right([one.offset for one in parts], row - 1) - 1)]
    return part.name, row - part.offset


@dataclass(frozen=True, slots=True)
class Options:
    """How a person wants a file read; None leaves it to the evidence. `column` counts from 0.

    `every` reads all that may hold codes; `trusted` says that a person has seen what was found, and it is right;
    `pasted` that the codes were typed into the box for codes.
    """

    encoding: str | None = None
    sheet: str | None = None
    column: int | None = None
    header: bool | None = None
    keep: frozenset[Kind] = KEPT_BY_DEFAULT
    repair: bool = False
    file: str | None = None
    every: bool = False
    trusted: bool = False
    pasted: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its title (or empty) and masked samples of what is in it, the first alone as `sample`."""

    index: int
    title: str
    sample: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One column that may hold the codes: in which file and sheet (empty where there is one), and masked samples."""

    file: str
    sheet: str
    column: int
    title: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file was read. `sure` is False when the evidence was weak and a person should look.

    `header` is the line of the header, or 0 when there is none. `candidates` are what else may be read; where it
    `asks`, nothing can be uploaded before a person chose. `taken` is a line before and after a code was taken out of
    it, both masked. `passed` are sheets and files named for codes that are gone.
    """

    format: str
    encoding: str = ""
    sheet: str = ""
    column: Column | None = None
    header: int = 0
    sure: bool = True
    encodings: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    asks: bool = False
    taken: tuple[str, str] | None = None
    passed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """The file marks `count` of its `of` codes as used, inactive or expired (`kind`), in the column with this title."""

    kind: Kind
    column: str
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class Known:
    """`count` codes of the file were loaded before: by upload `ref`, to list `list_id`."""

    ref: str
    list_id: str
    count: int


@dataclass(frozen=True, slots=True)
class Hit:
    """The codes of a file at `places` were loaded before: by upload `ref`, to list `list_id`. One for each upload, for
    there may be millions of places."""

    list_id: str
    ref: str
    places: Sequence[int]


@dataclass(frozen=True, slots=True)
class Shape:
    """What the codes of a file or list look like, as counts: first characters, lengths, alphabet classes."""

    prefixes: tuple[tuple[str, int], ...]
    lengths: tuple[tuple[int, int], ...]
    alphabets: tuple[tuple[str, int], ...]
    codes: int


@dataclass(frozen=True, slots=True)
class Checked:
    """The whole result of a check. `codes` will be uploaded; `rows` were read; `samples` are masked.

    `digest` names the content: the same bytes have the same digest. `reported` rows are in the report; `unread` are
    files of an archive that gave no codes, although their names promise some. `nearest_expiry` is a day (ISO 8601) or
    empty. `makes` are the usual makes of the codes (see `makes_of`), each with how many of
    `shape.codes` have it.
    """

    codes: int
    rows: int
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]
    samples: tuple[str, ...]
    layout: Layout
    shape: Shape
    digest: str
    known: tuple[Known, ...] = ()
    reported: int = 0
    options: Options = Options()
    unread: tuple[str, ...] = ()
    marked: tuple[Marked, ...] = ()
    nearest_expiry: str = ""
    makes: tuple[tuple[str, int], ...] = ()
    guessable: Guessable | None = None

    @property
    def empty(self) -> int:
        """How many rows hold nothing."""
        return sum(one.count for one in self.findings if one.kind is Kind.EMPTY)

    @property
    def left_out(self) -> int:
        """How many rows hold something that will not be uploaded; a row counts once, whatever is wrong with it."""
        return self.rows - self.codes - self.empty
