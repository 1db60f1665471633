"""What the page sees and turns of the stand-in PersonaClick, and the shop's page with its loader."""

from __future__ import annotations

import json
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from bot.playground.storefront import storefront_page
from bot.promo.lists import PromoList
from bot.stand_ins.slack.server import StandInSlack


@dataclass(frozen=True, slots=True)
class Answer:
    """What the stand-in PersonaClick answered."""

    status: int
    body: bytes
    kind: str


class Forward:
    """Passes what concerns PersonaClick on to its stand-in."""

    def __init__(self, slack: StandInSlack, url: str) -> None:
        self._slack = slack
        self._url = url.rstrip("/")

    async def state(self, _: web.Request) -> web.Response:
        return await self._pass("GET", "/control/state")

    async def order(self, request: web.Request) -> web.Response:
        return await self._pass("POST", f"/control/{request.match_info['what']}", await request.read())

    async def shop(self, request: web.Request) -> web.Response:
        state = await self._ask("GET", "/control/state")
        if state is None:
            return web.Response(status=502, text="PersonaClick does not answer.")
        known = [PromoList(one["id"], one["name"], one["available"]) for one in json.loads(state.body)["lists"]]
        page = storefront_page(known, request.query, self._slack.root)
        return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})

    async def loader(self, _: web.Request) -> web.Response:
        return await self._pass("GET", "/loader.js")

    async def _pass(self, method: str, path: str, body: bytes | None = None) -> web.Response:
        answer = await self._ask(method, path, body)
        if answer is None:
            return web.json_response({"ok": False, "error": "PersonaClick does not answer"}, status=502)
        return web.Response(body=answer.body, status=answer.status, content_type=answer.kind, charset="utf-8")

    async def _ask(self, method: str, path: str, body: bytes | None = None) -> Answer | None:
        try:
            async with self._slack.delivery.session.request(method, self._url + path, data=body) as answer:
                return Answer(answer.status, await answer.read(), answer.content_type)
        except (aiohttp.ClientError, OSError):
            return None
