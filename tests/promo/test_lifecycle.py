"""What may happen to an upload: the table, the drawing in the README, the buttons, and who does the rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.listeners.cards import DECIDED_BY
from bot.promo.lifecycle import DECISIONS, LIVE, TRANSITIONS, UNDER_WAY, Event, after
from bot.promo.uploads import CardContext, Down, Progress, State, Upload
from bot.slack.blocks import ids
from bot.slack.blocks.cards.card import card

ROOT = Path(__file__).parent.parent.parent
# Buttons and menus that do more than decide have listeners of their own.
BY_OTHER_LISTENERS = {Event.CONFIRM, Event.ASK_APPROVAL, Event.CHOOSE_LIST, Event.CHECK_AGAIN}


def drawing() -> list[str]:
    """The table as lines of a Mermaid state diagram."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for event, moves in TRANSITIONS.items():
        for source, goal in moves.items():
            arrows.setdefault((source, goal), []).append(event.value)
    return [
        f"{source.name.lower()} --> {goal.name.lower()}: {' / '.join(events)}"
        for (source, goal), events in arrows.items()
    ]


def test_the_readme_draws_the_table() -> None:
    """The state diagram of the README has exactly the arrows of the table."""
    told = (ROOT / "README.md").read_text().partition("stateDiagram-v2\n")[2].partition("```")[0]
    assert [line.strip() for line in told.splitlines()] == drawing()


def uploads(state: State) -> list[Upload]:
    """Uploads in this state: nothing sent, a part refused, with an API that is away."""
    upload = Upload("ref", state, list_id="7", list_name="Spring", file_name="a.csv", confirmed_by="U1", undo_until=2)
    part = replace(upload, progress=Progress(total=9, accepted=4, refused=2, skipped=1))
    return [replace(upload, progress=Progress(total=9)), part, replace(part, notice=Down(0, 1))]


@pytest.mark.parametrize("state", State)
def test_every_button_is_accepted_where_it_is_offered(state: State) -> None:
    """No card offers a decision that the table does not allow in its state."""
    for upload in uploads(state):
        for block in card(upload, CardContext(undoable=True), 1.0).blocks:
            for element in block.get("elements", []) if block["type"] == "actions" else []:
                if (action := element["action_id"]) in DECIDED_BY:
                    assert after(DECIDED_BY[action], state) is not None, action


def test_every_decision_is_offered_somewhere() -> None:
    """Each button that is a decision is on some card."""
    offered = {
        element["action_id"]
        for state in State
        for upload in uploads(state)
        for block in card(upload, CardContext(undoable=True), 1.0).blocks
        if block["type"] == "actions"
        for element in block["elements"]
    }
    assert set(DECIDED_BY) <= offered
    assert ids.CONFIRM not in DECIDED_BY


@pytest.mark.parametrize("event", Event)
def test_every_event_has_a_button_or_a_worker(event: Event) -> None:
    """Nothing stands in the table that nobody does."""
    if event in {*DECIDED_BY.values(), *BY_OTHER_LISTENERS}:
        return
    code = [*(ROOT / "bot" / "work").glob("*.py"), *(ROOT / "bot" / "store").glob("*.py")]
    assert any(f"Event.{event.name}" in path.read_text() for path in code)


def test_the_sets_of_states_agree_with_the_table() -> None:
    """A card in use can still be moved by somebody, and what people decided is told of an upload that was confirmed."""
    left = {state for moves in TRANSITIONS.values() for state in moves}
    assert left >= LIVE
    assert {Event.TRY_NOW, Event.COUNT_AGAIN}.isdisjoint(DECISIONS)
    assert UNDER_WAY <= LIVE


def test_an_undo_cannot_be_stopped() -> None:
    """*Stop* is not for an upload that is being taken back: it would end half taken back and be called partly done."""
    for state in (State.UNDOING, State.UNDO_PAUSED):
        assert after(Event.STOP, state) is None
