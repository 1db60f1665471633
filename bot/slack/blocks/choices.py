"""Questions with buttons: which list, which command. A button says what would have been typed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import ListChoice, UnknownList
from bot.slack.blocks import ids
from bot.slack.blocks.kit import Block, Bold, Code, Line, Message, actions, button, clip, flat, names, number, rich
from bot.slack.blocks.text import codes_in, repeated

# What was typed is said again in an answer, but not pages of it.
_ECHO = 100
_CHOICES = 8
_ALL_LISTS: Line = ["Type ", Code("/promo lists"), " to see every list."]


def ask(text: str, typed: str, place: int = 0, *, style: str = "") -> Block:
    """A button that does what `typed` after /promo does; `place` tells the buttons of one message apart."""
    return button(text, f"{ids.ASK}:{place}", typed[:2000], style=style)


def which_list(error: UnknownList) -> Message:
    """No list, or several, answer to the words; each list that may be meant is a button that goes on from here."""
    words, choices = clip(error.words, _ECHO), error.candidates[:_CHOICES]
    if not choices:
        return said([[Bold(f"No list is called “{words}”.")], _ALL_LISTS], [ask("Show all lists", "lists")])
    buttons = [
        ask(_label(choice), f"{error.before}{choice.key}{error.after}", place) for place, choice in enumerate(choices)
    ]
    if not error.several:
        meant = names([choice.title for choice in choices], len(choices), last="or")
        return said([[Bold(f"No list is called “{words}”.")], [f"Did you mean {meant}?"]], buttons)
    if len(error.candidates) > len(choices):
        buttons.append(ask(f"All {number(len(error.candidates))} matches", f"lists {error.words}", len(choices)))
    meant = names([_label(choice) for choice in error.candidates], _CHOICES, last="or")
    first: Line = [Bold(f"{number(len(error.candidates))} lists match “{words}”.")]
    # The buttons name the lists; whoever hears the message read out has no buttons.
    return Message(flat([first, [f"Choose one: {meant}."]]), said([first, ["Which one do you mean?"]], buttons).blocks)


def choose_list(question: str, choices: Sequence[ListChoice], before: str, example: str) -> Message:
    """A command without its list: each of the first lists is a button that goes on with it; `example` is typed."""
    lines: list[Line] = [[Bold(question)], ["Choose one, or type it: ", Code(f"/promo {example}")]]
    buttons = [ask(_label(choice), f"{before}{choice.key}", place) for place, choice in enumerate(choices[:_CHOICES])]
    return said(lines, [*buttons, ask("Show all lists", "lists", len(buttons))])


def unknown_words(words: str, nearest: str, near: Sequence[ListChoice] = ()) -> Message:
    """The words begin with no command and name no list; what comes close is a button."""
    first = Bold(f"There is no command or list “{repeated(words)}”.")
    if nearest:
        command = f"/promo {repeated(nearest)}"
        return said(
            [[first], ["Did you mean ", Code(command), "? ", Code("/promo help"), " shows all commands."]],
            [ask(clip(command, 75), nearest), ask("Help", "help", 1)],
        )
    if near:
        meant = names([choice.title for choice in near], len(near), last="or")
        buttons = [ask(_label(choice), f"list {choice.key}", place) for place, choice in enumerate(near)]
        return said([[first], [f"Did you mean {meant}?"]], buttons)
    if codes_in(words):
        lines: list[Line] = [
            [first],
            ["Is it a promo code? Press Load codes, or ask where it came from: ", Code("/promo trace <code>")],
        ]
        return said(lines, [ask("Load codes", "upload"), ask("Help", "help", 1)])
    return said([[first], [Code("/promo help"), " shows what you can type."]], [ask("Help", "help")])


def outdated_button() -> Message:
    """A button of a message that an earlier version of the bot posted."""
    lines: list[Line] = [[Bold("That button is from an earlier version of me.")], ["Ask again, and press the new one."]]
    return said(lines, [ask("Show all lists", "lists"), ask("Help", "help", 1)])


def said(lines: Sequence[Line], buttons: Sequence[Block] = ()) -> Message:
    """Lines of text with buttons below."""
    return Message(flat(lines), [rich(lines), *([actions(buttons)] if buttons else [])])


def _label(choice: ListChoice) -> str:
    """A list with its id, which stays whole however long the name is."""
    end = f" ({choice.id})"
    return clip(choice.title.removesuffix(end), 63 - len(end)) + end
