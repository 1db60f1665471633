"""What the stand-in refuses and accepts in blocks and views, by Slack's reference pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stand_ins.slack import problems_with_blocks, problems_with_view
from bot.stand_ins.slack.shape import Surface
from tests.stand_ins.slack.block_cases import (
    BAD,
    GOOD,
    ROW,
    Block,
    chart,
    data_table,
    field,
    pie,
    plain,
    section,
    table,
)


@pytest.mark.parametrize(("surface", "block"), GOOD)
def test_what_slack_allows_passes(surface: Surface, block: Block) -> None:
    """Payloads at the limit, of every type the bot may use."""
    assert problems_with_blocks([block], surface) == []


@pytest.mark.parametrize(("surface", "block", "pointer"), BAD)
def test_what_slack_forbids_is_pointed_at(surface: Surface, block: Block, pointer: str) -> None:
    """Each forbidden payload is refused at the right place."""
    problems = problems_with_blocks([block], surface)
    assert pointer in [problem.rpartition("[json-pointer:")[2].rstrip("]") for problem in problems]


@pytest.mark.parametrize(
    ("surface", "blocks", "words"),
    [
        ("message", [section()] * 51, "no more than 50 items allowed"),
        ("home", [section()] * 101, "no more than 100 items allowed"),
        ("message", [section(block_id="b"), section(block_id="b")], "block_id already exists: b"),
        ("message", [data_table(ROW), table(ROW)], "only_one_table_allowed"),
        ("message", [chart(), chart(), pie(1)], "no more than 2 data_visualization blocks allowed"),
        ("message", [{"type": "markdown", "text": "x" * 6001}] * 2, "all markdown must be less than 12001 characters"),
    ],
)
def test_what_blocks_may_not_be_together(surface: Surface, blocks: list[Block], words: str) -> None:
    """Counts and repeated ids over the whole payload."""
    assert problems_with_blocks(blocks, surface) == [f"[ERROR] {words} [json-pointer:/blocks]"]


VIEW: Block = {"type": "modal", "title": plain("Form"), "submit": plain("Send"), "blocks": [section()]}
TEXT_FIELD = field({"type": "plain_text_input", "action_id": "p"})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({}, []),
        ({"blocks": [TEXT_FIELD]}, []),
        ({"title": plain("x" * 25)}, ["must be less than 25 characters [json-pointer:/view/title/text]"]),
        ({"submit": plain("x" * 25)}, ["must be less than 25 characters [json-pointer:/view/submit/text]"]),
        ({"private_metadata": "x" * 3001}, ["must be less than 3001 characters [json-pointer:/view/private_metadata]"]),
        ({"callback_id": "x" * 256}, ["must be less than 256 characters [json-pointer:/view/callback_id]"]),
        ({"size": "large"}, ["invalid additional property [json-pointer:/view/size]"]),
        ({"blocks": None}, ["must be an array [json-pointer:/view/blocks]"]),
        ({"type": "window"}, ["must be a modal or home view [json-pointer:/view/type]"]),
    ],
)
def test_views(change: Block, problem: list[str]) -> None:
    """Titles, ids and metadata have their limits."""
    assert problems_with_view({**VIEW, **change}) == [f"[ERROR] {one}" for one in problem]


def test_an_input_needs_a_submit_button() -> None:
    """A modal with an input and no submit is refused."""
    view = {"type": "modal", "title": plain("Form"), "blocks": [TEXT_FIELD]}
    expected = ["[ERROR] a view with an input block must have submit [json-pointer:/view/blocks/0]"]
    assert problems_with_view(view) == expected


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["plain_text", "actions", "button", "", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "elements", "rows", "chart", "block_id"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(
    st.sampled_from(
        ["section", "actions", "data_table", "data_visualization", "rich_text", "card", "container", "table"]
    ),
    st.dictionaries(st.sampled_from(["text", "elements", "rows", "chart", "title", "child_blocks"]), _ANYTHING),
)
def test_no_payload_breaks_the_checker(kind: str, rest: Block) -> None:
    """Whatever is sent, the answer is a list of messages."""
    problems = problems_with_blocks([{"type": kind, **rest}], "message")
    assert all(problem.startswith("[ERROR] ") and "[json-pointer:/blocks" in problem for problem in problems)
