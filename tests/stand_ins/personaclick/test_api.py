"""The stand-in answers what the vendor's documentation says, and the real client understands it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.errors import CredentialsRefused, ListNotFound, NotSupported
from bot.personaclick.answers import Removed
from bot.promo.lists import PromoList
from bot.stand_ins.personaclick import Post, StandInList, StandInPersonaClick, Style, demo_lists
from tests.stand_ins.personaclick.conftest import Connect

SPRING = {"id": 100500, "name": "Spring sale", "available": 3}
VIP = {"id": "vip", "name": "VIP birthday", "available": 0}


def credentials(stand_in: StandInPersonaClick) -> dict[str, str]:
    return {"shop_id": stand_in.shop_id, "shop_secret": stand_in.shop_secret}


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (Style(), [SPRING, VIP]),
        (Style(new=True), {"success": True, "payload": [SPRING, VIP]}),
        (Style(string_ids=True), [{**SPRING, "id": "100500"}, VIP]),
        (Style(page=1), [SPRING]),
    ],
)
async def test_list_shapes(stand_in: StandInPersonaClick, http: httpx.AsyncClient, style: Style, expected: Any) -> None:
    """Each style answers its own shape."""
    stand_in.style = style
    answer = await http.get(f"{stand_in.base_url}/promo_codes", params=credentials(stand_in))
    assert (answer.status_code, answer.json()) == (200, expected)


@pytest.mark.parametrize("style", [Style(new=True, page=50), Style(page=50), Style(page=1000)])
async def test_the_client_reads_every_page(stand_in: StandInPersonaClick, connect: Connect, style: Style) -> None:
    """120 lists arrive whole over every page size."""
    stand_in.style = style
    stand_in.lists = {str(number): StandInList(str(number), f"L{number}") for number in range(120)}
    assert await connect().lists() == tuple(PromoList(str(number), f"L{number}", 0) for number in range(120))


async def test_a_server_that_ignores_offset(stand_in: StandInPersonaClick, connect: Connect) -> None:
    """Where offset is ignored the client gets the first page and stops."""
    stand_in.style = Style(page=50, ignore_offset=True)
    stand_in.lists = {str(number): StandInList(str(number), "") for number in range(120)}
    assert len(await connect().lists()) == 50


@pytest.mark.parametrize(
    ("method", "path", "asked", "status", "message"),
    [
        ("GET", "/promo_codes", {"shop_secret": ""}, 404, "Required parameters are missing"),
        ("GET", "/promo_codes", {"shop_secret": "wrong"}, 403, "Shop not found"),
        ("GET", "/promo_codes", {"limit": "x"}, 400, "limit and offset are numbers"),
        ("GET", "/promo_codes/fetch", {}, 404, "Required parameters are missing"),
        ("GET", "/promo_codes/fetch", {"id": "vip"}, 404, "Promo codes are over"),
        ("GET", "/promo_codes/fetch", {"id": "9"}, 404, "Promo code list not found"),
        ("GET", "/promo_codes/fetch", {"id": "vip", "shop_secret": "x"}, 403, "Shop not found"),
        ("POST", "/promo_codes", {"id": "vip"}, 404, "Required parameters are missing"),
        ("POST", "/promo_codes", {"id": "vip", "codes": []}, 400, "codes must be a non-empty array"),
        ("POST", "/promo_codes", {"id": "9", "codes": ["a"]}, 404, "Promo code list not found"),
        ("POST", "/promo_codes", {"shop_id": "x", "id": "vip", "codes": ["a"]}, 403, "Shop not found"),
        ("DELETE", "/promo_codes/delete", {"id": "vip", "codes": ["a"]}, 404, "Promo code list not found"),
        ("DELETE", "/promo_codes/delete", {"promo_code_list_id": "vip"}, 400, "codes must be an array"),
        ("DELETE", "/promo_codes/purge", {"id": "9"}, 404, "Promo code list not found"),
        ("DELETE", "/promo_codes", {}, 404, "Not Found"),
    ],
)
async def test_refusals(
    stand_in: StandInPersonaClick,
    http: httpx.AsyncClient,
    method: str,
    path: str,
    asked: dict[str, Any],
    status: int,
    message: str,
) -> None:
    """Missing parameters, strangers and unknown lists are refused in both styles."""
    sent = {**credentials(stand_in), **asked}
    wrapped = {"params" if method == "GET" else "json": sent}
    old = await http.request(method, stand_in.base_url + path, **wrapped)  # type: ignore[arg-type]
    stand_in.style = Style(new=True)
    new = await http.request(method, stand_in.base_url + path, **wrapped)  # type: ignore[arg-type]
    assert (old.status_code, old.json()) == (status, {"status": "error", "message": message})
    assert (new.status_code, new.json()) == (status, {"success": False, "payload": {"message": message}})


async def test_upload_leaves_out_duplicates_silently(stand_in: StandInPersonaClick, connect: Connect) -> None:
    """Codes the list ever had do not count, the answer is success, and the record shows all that was sent."""
    client = connect()
    stand_in.take("100500", 1)
    await client.add("100500", ["s1", "s2", "n1", "n1", "n2"])
    await client.add("100500", ["n1"])
    assert await client.available("100500") == 4
    assert stand_in.codes("100500") == ["s1", "s2", "n1", "n1", "n2", "n1"]
    first, second = stand_in.record.posts
    assert first == Post(first.at, "100500", ("s1", "s2", "n1", "n1", "n2"), True, 2, 200, True)
    assert second == Post(second.at, "100500", ("n1",), True, 0, 200, True)


async def test_without_uniqueness_a_repeat_counts(stand_in: StandInPersonaClick, connect: Connect) -> None:
    """The harsher setting lets a batch sent twice show in `available`, and hands each copy out."""
    stand_in.lists["vip"].unique = False
    await connect().add("vip", ["a", "b"])
    await connect().add("vip", ["a", "b"])
    assert (await connect().available("vip"), stand_in.take("vip", 9)) == (4, ["a", "a", "b", "b"])


async def test_codes_are_handed_out_first_in_first_out(
    stand_in: StandInPersonaClick, http: httpx.AsyncClient, connect: Connect
) -> None:
    """With the secret each fetch gives the next code, a device gets the same code again, and `available` falls."""
    url, secret = f"{stand_in.base_url}/promo_codes/fetch", credentials(stand_in)
    device = {"shop_id": stand_in.shop_id, "did": "d1"}
    wanted = [secret, device, device, secret, secret, device]
    answers = [(await http.get(url, params={**one, "id": "100500"})).json() for one in wanted]
    assert [one.get("code") for one in answers] == ["s1", "s2", "s2", "s3", None, "s2"]
    assert (await connect().available("100500"), stand_in.lists["100500"].handed_out) == (0, 3)


async def test_removal_counts_what_was_there(stand_in: StandInPersonaClick, connect: Connect) -> None:
    """Codes handed out or unknown are not found; a removed code may be loaded again."""
    stand_in.take("100500", 1)
    assert await connect().remove("100500", ["s1", "s2", "x"]) == Removed(1, 2)
    await connect().add("100500", ["s2"])
    assert await connect().available("100500") == 2


async def test_purge_empties_a_list(stand_in: StandInPersonaClick, http: httpx.AsyncClient, connect: Connect) -> None:
    """Purge removes what is not handed out."""
    url = f"{stand_in.base_url}/promo_codes/purge"
    answer = await http.request("DELETE", url, json={**credentials(stand_in), "id": 100500})
    assert (answer.json(), await connect().available("100500")) == ({"status": "success"}, 0)


async def test_the_client_names_each_refusal(stand_in: StandInPersonaClick, connect: Connect) -> None:
    """Wrong secret, unknown list and an older shop without removal are told apart."""
    with pytest.raises(CredentialsRefused):
        await connect(secret="wrong").lists()
    with pytest.raises(ListNotFound):
        await connect().add("9", ["a"])
    with pytest.raises(ListNotFound):
        await connect().remove("9", ["a"])
    stand_in.style = Style(removal=False)
    with pytest.raises(NotSupported):
        await connect().remove("100500", ["s1"])
    assert await connect().available("9") is None


def test_demo_lists_are_the_same_each_time() -> None:
    """Eight lists with the documented counts, and the same codes on each start."""
    first, second = demo_lists(), demo_lists()
    assert [(one.name, one.available) for one in first] == [
        ("Spring sale", 240),
        ("Welcome 10%", 18_350),
        ("VIP birthday", 0),
        ("Black Friday 2026", 52_000),
        ("Newsletter", 4_120),
        ("Win-back", 480),
        ("Abandoned basket", 1_975),
        ("App install", 7_600),
    ]
    assert [one.take(3) for one in first] == [one.take(3) for one in second]
