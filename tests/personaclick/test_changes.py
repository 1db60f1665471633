"""Adding and taking back codes: one request each, and one error that says what may have happened."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
import respx

from bot.errors import (
    BadRequest,
    CredentialsRefused,
    ListNotFound,
    NotSupported,
    OutcomeUnknown,
    RateLimited,
    TooLarge,
    Unreachable,
)
from bot.personaclick.answers import Removed, Uncounted
from bot.personaclick.client import PersonaClick
from tests.personaclick.conftest import BASE_URL, SHOP, FakeTime, failure, give

pytestmark = pytest.mark.respx(base_url=BASE_URL)


@pytest.mark.parametrize("answer", [{"status": "success"}, {"success": True, "payload": {}}])
async def test_add_sends_the_seed_documents_request(
    personaclick: PersonaClick, respx_mock: respx.MockRouter, answer: Any
) -> None:
    """One POST with the id as a number and the codes in order; a prepared body sends the same bytes."""
    route = respx_mock.post("/promo_codes").respond(json=answer)
    await personaclick.add("100500", ["code1", "é2"])
    await personaclick.add("100500", body=personaclick.body("100500", ("code1", "é2")))
    first, second = (call.request for call in route.calls)
    assert (first.content, first.headers["content-type"]) == (second.content, "application/json")
    assert json.loads(first.content) == {
        "shop_id": SHOP.shop_id,
        "shop_secret": SHOP.shop_secret,
        "id": 100500,
        "codes": ["code1", "é2"],
    }
    assert (str(first.url), route.call_count) == (f"{BASE_URL}/promo_codes", 2)


@pytest.mark.respx(base_url=BASE_URL, assert_all_called=False)
async def test_a_post_that_began_late_ends_early(personaclick: PersonaClick, respx_mock: respx.MockRouter) -> None:
    """A POST with less than the usual time left ends when that is over, whatever the server does."""

    async def slowly(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(5)
        return httpx.Response(200, json={"status": "success"})

    respx_mock.post("/promo_codes").mock(side_effect=slowly)
    started = asyncio.get_running_loop().time()
    with pytest.raises(OutcomeUnknown):
        await personaclick.add("100500", ["code1"], within_s=0.05)
    assert asyncio.get_running_loop().time() - started < 2


UNSURE: list[tuple[Any, tuple[Any, ...]]] = [
    (httpx.Response(200), (OutcomeUnknown, 200, "")),
    (httpx.Response(204), (OutcomeUnknown, 204, "")),
    (httpx.Response(200, html="<html>ok</html>"), (OutcomeUnknown, 200, "")),
    (httpx.Response(200, json=[]), (OutcomeUnknown, 200, "")),
    (httpx.Response(200, json={"ok": 1}), (OutcomeUnknown, 200, "")),
    (httpx.Response(302, headers={"location": "/"}), (OutcomeUnknown, 302, "")),
    (httpx.Response(408), (OutcomeUnknown, 408, "")),
    (httpx.Response(500, json={"message": "boom"}), (OutcomeUnknown, 500, "boom")),
    (httpx.Response(504, html="<html>"), (OutcomeUnknown, 504, "")),
    (httpx.ReadTimeout("x"), (OutcomeUnknown, 0, "")),
    (httpx.WriteTimeout("x"), (OutcomeUnknown, 0, "")),
    (httpx.ReadError("x"), (OutcomeUnknown, 0, "")),
    (httpx.WriteError("x"), (OutcomeUnknown, 0, "")),
    (httpx.RemoteProtocolError("x"), (OutcomeUnknown, 0, "")),
    (httpx.DecodingError("x"), (OutcomeUnknown, 0, "")),
    (httpx.ConnectError("x"), (Unreachable, 0, "")),
    (httpx.ConnectTimeout("x"), (Unreachable, 0, "")),
    (httpx.PoolTimeout("x"), (Unreachable, 0, "")),
    (httpx.ProxyError("x"), (Unreachable, 0, "")),
    (httpx.Response(400, json={"message": "Bad codes"}), (BadRequest, 400, "Bad codes")),
    (httpx.Response(422, json={"errors": {"codes": ["x"]}}), (BadRequest, 422, "codes: x")),
    (httpx.Response(409), (BadRequest, 409, "")),
    (httpx.Response(200, json={"status": "error", "message": "No"}), (BadRequest, 200, "No")),
    (httpx.Response(200, json={"success": False, "payload": {"message": "No"}}), (BadRequest, 200, "No")),
    (httpx.Response(401), (CredentialsRefused, 401, "")),
    (httpx.Response(403, json={"message": f"id {SHOP.shop_id.upper()}"}), (CredentialsRefused, 403, "id …")),
    (httpx.Response(413, html="<html>"), (TooLarge, 413, "")),
    (httpx.Response(429, headers={"retry-after": "3"}), (RateLimited, 429, "", 3.0)),
    (httpx.Response(429), (RateLimited, 429, "", 60.0)),
]


@pytest.mark.parametrize(("outcome", "expected"), [*UNSURE, (httpx.Response(404), (ListNotFound, 404, ""))])
async def test_add_is_never_repeated(
    personaclick: PersonaClick, respx_mock: respx.MockRouter, outcome: Any, expected: Any
) -> None:
    """Each way a POST can fail is one request and one error that says whether the codes may have landed."""
    route = respx_mock.post("/promo_codes").mock(side_effect=lambda _: give(outcome))
    assert await failure(personaclick.add("1", ["a"])) == expected
    assert route.call_count == 1


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        *UNSURE,
        (httpx.Response(404), (NotSupported, 404, "")),
        (httpx.Response(405), (NotSupported, 405, "")),
        (httpx.Response(501), (NotSupported, 501, "")),
        (httpx.Response(404, json={"message": "List not found"}), (ListNotFound, 404, "List not found")),
    ],
)
async def test_remove_is_never_repeated(
    personaclick: PersonaClick, respx_mock: respx.MockRouter, outcome: Any, expected: Any
) -> None:
    """A removal fails like a POST, and says when the shop has no such call."""
    route = respx_mock.delete("/promo_codes/delete").mock(side_effect=lambda _: give(outcome))
    assert await failure(personaclick.remove("1", ["a"])) == expected
    assert route.call_count == 1


async def test_remove_sends_a_body_and_reads_the_counts(
    personaclick: PersonaClick, respx_mock: respx.MockRouter
) -> None:
    """DELETE carries promo_code_list_id and codes in its body; the counts come back."""
    route = respx_mock.delete("/promo_codes/delete").respond(
        json={"status": "success", "payload": {"deleted_count": 1, "not_found_count": 1}}
    )
    assert await personaclick.remove("spring", ["a", "b"]) == Removed(1, 1)
    assert json.loads(route.calls.last.request.content) == {
        "shop_id": SHOP.shop_id,
        "shop_secret": SHOP.shop_secret,
        "promo_code_list_id": "spring",
        "codes": ["a", "b"],
    }


@pytest.mark.parametrize("answer", [{"status": "success"}, {"success": True, "payload": {"deleted_count": 10**15}}])
async def test_a_removal_without_counts_that_can_be_is_done_all_the_same(
    personaclick: PersonaClick, respx_mock: respx.MockRouter, answer: Any
) -> None:
    """A removal that the API says it did is not asked for again, and a number that cannot be is not repeated."""
    respx_mock.delete("/promo_codes/delete").respond(json=answer)
    assert await personaclick.remove("1", ["a", "b"]) == Uncounted()


async def test_a_rate_limited_post_makes_the_next_caller_wait(
    personaclick: PersonaClick, respx_mock: respx.MockRouter, fake_time: FakeTime
) -> None:
    """A 429 on one call stops the whole shop for the wait it asks for; who would wait long is told at once."""
    respx_mock.post("/promo_codes").respond(429, headers={"retry-after": "42"})
    respx_mock.get("/promo_codes").respond(json=[])
    assert await failure(personaclick.add("1", ["a"])) == (RateLimited, 429, "", 42.0)
    fake_time.now += 30
    assert await failure(personaclick.lists()) == (RateLimited, 429, "", 12.0)
    assert fake_time.slept == []
    fake_time.now += 8
    assert await personaclick.lists() == ()
    assert fake_time.slept == [4.0]


async def test_add_without_codes_or_body_is_a_mistake(personaclick: PersonaClick) -> None:
    """There is no empty POST."""
    with pytest.raises(ValueError, match="codes or a body"):
        await personaclick.add("1")
