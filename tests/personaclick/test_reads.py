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
from bot.personaclick.answers import MAX_LISTS
from bot.personaclick.client import MAX_PAGES, PersonaClick
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
    assert dict(respx_mock.calls[0].request.url.params) == {"shop_id": SHOP.shop_id, "shop_secret": SHOP.shop_secret}


@pytest.mark.parametrize(
    ("total", "page", "asked"),
    [
        (0, 50, [{}]),
        (1, 50, [{}, {"limit": "50", "offset": "1"}]),
        (45, 10, [{}, *({"limit": "50", "offset": str(offset)} for offset in (10, 20, 30, 40, 45))]),
        (50, 50, [{}, {"limit": "50", "offset": "50"}]),
        (101, 50, [{}, *({"limit": "50", "offset": str(offset)} for offset in (50, 100, 101))]),
        (120, 100, [{}, *({"limit": "100", "offset": str(offset)} for offset in (100, 120))]),
        (1003, 1000, [{}, *({"limit": "1000", "offset": str(offset)} for offset in (1000, 1003))]),
    ],
)
@pytest.mark.parametrize("new", [False, True])
async def test_lists_are_paged(
    personaclick: PersonaClick,
    respx_mock: respx.MockRouter,
    total: int,
    page: int,
    asked: list[dict[str, str]],
    new: bool,
) -> None:
    """Pages of any length are followed by offset until one brings nothing new."""
    every = entries(1, total)

    def answer(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params.get("offset", "0"))
        limit = min(int(request.url.params.get("limit", page)), page)
        found = every[start : start + limit]
        return httpx.Response(200, json={"success": True, "payload": found} if new else found)

    respx_mock.get("/promo_codes").mock(side_effect=answer)
    assert [promo_list.available for promo_list in await personaclick.lists()] == list(range(1, total + 1))
    assert queries(respx_mock) == asked


async def test_a_server_that_ignores_offset_ends_the_walk(
    personaclick: PersonaClick, respx_mock: respx.MockRouter
) -> None:
    """The same 50 lists again are no new page, and a list that is not among them is absent."""
    respx_mock.get("/promo_codes").respond(json=entries(1, 50))
    assert (len(await personaclick.lists()), await personaclick.available("51")) == (50, None)
    assert len(respx_mock.calls) == 4


@pytest.mark.parametrize(("page", "requests"), [(2, MAX_PAGES + 1), (5_000, 11), (MAX_LISTS + 1, 3)])
async def test_a_server_without_end_is_unreadable(
    personaclick: PersonaClick, respx_mock: respx.MockRouter, page: int, requests: int
) -> None:
    """A walk that never meets its end stops with an error instead of a partial answer."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=entries(int(request.url.params.get("offset", "0")), page))

    respx_mock.get("/promo_codes").mock(side_effect=answer)
    assert await failure(personaclick.lists()) == (UnreadableAnswer, 200, "")
    assert len(respx_mock.calls) == requests


@pytest.mark.parametrize(
    ("wanted", "pages", "expected", "asked"),
    [
        ("7", [entries(7, 1)], 7, [{"include": "7"}]),
        ("7", [[]], None, [{"include": "7"}]),
        ("7", [entries(1, 50)], 7, [{"include": "7"}]),
        ("51", [entries(1, 50), entries(51, 1)], 51, [{"include": "51"}, {"limit": "50", "offset": "50"}]),
        ("99", [entries(1, 3), entries(1, 3)], None, [{"include": "99"}, {"limit": "50", "offset": "3"}]),
        ("a,b", [entries(1, 3), []], None, [{}, {"limit": "50", "offset": "3"}]),
    ],
)
async def test_one_list_is_read_with_include(
    personaclick: PersonaClick,
    respx_mock: respx.MockRouter,
    wanted: str,
    pages: list[Any],
    expected: int | None,
    asked: list[dict[str, str]],
) -> None:
    """The count of one list costs one request; an API that does not know `include` is walked until the list comes."""
    respx_mock.get("/promo_codes").mock(side_effect=[httpx.Response(200, json=page) for page in pages])
    assert (await personaclick.available(wanted), queries(respx_mock)) == (expected, asked)


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
            httpx.Response(200, json=[]),
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
            (CredentialsRefused, 200, "Shop not found"),
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
