"""Reading lists and counts, whatever the API, a proxy or a broken network answers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import respx

from bot.errors import (
    BadRequest,
    CredentialsRefused,
    ListNotFound,
    RateLimited,
    Unreachable,
    UnreadableAnswer,
)
from bot.personaclick.client import PersonaClick
from bot.promo.lists import PromoList
from tests.personaclick.conftest import BASE_URL, SHOP, FakeTime, failure, give

pytestmark = pytest.mark.respx(base_url=BASE_URL)
SPRING = {"id": 100500, "name": "Spring sale", "available": 240}


def entries(first: int, count: int) -> list[dict[str, Any]]:
    return [{"id": number, "name": f"L{number}", "available": number} for number in range(first, first + count)]


def queries(route: respx.MockRouter) -> list[dict[str, str]]:
    """The query of every request, without the credentials."""
    found = [dict(call.request.url.params) for call in route.calls]
    return [{key: value for key, value in one.items() if not key.startswith("shop_")} for one in found]


@pytest.mark.parametrize(
    "answer",
    [
        [SPRING],
        [{**SPRING, "id": "100500", "available": "240"}],
        {"success": True, "payload": [SPRING]},
        {"status": "success", "payload": [SPRING]},
    ],
)
async def test_lists_in_every_shape(personaclick: PersonaClick, respx_mock: respx.MockRouter, answer: Any) -> None:
    """Old and new shapes give the same lists, from the seed document's request."""
    respx_mock.get("/promo_codes").respond(json=answer)
    assert await personaclick.lists() == (PromoList("100500", "Spring sale", 240, "EU"),)
    assert dict(respx_mock.calls.last.request.url.params) == {"shop_id": SHOP.shop_id, "shop_secret": SHOP.shop_secret}


@pytest.mark.parametrize(
    ("total", "page", "asked"),
    [
        (49, 50, [{}]),
        (50, 50, [{}, {"limit": "50", "offset": "50"}]),
        (51, 50, [{}, {"limit": "50", "offset": "50"}]),
        (101, 50, [{}, {"limit": "50", "offset": "50"}, {"limit": "50", "offset": "100"}]),
        (999, 1000, [{}]),
        (1003, 1000, [{}, {"limit": "1000", "offset": "1000"}]),
    ],
)
async def test_lists_are_paged(
    personaclick: PersonaClick, respx_mock: respx.MockRouter, total: int, page: int, asked: list[dict[str, str]]
) -> None:
    """A full answer of 50 or 1000 is followed by offset until a short page."""
    every = entries(1, total)

    def answer(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params.get("offset", "0"))
        return httpx.Response(200, json=every[start : start + page])

    respx_mock.get("/promo_codes").mock(side_effect=answer)
    assert [one.available for one in await personaclick.lists()] == list(range(1, total + 1))
    assert queries(respx_mock) == asked


async def test_a_server_that_ignores_offset_ends_the_walk(
    personaclick: PersonaClick, respx_mock: respx.MockRouter
) -> None:
    """The same 50 lists again are no new page, and a list that is not among them is absent."""
    respx_mock.get("/promo_codes").respond(json=entries(1, 50))
    assert (len(await personaclick.lists()), await personaclick.available("51")) == (50, None)
    assert len(respx_mock.calls) == 4


