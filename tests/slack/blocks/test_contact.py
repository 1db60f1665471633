"""Whom to ask: named wherever somebody beside the reader has to act."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot import errors
from bot.promo.uploads import CardContext, Paused, State, Upload
from bot.slack.blocks import problems
from bot.slack.blocks.alerts import outage_began
from bot.slack.blocks.cards.card import card
from bot.slack.blocks.kit import Message
from bot.stand_ins.slack import problems_with_blocks

NOW = 1_800_000_000.0
PAUSES = [Paused("credentials"), Paused("not found"), Paused("limited"), Paused("shop gone"), Paused("redirected")]
Told = Callable[[str], Message]


@pytest.mark.parametrize(
    ("contact", "named"),
    [
        ("", "tell whoever runs this bot the"),
        ("U9", "tell <@U9> the"),
        ("S77", "tell <!subteam^S77> the"),
        ("Zoe (ext. 12) <x>", "tell Zoe (ext. 12) &lt;x&gt; the"),
    ],
)
def test_the_contact_is_named_where_somebody_has_to_act(contact: str, named: str) -> None:
    """A person, a group or words take the place of "whoever runs this bot", and can not format anything."""
    message = problems.unexpected("ab12", contact)
    assert problems_with_blocks(message.blocks, "message") == []
    assert named in message.text
    begins = problems.explain(errors.CredentialsRefused(), contact).text.splitlines()[1]
    assert (begins.split(" can fix it: ")[0] == "Whoever runs this bot") == (not contact)


def paused(why: Paused, contact: str) -> Message:
    """The card of an upload that stands still."""
    return card(Upload("r", State.PAUSED, notice=why), CardContext(contact=contact), NOW)


@pytest.mark.parametrize(
    "told",
    [
        problems.database_away,
        lambda contact: problems.unexpected("ab12", contact),
        lambda contact: problems.slack_refused("missing_scope", contact),
        lambda contact: problems.explain(errors.NotAllowed("not_uploader", ("U1",)), contact),
        lambda contact: outage_began("", errors.CredentialsRefused(), NOW, contact),
        *(lambda contact, why=why: paused(why, contact) for why in PAUSES),
    ],
)
def test_whoever_has_to_act_has_a_name(told: Told) -> None:
    """A person, a group or words stand wherever somebody beside the reader has to act, and pings only as an id."""
    assert "hoever runs this bot" in told("").text
    for contact, shown in (("U5", "<@U5>"), ("S5", "<!subteam^S5>"), ("the <CRM> team", "he &lt;CRM&gt; team")):
        said = told(contact).text
        assert shown in said
        assert "hoever runs" not in said
