"""The control endpoints: what the page and test drivers see and turn, and the loader of the shop's pages."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from bot.stand_ins.personaclick.loader import loader
from bot.stand_ins.personaclick.server import StandInPersonaClick

Endpoint = Callable[[StandInPersonaClick, dict[str, Any]], Awaitable[dict[str, Any]]]


def routes(stand_in: StandInPersonaClick) -> list[web.RouteDef]:
    """Every control route of one stand-in, for its `add_routes`."""

    async def state(_: web.Request) -> web.Response:
        return web.json_response(state_of(stand_in))

    async def record(_: web.Request) -> web.Response:
        return web.json_response({"posts": [asdict(post) for post in stand_in.record.posts]})

    async def script(_: web.Request) -> web.Response:
        text = loader(stand_in.base_url, stand_in.shop_id)
        return web.Response(text=text, content_type="text/javascript", headers={"Cache-Control": "no-store"})

    return [
        web.get("/control/state", state),
        web.get("/control/record", record),
        web.get("/loader.js", script),
        web.post("/control/take", _endpoint(stand_in, _take)),
        web.post("/control/faults", _endpoint(stand_in, _faults)),
        web.post("/control/shoppers", _endpoint(stand_in, _shoppers)),
        web.post("/control/reset", _endpoint(stand_in, _reset)),
    ]


def state_of(stand_in: StandInPersonaClick) -> dict[str, Any]:
    """Lists, faults and shoppers as the page shows them."""
    return {
        "lists": [
            {
                "id": one.id,
                "name": one.name,
                "available": one.available,
                "handed_out": one.handed_out,
                "received": one.received,
            }
            for one in stand_in.lists.values()
        ],
        "faults": stand_in.faults.state(),
        "shoppers": {"per_minute": stand_in.shoppers_per_minute},
    }


def _endpoint(stand_in: StandInPersonaClick, work: Endpoint) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            asked = json.loads(await request.read() or b"{}")
            return web.json_response({"ok": True, **await work(stand_in, asked)})
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as problem:
            return web.json_response({"ok": False, "error": f"{type(problem).__name__}: {problem}"}, status=400)

    return handle


async def _take(stand_in: StandInPersonaClick, asked: dict[str, Any]) -> dict[str, Any]:
    return {"taken": len(stand_in.take(str(asked["list"]), int(asked.get("n", 1))))}


async def _faults(stand_in: StandInPersonaClick, asked: dict[str, Any]) -> dict[str, Any]:
    """Each name with null or false (off), true (on), a value, or {"value", "calls", "methods"}."""
    for name, order in asked.items():
        if isinstance(order, dict):
            methods = tuple(order.get("methods", ()))
            await stand_in.fault(name, order.get("value", True), calls=order.get("calls"), methods=methods)
        else:
            await stand_in.fault(name, order)
    return {"faults": stand_in.faults.state()}


async def _shoppers(stand_in: StandInPersonaClick, asked: dict[str, Any]) -> dict[str, Any]:
    stand_in.set_shoppers(int(asked["per_minute"]))
    return {"shoppers": {"per_minute": stand_in.shoppers_per_minute}}


async def _reset(stand_in: StandInPersonaClick, asked: dict[str, Any]) -> dict[str, Any]:
    await stand_in.reset()
    return {}