async def test_a_server_without_end_is_unreadable(personaclick: PersonaClick, respx_mock: respx.MockRouter) -> None:
    """A walk that never meets a short page stops with an error instead of a partial answer."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=entries(int(request.url.params.get("offset", "0")), 50))

    respx_mock.get("/promo_codes").mock(side_effect=answer)
    assert await failure(personaclick.lists()) == (UnreadableAnswer, 200, "")
    assert len(respx_mock.calls) == 201


async def test_available_stops_at_the_page_that_has_the_list(
    personaclick: PersonaClick, respx_mock: respx.MockRouter
) -> None:
    """The count of one list costs no page more than needed; an id that is not there gives None."""
    respx_mock.get("/promo_codes").mock(
        side_effect=[httpx.Response(200, json=entries(1, 50)), httpx.Response(200, json=[SPRING])]
    )
    assert (await personaclick.available("7"), await personaclick.available("7")) == (7, None)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (httpx.Response(500, text="oops"), (UnreadableAnswer, 500, "")),
        (httpx.Response(503, json={"error": "busy"}), (UnreadableAnswer, 503, "busy")),
        (httpx.Response(200, html="<html>"), (UnreadableAnswer, 200, "")),
        (httpx.Response(200), (UnreadableAnswer, 200, "")),
        (httpx.Response(200, json={"a": 1}), (UnreadableAnswer, 200, "")),
        (httpx.Response(200, json=[{"id": 1}]), (UnreadableAnswer, 200, "")),
        (httpx.Response(302, headers={"location": "/login"}), (UnreadableAnswer, 302, "")),
        (httpx.ReadTimeout("x"), (Unreachable, 0, "")),
        (httpx.ConnectError("x"), (Unreachable, 0, "")),
        (httpx.RemoteProtocolError("x"), (Unreachable, 0, "")),
        (httpx.DecodingError("x"), (Unreachable, 0, "")),
    ],
)
async def test_reads_are_tried_three_times(
    personaclick: PersonaClick, respx_mock: respx.MockRouter, fake_time: FakeTime, outcome: Any, expected: Any
) -> None:
    """Failures that may pass are tried thrice with growing pauses; `tries` shortens that."""
    route = respx_mock.get("/promo_codes").mock(side_effect=lambda _: give(outcome))
    assert await failure(personaclick.lists()) == expected
    assert (route.call_count, fake_time.slept) == (3, [1.0, 2.0])
    assert await failure(personaclick.available("1", tries=1)) == expected
    assert (route.call_count, fake_time.slept) == (4, [1.0, 2.0])


async def test_a_read_that_took_a_whole_time_out_is_not_tried_again(
    personaclick: PersonaClick, respx_mock: respx.MockRouter, fake_time: FakeTime
) -> None:
    """Somebody may be waiting: an API that hangs is told after one time-out, not after three."""

    def hang(_: httpx.Request) -> httpx.Response:
        fake_time.now += 5.0
        raise httpx.ReadTimeout("x")

    route = respx_mock.get("/promo_codes").mock(side_effect=hang)
    assert await failure(personaclick.lists()) == (Unreachable, 0, "")
    assert (route.call_count, fake_time.slept) == (1, [])


async def test_a_read_succeeds_after_failures(
    personaclick: PersonaClick, respx_mock: respx.MockRouter, fake_time: FakeTime
) -> None:
    """The third try counts, and a 429 is waited out as told."""
    respx_mock.get("/promo_codes").mock(
        side_effect=[
            httpx.ReadError("x"),
            httpx.Response(429, headers={"retry-after": "4"}),
            httpx.Response(200, json=[SPRING]),
        ]
    )
    assert (await personaclick.available("100500"), fake_time.slept) == (240, [1.0, 4.0])


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(401), (CredentialsRefused, 401, "")),
        (httpx.Response(403, json={"message": f"No {SHOP.shop_secret}"}), (CredentialsRefused, 403, "No …")),
        (httpx.Response(404, html="<html>"), (ListNotFound, 404, "")),
        (httpx.Response(400, json={"errors": ["a", "b"]}), (BadRequest, 400, "a; b")),
        (
            httpx.Response(200, json={"success": False, "payload": {"message": "Shop not found"}}),
            (BadRequest, 200, "Shop not found"),
        ),
        (httpx.Response(200, json={"status": "error", "message": "No"}), (BadRequest, 200, "No")),
    ],
)
async def test_refused_reads_are_not_repeated(
    personaclick: PersonaClick, respx_mock: respx.MockRouter, answer: httpx.Response, expected: Any
) -> None:
    """A plain no is final."""
    route = respx_mock.get("/promo_codes").mock(return_value=answer)
    assert await failure(personaclick.lists()) == expected
    assert route.call_count == 1


async def test_a_rate_limited_read_gives_up_after_three(
    personaclick: PersonaClick, respx_mock: respx.MockRouter, fake_time: FakeTime
) -> None:
    """The third 429 is reported with the wait it asks for, and a long one at once."""
    respx_mock.get("/promo_codes").respond(429, headers={"retry-after": "5"})
    assert await failure(personaclick.lists()) == (RateLimited, 429, "", 5.0)
    assert fake_time.slept == [5.0, 5.0]
    respx_mock.get("/promo_codes").respond(429, headers={"retry-after": "500"})
    fake_time.now += 5
    assert await failure(personaclick.lists()) == (RateLimited, 429, "", 500.0)
    assert fake_time.slept == [5.0, 5.0]
