"""Who may use the bot."""

from __future__ import annotations

import asyncio

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import NotAllowed
from bot.slack.people import BELIEVED_S, People, person_refusal, place_refusal
from bot.stand_ins.slack.cast import Channel, User
from bot.stand_ins.slack.server import StandInSlack
from tests.conftest import Clock


@pytest.mark.parametrize(
    ("user", "channel", "why"),
    [
        ("U3", "C1", "guest"),
        ("U4", "C1", "stranger"),
        ("UBOT", "C1", "bot"),
        ("U404", "C1", "unclear"),
        ("", "C1", "unclear"),
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


async def test_a_yes_is_believed_for_five_minutes_where_only_one_person_reads(
    slack: StandInSlack, web: AsyncWebClient
) -> None:
    """Slack is asked once in five minutes, and then again."""
    clock = Clock()
    people = People(web, clock=clock)
    await people.check("U1", "C1")
    slack.workspace.channels["C1"].is_ext_shared = True
    await people.check("U1", "C1")
    clock.at += BELIEVED_S + 1
    with pytest.raises(NotAllowed):
        await people.check("U1", "C1")


@pytest.mark.parametrize("how", [{"uploads": True}, {"shows": True}])
async def test_what_moves_codes_asks_slack_afresh(
    slack: StandInSlack, web: AsyncWebClient, how: dict[str, bool]
) -> None:
    """A channel shared a moment ago, a new guest and somebody taken out of the group may not load or show anything."""
    people = People(web, ["S1"])
    await people.check("U2", "C1", **how)
    slack.workspace.channels["C1"].is_ext_shared = True
    with pytest.raises(NotAllowed) as caught:
        await people.check("U2", "C1", **how)
    assert caught.value.why == "shared_channel"
    slack.workspace.users["U2"].kind = "guest"
    with pytest.raises(NotAllowed) as caught:
        await people.check("U2", "D2", **how)
    assert caught.value.why == "guest"


async def test_somebody_just_let_in_is_let_in_at_once(slack: StandInSlack, web: AsyncWebClient) -> None:
    """A no is never believed: an invited bot and a new member of the group need not wait."""
    people = People(web, ["S1"])
    slack.workspace.channels["C8"] = Channel("C8", "new", ["U1"], is_private=True)
    with pytest.raises(NotAllowed):
        await people.check("U1", "C8")
    slack.workspace.channels["C8"].members.append("UBOT")
    await people.check("U1", "C8")
    with pytest.raises(NotAllowed):
        await people.check("U5", "C1", uploads=True)
    slack.workspace.groups["S1"].users.append("U5")
    await people.check("U5", "C1", uploads=True)


async def test_nothing_is_known_while_slack_is_away(slack: StandInSlack, web: AsyncWebClient) -> None:
    """A person of whom Slack tells nothing now may not load codes, and the refusal says that Slack is away."""
    people = People(web)
    await people.check("U1", "C1", uploads=True)
    slack.fail("users.info", status=500, times=9)
    with pytest.raises(NotAllowed) as caught:
        await people.check("U1", "C1", uploads=True)
    assert caught.value.why == "unknown"
    await people.check("U1", "C1")


FULL = {"id": "U1", "team_id": "T1", "deleted": False, "is_restricted": False, "is_ultra_restricted": False}


@pytest.mark.parametrize(
    ("person", "why"),
    [
        ({}, ""),
        ({"team_id": "T2"}, "stranger"),
        ({"team_id": None}, "stranger"),
        ({"team_id": "T2", "teams": ["T2", "T1"]}, ""),
        ({"team_id": None, "teams": ["T1"]}, ""),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T1"]}}, ""),
        ({"team_id": "E1", "enterprise_user": {"teams": ["T2", "T1"]}}, ""),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T2"]}, "teams": "T1"}, "stranger"),
        ({"is_stranger": True}, "stranger"),
        ({"is_stranger": "false"}, "stranger"),
        ({"is_restricted": True}, "guest"),
        ({"is_ultra_restricted": True}, "guest"),
        ({"is_restricted": None}, "unclear"),
        ({"is_restricted": 0}, "unclear"),
        ({"is_ultra_restricted": "false"}, "unclear"),
        ({"deleted": True}, "unclear"),
        ({"deleted": 0}, "unclear"),
        ({"is_bot": True}, "bot"),
        ({"is_workflow_bot": True}, "bot"),
        ({"is_connector_bot": True}, "bot"),
        ({"id": "USLACKBOT", "is_bot": False}, "bot"),
    ],
)
def test_who_a_person_is(person: dict[str, object], why: str) -> None:
    """On Grid every workspace of a person counts; bots of any kind, guests and flags that are no booleans do not."""
    assert person_refusal({"user": {**FULL, **person}}, "T1") == why


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ({"is_ext_shared": False}, ""),
        ({"is_ext_shared": False, "is_org_shared": True, "connected_team_ids": ["T2", "T1"]}, ""),
        ({"is_ext_shared": False, "connected_team_ids": ["T1"]}, ""),
        ({"is_ext_shared": False, "connected_team_ids": ["T9"]}, "shared_channel"),
        ({"is_ext_shared": False, "pending_connected_team_ids": ["T9"]}, "shared_channel"),
        ({"is_ext_shared": False, "is_pending_ext_shared": True}, "shared_channel"),
        ({"is_ext_shared": False, "pending_shared": {"T9": 1}}, "shared_channel"),
        ({"is_ext_shared": False, "pending_shared": [""], "pending_connected_team_ids": []}, ""),
        ({"is_ext_shared": True, "is_org_shared": True}, "shared_channel"),
        ({}, "unclear_place"),
        ({"is_ext_shared": "false"}, "unclear_place"),
        ({"is_org_shared": True}, "unclear_place"),
    ],
)
def test_what_a_place_is(place: dict[str, object], why: str) -> None:
    """An organisation's own shared channel is inside; one shared with others, or of which nothing is said, is not."""
    assert place_refusal({"channel": place}, "T1") == why


async def test_a_channel_about_to_be_shared_counts_as_shared(slack: StandInSlack, web: AsyncWebClient) -> None:
    """A private channel the bot is in is fine until it is shared with another company."""
    slack.workspace.channels["C7"] = Channel("C7", "inner", ["U1", "UBOT"], is_private=True)
    await People(web).check("U1", "C7")
    slack.workspace.channels["C7"].is_ext_shared = True
    with pytest.raises(NotAllowed):
        await People(web).check("U1", "C7")


async def test_whoever_waits_is_told_soon(web: AsyncWebClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """While Slack asks for a long pause a person learns that it does not answer; a dropped file waits for it."""
    monkeypatch.setattr("bot.slack.people.ANSWERED_WITHIN_S", 0.05)
    asked, people = web.users_info, People(web)

    async def late(*, user: str) -> object:
        await asyncio.sleep(0.2)
        return await asked(user=user)

    monkeypatch.setattr(web, "users_info", late)
    with pytest.raises(NotAllowed) as caught:
        await people.check("U1", "C1")
    assert caught.value.why == "unknown"
    await people.check("U1", "C1", patient=True)
