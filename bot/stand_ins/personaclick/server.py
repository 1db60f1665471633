"""The stand-in PersonaClick on a real socket."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.stand_ins.personaclick.api import Api, Reply
from bot.stand_ins.personaclick.faults import Faults
from bot.stand_ins.personaclick.state import Post, Record, StandInList, Style, demo_lists

HOST = "127.0.0.1"
SHOP_ID = "0d42fd8b713d0752776ca589cc0056"
SHOP_SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105
LARGEST_BODY = 35 * 1024 * 1024
TICK_S = 0.25


@dataclass(frozen=True, slots=True)
class Call:
    """One call as a log may show it: `at` is Unix time, `status` 0 where no answer left, `detail` free of codes."""

    at: float
    method: str
    path: str
    status: int
    ms: float
    detail: str


class StandInPersonaClick:
    """One shop's promo-code API on loopback.

    `make_lists` makes the lists anew at each reset. `unique` False lets `available` grow by repeated codes too, so that
    a batch sent twice shows in the counts. `lists`, `faults`, `record` and `style` may be changed at any time.
    `demand` is how busy shoppers are just now: 1 as usual, 0 when nobody comes.
    """

    def __init__(
        self,
        *,
        make_lists: Callable[[], Iterable[StandInList]] = demo_lists,
        shop_id: str = SHOP_ID,
        shop_secret: str = SHOP_SECRET,
        style: Style | None = None,
        unique: bool = True,
        record_path: Path | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        on_call: Callable[[Call], None] | None = None,
        demand: Callable[[], float] = lambda: 1.0,
    ) -> None:
        self.shop_id, self.shop_secret = shop_id, shop_secret
        self.style = style or Style()
        self.unique = unique
        self.faults = Faults()
        self.port = 0
        self.control_port = 0
        self.shoppers_per_minute = 0
        self.on_call = on_call
        self._make_lists = make_lists
        self._record_path = record_path
        self._clock = clock
        self._sleep = sleep
        self._demand = demand
        self._runner: web.AppRunner | None = None
        self._door: web.SockSite | None = None
        self._shoppers: asyncio.Task[None] | None = None
        self._routes: list[web.RouteDef] = []
        self._calls: set[asyncio.Task[web.StreamResponse]] = set()
        self.lists: dict[str, StandInList] = {}
        self.record = Record(record_path)
        self._refill()

    @property
    def base_url(self) -> str:
        """Where the API is served."""
        return f"http://{HOST}:{self.port}"

    @property
    def control_url(self) -> str:
        """Where the control endpoints answer even while the API is down."""
        return f"http://{HOST}:{self.control_port or self.port}"

    def add_routes(self, routes: Iterable[web.RouteDef]) -> None:
        """Serves these, too, from the next start on, and even while the API is down."""
        self._routes += routes

    async def start(self, port: int = 0, *, control_port: int | None = None) -> None:
        """Listens on `port` (0: any free one); lists and record outlive a stop and a new start.

        With `control_port` the fault `down` closes the listening socket, so that connections are refused; without, it
        keeps the port and cuts each connection.
        """
        app = web.Application(client_max_size=LARGEST_BODY)
        app.add_routes(self._routes)
        app.add_routes([web.route("*", "/promo_codes{rest:.*}", self._vendor)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        if control_port is not None:
            self.control_port = _port(await self._listen(control_port))
        self._door = await self._listen(port)
        self.port = _port(self._door)
        self.set_shoppers(self.shoppers_per_minute)

    async def stop(self) -> None:
        """Closes every socket and drops what is still under way."""
        if self._shoppers:
            self._shoppers.cancel()
        for call in list(self._calls):
            call.cancel()
        await asyncio.gather(*self._calls, *filter(None, [self._shoppers]), return_exceptions=True)
        self._shoppers = None
        if self._runner:
            await self._runner.cleanup()
        self._runner = self._door = None

    async def reset(self) -> None:
        """Back to the first lists, no faults, no shoppers and an empty record."""
        self.faults.clear()
        await self.heed_down()
        self.set_shoppers(0)
        self._refill()

    def _refill(self) -> None:
        self.lists = {one.id: one for one in self._make_lists()}
        for one in self.lists.values():
            one.unique = self.unique
        self.record = Record(self._record_path)

    def codes(self, list_id: str) -> list[str]:
        """Every code taken into a list since the last reset, repeats included, in the order of storing."""
        return self.record.codes(list_id)

    def take(self, list_id: str, n: int = 1) -> list[str]:
        """Shoppers take up to `n` codes; raises KeyError for an unknown list."""
        return self.lists[list_id].take(n)

    def set_shoppers(self, per_minute: int) -> None:
        """So many shoppers come a minute as usual, each for a code of one list, if it has one; 0 stops them."""
        self.shoppers_per_minute = max(per_minute, 0)
        if self._shoppers:
            self._shoppers.cancel()
            self._shoppers = None
        if self.shoppers_per_minute and self._runner:
            self._shoppers = asyncio.create_task(self._shop(self.shoppers_per_minute))

    async def fault(
        self, name: str, value: Any = True, *, calls: int | None = None, methods: Iterable[str] = ()
    ) -> None:
        """Turns a fault on (see `Faults.turn_on`), or off with None or False."""
        if value is None or value is False:
            self.faults.turn_off(name)
        else:
            self.faults.turn_on(name, value, calls=calls, methods=methods)
        await self.heed_down()

    async def heed_down(self) -> None:
        """Closes or opens the listening socket as the fault `down` says, where a control port makes that possible."""
        if not self.control_port or not self._runner:
            return
        if self.faults.is_on("down") and self._door:
            await self._door.stop()
            self._door = None
        elif not self.faults.is_on("down") and not self._door:
            self._door = await self._listen(self.port)

    async def _listen(self, port: int) -> web.SockSite:
        assert self._runner
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        site = web.SockSite(self._runner, listener)
        await site.start()
        return site

    async def _shop(self, per_minute: int) -> None:
        dice, due = random.Random(per_minute), 0.0  # noqa: S311
        while True:
            await self._sleep(TICK_S)
            due += self._demand() * per_minute * TICK_S / 60
            while due >= 1:
                due -= 1
                dice.choice(list(self.lists.values())).take(1)

    async def _vendor(self, request: web.Request) -> web.StreamResponse:
        started = time.monotonic()
        at, hit, body = self._clock(), self.faults.strike(request.method), await request.read()
        asked = _asked(request, body)
        codes = asked.get("codes") if isinstance(asked.get("codes"), list) else []
        post = None
        if request.method == "POST":
            post = self.record.open_post(at, str(asked.get("id", "")), [str(code) for code in codes or ()])
        # A task of its own, because what a caller asked for may be carried out after the caller has gone.
        call = asyncio.create_task(self._serve(request, asked, post, hit))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        response = await asyncio.shield(call)
        if self.on_call:
            listed = asked.get("id") or asked.get("promo_code_list_id")
            detail = ", ".join(filter(None, [f"list {listed}" if listed else "", f"{len(codes or ()):,} codes"]))
            status = 0 if _gone(request) else response.status
            self.on_call(Call(at, request.method, request.path, status, (time.monotonic() - started) * 1000, detail))
        return response

    async def _serve(
        self, request: web.Request, asked: Mapping[str, Any], post: Post | None, hit: Mapping[str, Any]
    ) -> web.StreamResponse:
        await self._sleep(hit.get("slow", 0) + hit.get("late", 0))
        dropped = "down" in hit or "cut_before" in hit or ("slow" in hit and "late" not in hit and _gone(request))
        response = None if dropped else self._carry_out(request, asked, post, hit)
        if post:
            self.record.decided(post)
        if response is None:
            if request.transport:
                request.transport.close()
            return web.Response(status=500)
        response.headers["Access-Control-Allow-Origin"] = "*"
        try:
            await response.prepare(request)
            await response.write_eof()
        except ConnectionError:
            return response
        if post and not _gone(request):
            self.record.answered(post, response.status)
        return response

    def _carry_out(
        self, request: web.Request, asked: Mapping[str, Any], post: Post | None, hit: Mapping[str, Any]
    ) -> web.Response | None:
        """The answer, or None where the connection is cut after the work is done."""
        api = Api(self.shop_id, self.shop_secret, self.style, self.lists, self.record)
        if "html" in hit:
            return web.Response(text="<!doctype html><title>One moment</title>", content_type="text/html")
        if early := _refused(api, post, hit):
            headers = {"Retry-After": f"{hit['rate_limited']:g}"} if early.status == 429 else None
            return web.json_response(early.document, status=early.status, headers=headers)
        reply = api.answer(request.method, request.path, asked, post)
        if "cut_after" in hit:
            return None
        if "error_after" in hit:
            return web.Response(status=500, text="Internal Server Error")
        if "empty" in hit:
            return web.Response(status=200)
        return web.json_response(reply.document, status=reply.status)


def _refused(api: Api, post: Post | None, hit: Mapping[str, Any]) -> Reply | None:
    """The refusal a fault orders, before anything is carried out."""
    codes = post.codes if post else ()
    orders = (
        ("error_before" in hit, 500, "Internal error"),
        ("rate_limited" in hit, 429, "Too many requests"),
        ("forbidden" in hit, 403, "Shop not found"),
        ("gone" in hit, 404, "Promo code list not found"),
        ("too_large" in hit and len(codes) > hit["too_large"], 413, "Request Entity Too Large"),
        ("refuse_all" in hit, 400, hit.get("refuse_all", "")),
        ("refuse_codes" in hit and any(hit["refuse_codes"] in one for one in codes), 400, "Some codes are invalid"),
    )
    return next((api.no(status, message) for ordered, status, message in orders if ordered), None)


def _asked(request: web.Request, body: bytes) -> Mapping[str, Any]:
    if request.method == "GET":
        return dict(request.query)
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _port(site: web.SockSite) -> int:
    return int(site.name.rpartition(":")[2])
