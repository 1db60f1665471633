"""What people read about the storefront: the call for a list, and what it means for counting and testing."""

from __future__ import annotations

import re

from bot.promo.lists import PromoList
from bot.promo.snippet import Fallback, FallbackList, GeneralCode, HideOffer
from bot.slack.blocks.kit import RICH_TEXT_AT_MOST, Block, Bold, Code, Line, Message, flat, header, rich, small

_COUNTING = (
    "Counting: a visitor's device keeps its code for two hours after the last page it opened, so available falls by "
    "one for each device, not for each page."
)
_TESTING = (
    "Testing: your own browser gets the same code for two hours; a private window takes another code from the list."
)


def storefront(promo_list: PromoList, fallback: Fallback, script: str) -> Message:
    """The snippet of a list, ready to copy; `script` is its text."""
    first: list[Line] = [
        [f"Shows each visitor a code of {promo_list.title}. ", *_without(fallback)],
        ["Paste it into a ", Code("<script>"), " below the PersonaClick loader. It needs no edit."],
    ]
    if len(script) > RICH_TEXT_AT_MOST:
        first.append(["It is too long to show here."])
    sent: Line = ["The same text is in your direct messages with me, as a file to copy."]
    below: list[Line] = [[_COUNTING], [_TESTING], sent]
    shown = [preformatted(script)] if len(script) <= RICH_TEXT_AT_MOST else []
    title = f"Storefront snippet for {promo_list.title}"
    text = flat([[title], *first, *below, *([[Code(script)]] if shown else [])])
    return Message(text, [header(title), rich(first), *shown, small(below)])


def _without(fallback: Fallback) -> Line:
    match fallback:
        case HideOffer():
            return ["Without a code the offer is hidden."]
        case FallbackList(second):
            return ["Without one it asks ", Bold(second.title), "; when that has none either, the offer is hidden."]
        case GeneralCode(code):
            return ["Without one everybody gets ", Code(code), "."]


def preformatted(text: str) -> Block:
    """Text that Slack shows letter by letter, with no link, ping or format in it."""
    shown = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [shown]}


def file_name(promo_list: PromoList) -> str:
    """The name of the file with the snippet."""
    return f"promo-code-{re.sub(r'[^A-Za-z0-9_-]+', '-', promo_list.id)[:60].strip('-') or 'list'}.js"


def file_comment(promo_list: PromoList) -> str:
    """What stands beside that file; Slack parses it, so it names no list."""
    return f"The storefront snippet you asked for, list {file_name(promo_list)[11:-3]}."


def cannot_fall_back(promo_list: PromoList, second: PromoList) -> Message:
    """A list that cannot be the second one."""
    if promo_list == second:
        return _said(
            f"{promo_list.title} cannot be its own fallback.",
            "Name another list, or one general code in quotes: ",
            f'/promo snippet {promo_list.id} fallback "TEN"',
        )
    return _said(
        f"{second.title} belongs to another shop than {promo_list.title}.",
        "A page loads PersonaClick for one shop. Name a list of the same shop, or one general code in quotes: ",
        f'/promo snippet {promo_list.id} fallback "TEN"',
    )


def _said(what: str, then: str, example: str) -> Message:
    lines: list[Line] = [[Bold(what)], [then, Code(example)]]
    return Message(flat(lines), [rich(lines)])
