"""What a person typed, as data: one table of commands, their synonyms and their examples.

A new command is a class here (or beside its own parser), a row in `COMMANDS`, and an answer in `routes.ANSWERS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from bot.listeners import watching_words
from bot.listeners.questions import command as asked
from bot.listeners.tidying import tidy, unescaped, unquoted, unwrapped, without_courtesy
from bot.slack.blocks.help import Example

# As much as a message of Slack may hold, and more than a command does.
MAX_WHOLE = 40_000
_NAME = re.compile(r"\s*[/@]?promo(?:-(lists|upload))?[:,]?(?=\s|$)", re.IGNORECASE)
_NEAR = 0.75
# "ok", "is" and "how" are no slips of a command.
_SHORTEST_SLIP = 3
_NO_SLIPS = ("how",)
# "history by me", "history of spring sale".
_BEFORE_NAMES = ("by", "from", "of", "for", "to", "into", "in")
# "open" is whatever still has a next step.
HISTORY_STATES = ("open", "paused", "done", "undone")


@dataclass(frozen=True, slots=True)
class Help:
    """`/promo` or `/promo help`."""


@dataclass(frozen=True, slots=True)
class Lists:
    """`/promo lists [words]`."""

    words: str


@dataclass(frozen=True, slots=True)
class OneList:
    """`/promo list <list>`."""

    words: str


@dataclass(frozen=True, slots=True)
class UploadForm:
    """`/promo upload [list]`."""

    words: str


@dataclass(frozen=True, slots=True)
class History:
    """`/promo history [list] [me | @person] [open | paused | done | undone] [page N]`.

    `by` is "me", "<@U1>" with a user's id, or "@ben" with a name.
    """

    words: str = ""
    by: str = ""
    state: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Snippet:
    """`/promo snippet <list> [fallback <list> | fallback "TEN"]`, with its quotes."""

    typed: str


@dataclass(frozen=True, slots=True)
class Trace:
    """`/promo trace <code…>`: codes, or a text with codes in it; kept and shown nowhere."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Undo:
    """`/promo undo`: where *Undo* is."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Words that begin with no command: a list's name perhaps. `nearest` is the whole text with the command that comes
    closest in front, or empty; where that command is given codes, neither has what followed the first word."""

    words: str
    nearest: str


