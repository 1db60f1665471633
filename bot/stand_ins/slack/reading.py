"""What a person sees in a message or a view, and where they can click."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.stand_ins.slack.block_rules import elements_of
from bot.stand_ins.slack.text_rules import options_of
from bot.stand_ins.slack.workspace import Json, Message

_SHOWN = ("text", "caption", "title", "subtitle", "label", "hint", "placeholder", "name", "alt_text", "body", "subtext")
_OPENED_BY_CLICK = ("static_select", "multi_static_select", "overflow")
_UNSEEN = ("confirm", "block_id", "action_id", "url", "image_url", "option_groups", "private_metadata", "state")

_ONE = ("static_select", "external_select", "radio_buttons", "overflow")
_MANY = ("checkboxes", "multi_static_select", "multi_external_select")
_PLAIN = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
}


def visible_text(where: Message | Json) -> str:
    """Every word a person reads in a message or a view, line by line: its text, then its blocks."""
    if isinstance(where, Message):
        lines = [where.text, *_words(where.blocks), *_words(where.attachments)]
    else:
        lines = [*_words({"title": where.get("title"), "blocks": where["blocks"]})]
        lines += [*_words([where.get("submit"), where.get("close")])]
    return "\n".join(line for line in lines if line)


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _words(one)
    elif isinstance(value, dict):
        if "label" in value and isinstance(value.get("value"), (int, float)):
            yield f"{value['label']}: {value['value']}"
            return
        closed = value.get("type") in _OPENED_BY_CLICK
        for name, one in value.items():
            if name in _UNSEEN or (name == "options" and closed):
                continue
            if isinstance(one, str):
                if name in _SHOWN:
                    yield one
            else:
                yield from _words(one)


def controls(blocks: list[Json]) -> list[tuple[Json, Json]]:
    """Every element that can be used, with its block."""
    every = [one for block in blocks for one in (block, *(block.get("child_blocks") or ()))]
    return [(block, element) for block in every for element in elements_of(block)]


def name_of(block: Json, element: Json) -> str:
    """What a person would call the element."""
    for words in (element.get("text"), block.get("label"), element.get("placeholder")):
        if isinstance(words, dict):
            return str(words.get("text", ""))
    return str(element.get("action_id", ""))


def find_control(blocks: list[Json], wanted: str) -> tuple[Json, Json]:
    """The one element with this action_id, block_id or visible name. Raises AssertionError naming what is there."""
    every = controls(blocks)
    by_id = [pair for pair in every if wanted == pair[1].get("action_id")]
    by_block = [pair for pair in every if wanted == pair[0].get("block_id")]
    by_name = [pair for pair in every if wanted == name_of(*pair)]
    found = by_id or by_block or by_name
    if len(found) != 1:
        there = ", ".join(f"{name_of(*pair)!r} ({pair[1].get('action_id')})" for pair in every) or "nothing"
        several = "several are" if found else "no control is"
        raise AssertionError(f"{several} called {wanted!r}; there is: {there}")
    return found[0]


def find_option(options: list[Json], wanted: str) -> Json:
    """The option with this value or text. Raises AssertionError naming what is offered."""
    for option in options:
        if wanted in (option.get("value"), option["text"]["text"]):
            return option
    offered = ", ".join(repr(option["text"]["text"]) for option in options) or "nothing"
    raise AssertionError(f"no option is called {wanted!r}; offered: {offered}")


def chosen_option(element: Json, wanted: str) -> Json:
    """The option of an element that carries its own options. Raises AssertionError."""
    return find_option(options_of(element), wanted)


def choice(element: Json, option: Any) -> Json:
    """What choosing `option` is on the wire."""
    kind = element["type"]
    if kind in _ONE:
        return {"selected_option": option if isinstance(option, dict) else chosen_option(element, str(option))}
    if kind in _MANY:
        wanted = [option] if isinstance(option, (str, dict)) else list(option or ())
        return {"selected_options": [one if isinstance(one, dict) else chosen_option(element, one) for one in wanted]}
    return {_PLAIN.get(kind, "value"): option}
