"""Every fault over a real socket: what the real client makes of it, and what the record says truly happened."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from bot.errors import (
    BadRequest,
    CredentialsRefused,
    ListNotFound,
    OutcomeUnknown,
    PersonaClickError,
    RateLimited,
    TooLarge,
    Unreachable,
    UnreadableAnswer,
)
from bot.stand_ins.personaclick import StandInPersonaClick
from tests.stand_ins.personaclick.conftest import Connect


async def outcome(call: Any) -> type[Exception] | None:
    try:
        await call
    except PersonaClickError as error:
        return type(error)
    return None


@pytest.mark.parametrize(
    ("name", "value", "add", "read", "stored", "answered"),
    [
        ("refuse_all", "No", BadRequest, None, False, True),
        ("refuse_codes", "b1", BadRequest, None, False, True),
        ("refuse_codes", "zz", None, None, True, True),
        ("too_large", 1, TooLarge, None, False, True),
        ("too_large", 2, None, None, True, True),
        ("rate_limited", 0, RateLimited, RateLimited, False, True),
        ("forbidden", True, CredentialsRefused, CredentialsRefused, False, True),
        ("gone", True, ListNotFound, ListNotFound, False, True),
        ("html", True, OutcomeUnknown, UnreadableAnswer, False, True),
        ("empty", True, OutcomeUnknown, UnreadableAnswer, True, True),
        ("cut_before", True, OutcomeUnknown, Unreachable, False, False),
        ("cut_after", True, OutcomeUnknown, Unreachable, True, False),
        ("error_before", True, OutcomeUnknown, UnreadableAnswer, False, True),
        ("error_after", True, OutcomeUnknown, UnreadableAnswer, True, True),
        ("slow", 0.01, None, None, True, True),
        ("late", 0.01, None, None, True, True),
    ],
)
async def test_each_fault(
    stand_in: StandInPersonaClick,
    connect: Connect,
    name: str,
    value: Any,
    add: type[Exception] | None,
    read: type[Exception] | None,
    stored: bool,
    answered: bool,
) -> None:
    """A fault shows as its error in the client, and the record tells whether the codes were stored and answered."""
    client = connect()
    await stand_in.fault(name, value)
    assert (await outcome(client.add("vip", ["a1", "b1"])), await outcome(client.lists())) == (add, read)
    post = stand_in.record.posts[0]
    assert (post.stored, post.answered, len(stand_in.record.posts)) == (stored, answered, 1)
    assert stand_in.codes("vip") == (["a1", "b1"] if stored else [])
    await stand_in.fault(name, None)
    assert await client.available("vip") == (2 if stored else 0)


async def test_a_fault_counts_its_calls_and_methods(stand_in: StandInPersonaClick, connect: Connect) -> None:
    """`calls` and `methods` bound a fault: here the next two POSTs and nothing else."""
    client = connect()
    await stand_in.fault("error_before", calls=2, methods=["POST"])
    met = [await outcome(client.lists())] + [await outcome(client.add("vip", [code])) for code in "abc"]
    assert met == [None, OutcomeUnknown, OutcomeUnknown, None]


async def test_late_stores_after_the_client_has_gone(stand_in: StandInPersonaClick, connect: Connect) -> None:
    """The codes land after the timeout, and the record knows that no answer arrived."""
    await stand_in.fault("late", 0.3, calls=1)
    assert await outcome(connect(timeout_s=0.1).add("vip", ["a"])) is OutcomeUnknown
    assert await connect().available("vip") == 0
    for _ in range(100):
        if await connect().available("vip"):
            break
        await asyncio.sleep(0.02)
    assert [(post.stored, post.answered) for post in stand_in.record.posts] == [(True, False)]


async def test_slow_drops_a_request_whose_client_has_gone(stand_in: StandInPersonaClick, connect: Connect) -> None:
    """A slow server that finds the connection closed does nothing."""
    await stand_in.fault("slow", 0.2, calls=1)
    assert await outcome(connect(timeout_s=0.1).add("vip", ["a"])) is OutcomeUnknown
    await asyncio.sleep(0.2)
    assert [(post.stored, post.answered) for post in stand_in.record.posts] == [(False, False)]


async def test_down_refuses_connections_and_comes_back(
    stand_in: StandInPersonaClick, connect: Connect, http: httpx.AsyncClient
) -> None:
    """With a control port, down means that nothing was sent; the same port answers again afterwards."""
    control = f"{stand_in.control_url}/control/faults"
    await http.post(control, json={"down": True})
    assert await outcome(connect().add("vip", ["a"])) is Unreachable
    await http.post(control, json={"down": False})
    assert (await outcome(connect().add("vip", ["a"])), stand_in.codes("vip")) == (None, ["a"])


async def test_down_without_a_control_port_cuts(connect: Connect, stand_in: StandInPersonaClick) -> None:
    """Without a control port the port stays and each connection is cut; lists outlive a stop and a new start."""
    port = stand_in.port
    await stand_in.stop()
    assert await outcome(connect().add("vip", ["a"])) is Unreachable
    stand_in.control_port = 0
    await stand_in.start(port)
    await stand_in.fault("down")
    assert await outcome(connect().add("vip", ["a"])) is OutcomeUnknown
    await stand_in.fault("down", None)
    assert (await connect().available("100500"), stand_in.codes("vip")) == (3, [])


async def test_a_connection_closed_while_idle_is_never_a_lost_code(
    stand_in: StandInPersonaClick, connect: Connect
) -> None:
    """A server that restarts between two POSTs of one client loses nothing the client believes stored."""
    client, port = connect(), stand_in.port
    await client.add("vip", ["a"])
    await stand_in.stop()
    await stand_in.start(port)
    met = await outcome(client.add("vip", ["b"]))
    assert (met, stand_in.codes("vip")) in [(None, ["a", "b"]), (OutcomeUnknown, ["a"])]