Typed = Help | Lists | OneList | UploadForm | History | Snippet | Trace | Undo | Unknown | watching_words.WatchingTyped


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its word, other words that people mean by it, the parser of what follows, examples
    for help, and the topic they stand under there.

    `whole`: the parser gets what follows as it was typed, long or quoted.
    """

    word: str
    synonyms: tuple[str, ...]
    parse: Callable[[str], Typed]
    examples: tuple[Example, ...] = ()
    topic: str = ""
    whole: bool = False


def history(rest: str) -> History:
    """What narrows the history: a person, a state and a page; the other words name a list."""
    words, by, state, page = rest.split(), "", "", 1
    if len(words) > 1 and words[-2].casefold() == "page" and words[-1].isdecimal():
        page, words = max(1, int(words[-1][:6])), words[:-2]
    left: list[str] = []
    for word in words:
        if found := re.fullmatch(r"<@(\w+)(?:\|[^>]*)?>|@\S+", word):
            by = f"<@{found[1]}>" if found[1] else word
        elif word.casefold() in ("me", "mine", "my"):
            by = "me"
        elif word.casefold() in HISTORY_STATES:
            state = word.casefold()
        else:
            left.append(word)
    if left and left[0].casefold() in _BEFORE_NAMES and (by or len(left) > 1):
        del left[0]
    return History(unquoted(" ".join(left)), by, state, page)


# What commands are for, as help groups them.
_SEE, _LOAD, _PLAN, _SHOP = "See what is left", "Load codes", "Watch and plan", "In the shop"
COMMANDS: tuple[Command, ...] = (
    Command(
        "lists",
        ("stock", "stocks", "left", "status", "available", "availability", "report", "remaining", "all"),
        Lists,
        (
            Example("lists", "how many codes each list has left"),
            Example("lists sale", "only lists with “sale” in the name"),
        ),
        topic=_SEE,
    ),
    Command(
        "list",
        ("show", "find"),
        lambda rest: OneList(rest) if rest else Lists(""),
        (Example("list spring sale", "one list and its last uploads"),),
        topic=_SEE,
    ),
    Command(
        "upload",
        ("load", "add", "import", "refill"),
        UploadForm,
        (
            Example("upload", "load codes from a file or pasted text, privately"),
            Example("upload spring sale", "the same, with the list chosen"),
        ),
        topic=_LOAD,
    ),
    Command(
        "history",
        ("log", "uploads", "recent"),
        lambda rest: history(rest),
        (
            Example("history", "who loaded what, when, with which result"),
            Example("history me open", "my uploads that are not finished; also by list and @person"),
        ),
        topic=_LOAD,
    ),
    Command(
        "snippet",
        ("storefront", "script", "javascript"),
        Snippet,
        (Example("snippet spring sale", "the storefront JavaScript that shows visitors its codes"),),
        whole=True,
        topic=_SHOP,
    ),
    Command(
        "trace",
        ("whose", "origin"),
        Trace,
        (Example("trace SPRING-7KQ2", "which list a code was loaded into, when and by whom; only you see it"),),
        whole=True,
        topic=_SHOP,
    ),
    Command(
        "watch",
        ("alert", "notify", "monitor"),
        watching_words.watch,
        (Example("watch spring sale below 500", "an alert in this channel, also: 3 days, @person"),),
        topic=_PLAN,
    ),
    Command(
        "watches",
        ("watching", "alerts"),
        lambda _: watching_words.Watches(),
        (Example("watches", "what is watched here, and what is held back"),),
        topic=_PLAN,
    ),
    Command("unwatch", ("mute",), watching_words.Unwatch),
    Command("quiet", ("silence",), watching_words.QuietHoursTyped),
    Command(
        "need",
        ("enough",),
        watching_words.need,
        (Example("need 50000 spring sale by friday", "enough, or short by how many"),),
        topic=_SEE,
    ),
    Command(
        "book",
        ("reserve", "plan"),
        watching_words.book,
        (
            Example(
                "book 50000 spring sale from friday to sunday", "a campaign’s planned use; also: bookings, unbook 3"
            ),
        ),
        topic=_PLAN,
    ),
    Command("bookings", ("booked", "campaigns"), lambda _: watching_words.Bookings()),
    Command("unbook", ("unreserve",), watching_words.unbook),
    Command(
        "digest",
        ("digests", "reports", "schedule"),
        watching_words.DigestTyped,
        (Example("digest weekdays 09:00", "a report in this channel; also: daily, mondays, off"),),
        topic=_PLAN,
    ),
    Command(
        "next",
        ("soon", "forecast"),
        watching_words.runs_out,
        (Example("next", "which lists run out next"),),
        topic=_SEE,
    ),
    Command("undo", ("revert", "rollback"), lambda _: Undo()),
    Command("help", ("?", "hi", "hello", "hey", "commands", "start"), lambda _: Help()),
)


def parse(command: str, text: str) -> Typed:
    """What `text` after `command` asks for; `/promo-lists` and `/promo-upload` bring their word with them."""
    _, _, word = command.partition("-")
    plain = unwrapped(unescaped(text[:MAX_WHOLE]))
    if (found := _NAME.match(plain)) and _names_the_bot(found[0].strip(), plain[found.end() :]):
        return parse(f"/promo-{found[1] or word}", plain[found.end() :])
    return _parse(f"{word} {tidy(plain)}".strip(), plain)


def parse_message(text: str) -> Typed:
    """What a message to the bot asks for: the same words, with or without `/promo` or the bot's mention in front."""
    plain = re.sub(r"^\s*<@\w+(?:\|[^>]*)?>[:,]?", "", text[:MAX_WHOLE])
    found = _NAME.match(plain)
    return parse(f"/promo-{found[1] or ''}" if found else "", plain[found.end() :] if found else plain)


def _names_the_bot(name: str, rest: str) -> bool:
    """Whether `name` is the bot's own typed once more, and not the beginning of a list's name."""
    following = rest.casefold().split(None, 1)[:1]
    return not name[0].isalpha() or "-" in name or not _BY_WORD.keys().isdisjoint(following)


def _parse(text: str, whole: str) -> Typed:
    text = without_courtesy(text)
    word, _, rest = text.partition(" ")
    rest = unquoted(rest.strip())
    if not word:
        return Help()
    plain_word = word.casefold().rstrip(":,.?!") or word
    if plain_word not in _WORDS and (question := asked(text)):
        word, _, rest = question.partition(" ")
        return _BY_WORD[word].parse(rest)
    if (command := _BY_WORD.get(plain_word)) is not None:
        return command.parse("".join(whole.split(None, 1)[1:]).strip() if command.whole else rest)
    if (nearest := _slip(plain_word)) is None:
        return Unknown(unquoted(text), "")
    if nearest.parse is Trace:
        # What follows are codes, perhaps; they are repeated nowhere.
        return Unknown(plain_word, nearest.word)
    return Unknown(unquoted(text), f"{nearest.word} {rest}".strip())


def _slip(word: str) -> Command | None:
    """The command that somebody meant who typed `word`."""
    if len(word) < _SHORTEST_SLIP or word in _NO_SLIPS:
        return None
    begun = [known for known in _BY_WORD if len(known) > _SHORTEST_SLIP and word.startswith(known)]
    near = get_close_matches(word, _BY_WORD, n=1, cutoff=_NEAR) or begun
    return _BY_WORD[near[0]] if near else None


EXAMPLES = tuple(replace(example, topic=command.topic) for command in COMMANDS for example in command.examples)
_WORDS = frozenset(command.word for command in COMMANDS)
_BY_WORD = {word: command for command in COMMANDS for word in (command.word, *command.synonyms)}
