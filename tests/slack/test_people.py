"""Who may use the bot."""

from __future__ import annotations

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import NotAllowed
from bot.slack.people import BELIEVED_S, People
from bot.stand_ins.slack.cast import Channel, User
from bot.stand_ins.slack.server import StandInSlack
from tests.conftest import Clock


@pytest.mark.parametrize(
    ("user", "channel", "why"),
    [
        ("U3", "C1", "guest"),
        ("U4", "C1", "stranger"),
        ("UBOT", "C1", "bot"),
        ("U404", "C1", "unknown"),
        ("", "C1", "unknown"),
        ("U1", "C3", "shared_channel"),
        ("U1", "C404", "not_member"),
    ],
)
async def test_who_may_not(web: AsyncWebClient, user: str, channel: str, why: str) -> None:
    """Guests, strangers, bots and unknown people may not, nor anybody in a shared or unknown channel."""
    with pytest.raises(NotAllowed) as caught:
        await People(web).check(user, channel)
    assert caught.value.why == why


async def test_full_members_may(web: AsyncWebClient) -> None:
    """A full member may, in a channel, in direct messages, and in the Home tab."""
    people = People(web)
    for channel in ("C1", "D1", ""):
        await people.check("U1", channel, uploads=True)


async def test_direct_messages_of_others_are_shown_nothing(web: AsyncWebClient) -> None:
    """What everybody in a channel sees may go to one's own direct messages with the bot, not to those with others."""
    people = People(web)
    await people.check("U1", "D1", shows=True)
    await people.check("U1", "D2")
    with pytest.raises(NotAllowed) as caught:
        await people.check("U1", "D2", shows=True)
    assert caught.value.why == "not_member"


@pytest.mark.parametrize("uploaders", [("U2", "S9"), ("S1",)])
async def test_uploaders_are_people_or_groups(web: AsyncWebClient, uploaders: tuple[str, ...]) -> None:
    """Where UPLOADERS is set, only those people and members of those groups load codes; reading stays free."""
    people = People(web, uploaders)
    await people.check("U2", "C1", uploads=True)
    await people.check("U5", "C1")
    with pytest.raises(NotAllowed) as caught:
        await people.check("U5", "C1", uploads=True)
    assert (caught.value.why, caught.value.uploaders) == ("not_uploader", uploaders)


async def test_a_deactivated_person_may_not(slack: StandInSlack, web: AsyncWebClient) -> None:
    """Who left the company may not, even while an old card is open."""
    slack.workspace.users["U9"] = User("U9", "left", "Left", deleted=True)
    with pytest.raises(NotAllowed):
        await People(web).check("U9", "C1")


async def test_answers_are_believed_for_ten_minutes(slack: StandInSlack, web: AsyncWebClient) -> None:
    """Slack is asked once in ten minutes, and then again."""
    clock = Clock()
    people = People(web, clock=clock)
    await people.check("U1", "C1")
    slack.workspace.channels["C1"].is_ext_shared = True
    await people.check("U1", "C1")
    clock.at += BELIEVED_S + 1
    with pytest.raises(NotAllowed):
        await people.check("U1", "C1")


async def test_a_channel_about_to_be_shared_counts_as_shared(slack: StandInSlack, web: AsyncWebClient) -> None:
    """A private channel the bot is in is fine until it is shared with another company."""
    slack.workspace.channels["C7"] = Channel("C7", "inner", ["U1", "UBOT"], is_private=True)
    await People(web).check("U1", "C7")
    slack.workspace.channels["C7"].is_ext_shared = True
    with pytest.raises(NotAllowed):
        await People(web).check("U1", "C7")
