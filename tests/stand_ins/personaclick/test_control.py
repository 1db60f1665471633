"""The control endpoints, the shoppers, the loader of shop pages and the process of its own."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

import httpx

from bot.personaclick.exchange import http_client
from bot.stand_ins.personaclick import StandInPersonaClick
from bot.stand_ins.personaclick.control import routes
from bot.stand_ins.personaclick.faults import KINDS
from bot.stand_ins.personaclick.server import SHOP_ID, SHOP_SECRET, Call
from tests.stand_ins.personaclick.conftest import Connect, two_lists


async def test_state_and_take(stand_in: StandInPersonaClick, http: httpx.AsyncClient, connect: Connect) -> None:
    """The state shows the lists with what went in and out, every fault and the shoppers."""
    control = f"{stand_in.control_url}/control"
    await connect().add("vip", ["a", "b"])
    assert (await http.post(f"{control}/take", json={"list": "100500", "n": 2})).json() == {"ok": True, "taken": 2}
    state = (await http.get(f"{control}/state")).json()
    assert (state["lists"], state["shoppers"], list(state["faults"])) == (
        [
            {"id": "100500", "name": "Spring sale", "available": 1, "handed_out": 2, "received": 0},
            {"id": "vip", "name": "VIP birthday", "available": 2, "handed_out": 0, "received": 2},
        ],
        {"per_minute": 0},
        list(KINDS),
    )


async def test_faults_over_control(stand_in: StandInPersonaClick, http: httpx.AsyncClient) -> None:
    """A fault takes true, a value or an order with calls; null and false turn it off; nonsense is refused."""
    control = f"{stand_in.base_url}/control/faults"
    answer = await http.post(control, json={"slow": 3, "html": True, "too_large": {"value": "7", "calls": 1}})
    on = {name: fault["value"] for name, fault in answer.json()["faults"].items() if fault["on"]}
    assert on == {"slow": 3.0, "html": True, "too_large": 7}
    answer = await http.post(control, json={"slow": None, "html": False, "too_large": None})
    assert [name for name, fault in answer.json()["faults"].items() if fault["on"]] == []
    assert answer.json()["faults"]["slow"] == {"on": False, "value": 10.0, "label": "Answer slowly", "unit": "seconds"}
    wrong = [{"nonsense": True}, {"slow": "soon"}, {"slow": {"methods": 4}}, 7]
    assert [(await http.post(control, json=one)).status_code for one in wrong] == [400] * 4


async def test_reset_and_record(stand_in: StandInPersonaClick, http: httpx.AsyncClient, connect: Connect) -> None:
    """The record lists each POST with its codes; a reset empties it and brings the lists back."""
    await connect().add("vip", ["a"])
    url = f"{stand_in.control_url}/control"
    posts = (await http.get(f"{url}/record")).json()["posts"]
    at = stand_in.record.posts[0].at
    stored = {"at": at, "list_id": "vip", "codes": ["a"], "stored": True, "added": 1, "status": 200, "answered": True}
    assert posts == [stored]
    await stand_in.fault("down")
    await http.post(f"{url}/reset")
    assert (stand_in.record.posts, await connect().available("vip")) == ([], 0)


async def test_shoppers_take_at_their_pace(http: httpx.AsyncClient) -> None:
    """480 a minute take two codes per quarter second, until none is left."""
    ticks = asyncio.Semaphore(0)

    async def sleep(seconds: float) -> None:
        await (ticks.acquire() if seconds == 0.25 else asyncio.sleep(seconds))

    stand_in = StandInPersonaClick(make_lists=lambda: two_lists()[:1], sleep=sleep)
    stand_in.add_routes(routes(stand_in))
    await stand_in.start()
    await http.post(f"{stand_in.base_url}/control/shoppers", json={"per_minute": 480})
    left = []
    for _ in range(3):
        ticks.release()
        await asyncio.sleep(0.01)
        left.append(stand_in.lists["100500"].available)
    await stand_in.stop()
    assert left == [1, 0, 0]


async def test_calls_are_told_without_codes(stand_in: StandInPersonaClick, connect: Connect) -> None:
    """`on_call` hears method, path, status and counts, and 0 for an answer that never left."""
    heard: list[Call] = []
    stand_in.on_call = heard.append
    await connect().add("vip", ["SECRET1", "SECRET2"])
    await stand_in.fault("cut_after", calls=1)
    await connect().available("vip", tries=2)
    told = [(one.method, one.path, one.status, one.detail) for one in heard]
    assert told == [
        ("POST", "/promo_codes", 200, "list vip, 2 codes"),
        ("GET", "/promo_codes", 0, "0 codes"),
        ("GET", "/promo_codes", 200, "0 codes"),
    ]


async def test_the_loader_asks_this_stand_in(stand_in: StandInPersonaClick, http: httpx.AsyncClient) -> None:
    """Shop pages load it even while the API is down, and pages of any origin may ask for a code."""
    await stand_in.fault("down")
    script = await http.get(f"{stand_in.control_url}/loader.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert f'const API = "{stand_in.base_url}", SHOP_ID = "{stand_in.shop_id}";' in script.text
    await stand_in.fault("down", None)
    answer = await http.get(
        f"{stand_in.base_url}/promo_codes/fetch", params={"shop_id": SHOP_ID, "id": "100500", "did": "d"}
    )
    assert (answer.json(), answer.headers["access-control-allow-origin"]) == ({"code": "s1"}, "*")


async def test_as_a_process(tmp_path: Path) -> None:
    """The process prints its address, serves the lists of a file, records POSTs and ends cleanly on SIGTERM."""
    lists, record = tmp_path / "lists.json", tmp_path / "record.jsonl"
    lists.write_text(json.dumps([{"id": 1, "name": "A", "available": 5}, {"id": "b", "codes": ["x", "y"]}]))
    program = [sys.executable, "-m", "bot.stand_ins.personaclick", "--lists", str(lists), "--record", str(record)]
    process = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    base_url = (await process.stdout.readline()).decode().strip()
    keys = {"shop_id": SHOP_ID, "shop_secret": SHOP_SECRET}
    async with http_client(base_url) as http:
        found = (await http.get(f"{base_url}/promo_codes", params=keys)).json()
        await http.post(f"{base_url}/promo_codes", json={**keys, "id": "b", "codes": ["y", "z"]})
    process.send_signal(signal.SIGTERM)
    assert (await process.wait(), found) == (
        0,
        [{"id": 1, "name": "A", "available": 5}, {"id": "b", "name": "", "available": 2}],
    )
    first, second = map(json.loads, record.read_text().splitlines())
    assert first == {"post": 0, "at": first["at"], "list": "b", "codes": ["y", "z"], "stored": True, "added": 1}
    assert second == {"post": 0, "at": first["at"], "status": 200}
