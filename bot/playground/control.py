"""The control API: what the page of the playground sees and does. See `control_routes`."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.playground.clock import PlaygroundClock
from bot.playground.mentions import with_mentions
from bot.playground.personaclick import Forward
from bot.playground.state import state_of
from bot.stand_ins.slack.cast import BOT_USER
from bot.stand_ins.slack.delivery import Delivered
from bot.stand_ins.slack.log import Entry
from bot.stand_ins.slack.reading import controls
from bot.stand_ins.slack.server import StandInSlack
from bot.stand_ins.slack.workspace import Json, Message

_SAMPLE_CODES = 10_000
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CHOICES = (
    "selected_option",
    "selected_options",
    "selected_date",
    "selected_time",
    "selected_date_time",
    "selected_user",
    "selected_channel",
    "selected_conversation",
    "value",
)

Work = Callable[[StandInSlack, Json], Awaitable[Json]]


def control_routes(
    slack: StandInSlack, personaclick_url: str, page_dir: Path, clock: PlaygroundClock | None = None
) -> list[web.AbstractRouteDef]:
    """Every route of the page; what concerns PersonaClick is passed on to its stand-in's control endpoints."""
    time = Time(clock or PlaygroundClock())
    page, forward = Page(slack, page_dir), Forward(slack, personaclick_url)
    return [
        web.get("/", page.index),
        web.get("/static/{name}", page.static),
        web.get("/api/state", page.state),
        web.get("/api/events", page.events),
        web.get("/api/log", page.log),
        web.get("/api/file/{id}", page.file),
        web.get("/sample/spring-sale-10000.csv", page.sample),
        web.post("/api/files", page.files),
        web.post("/api/modal-file", page.form_file),
        *(web.post(f"/api/{name}", _endpoint(slack, work)) for name, work in WORKS.items()),
        web.get("/api/clock", time.show),
        web.post("/api/clock", time.run),
        web.get("/shop", forward.shop),
        web.get("/shop/loader.js", forward.loader),
        web.get("/api/personaclick", forward.state),
        web.post("/api/personaclick/{what:take|faults|shoppers|reset}", forward.order),
    ]


class Time:
    """The playground's clock, to be read and to be made to run fast."""

    def __init__(self, clock: PlaygroundClock) -> None:
        self._clock = clock

    async def show(self, _: web.Request) -> web.Response:
        return web.json_response(self._clock.state())

    async def run(self, request: web.Request) -> web.Response:
        async def turn(asked: Json) -> Json:
            self._clock.run(float(asked["speed"]))
            return dict(self._clock.state())

        return await _answer(lambda: _asked(request), turn)


def _endpoint(slack: StandInSlack, work: Work) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        return await _answer(lambda: _asked(request), lambda asked: work(slack, asked))

    return handle


async def _asked(request: web.Request) -> Json:
    asked = json.loads(await request.read() or b"{}")
    if not isinstance(asked, dict):
        raise ValueError("an object is expected")
    return asked


async def _answer(ask: Callable[[], Awaitable[Any]], work: Callable[[Any], Awaitable[Json]]) -> web.Response:
    try:
        return web.json_response({"ok": True, **await work(await ask())})
    except (AssertionError, LookupError, ValueError, TypeError, AttributeError) as problem:
        words = f"missing or unknown: {problem}" if isinstance(problem, LookupError) else str(problem)
        return web.json_response({"ok": False, "error": words}, status=400)


class Page:
    """The page, its state, and its files."""

    def __init__(self, slack: StandInSlack, page_dir: Path) -> None:
        self._slack = slack
        self._dir = page_dir

    async def index(self, _: web.Request) -> web.StreamResponse:
        return self._file("index.html")

    async def static(self, request: web.Request) -> web.StreamResponse:
        return self._file(request.match_info["name"])

    def _file(self, name: str) -> web.StreamResponse:
        path = self._dir / name
        if path.parent != self._dir or not path.is_file():
            return web.Response(status=404, text="Not found")
        return web.FileResponse(path, headers={"Cache-Control": "no-store"})

    async def state(self, request: web.Request) -> web.Response:
        me = request.query.get("user", "U1")
        if me not in self._slack.workspace.users or me == BOT_USER:
            return web.json_response({"ok": False, "error": "no such person"}, status=404)
        return web.json_response(state_of(self._slack, me))

    async def log(self, _: web.Request) -> web.Response:
        return web.json_response([entry.as_json() for entry in self._slack.log.entries])

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: each change of the workspace, each log entry."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        fresh: asyncio.Queue[Entry] = asyncio.Queue()
        self._slack.log.listeners.append(fresh.put_nowait)
        workspace, told = self._slack.workspace, -1
        try:
            while not self._slack.stopping.is_set():
                lines = []
                while not fresh.empty():
                    lines.append(f"event: log\ndata: {json.dumps(fresh.get_nowait().as_json())}\n\n")
                if workspace.version != told:
                    told = workspace.version
                    lines.append(f"data: {json.dumps({'version': told})}\n\n")
                if lines:
                    await response.write("".join(lines).encode())
                else:
                    await workspace.changed()
        except ConnectionError:
            return response
        finally:
            self._slack.log.listeners.remove(fresh.put_nowait)
        return response

    async def file(self, request: web.Request) -> web.Response:
        """A file as a person downloads it."""
        file = self._slack.workspace.files.get(request.match_info["id"])
        if file is None or file.condition == "deleted":
            return web.Response(status=404, text="This file was deleted.")
        quoted = file.name.replace('"', "")
        # Never rendered: what people drop must not run beside the page.
        headers = {"Content-Disposition": f'attachment; filename="{quoted}"', "X-Content-Type-Options": "nosniff"}
        return web.Response(body=file.content, content_type=file.mimetype, headers=headers)

    async def sample(self, _: web.Request) -> web.Response:
        """Ten thousand codes nobody has seen before."""
        codes = {"".join(secrets.choice(_LETTERS) for _ in range(8)) for _ in range(_SAMPLE_CODES + 50)}
        lines = ["code", *(f"SPRING-{code}" for code in sorted(codes)[:_SAMPLE_CODES])]
        headers = {"Content-Disposition": 'attachment; filename="spring-sale-10000.csv"'}
        return web.Response(text="\n".join(lines) + "\n", content_type="text/csv", headers=headers)

    async def files(self, request: web.Request) -> web.Response:
        """Files dropped in a channel."""

        async def drop(sent: tuple[Json, list[tuple[str, bytes]]]) -> Json:
            fields, files = sent
            if not files:
                raise ValueError("no file")
            thread_ts, text = str(fields.get("thread_ts") or ""), str(fields.get("text") or "")
            message = await self._slack.as_(fields["user"]).drop(fields["channel"], files, thread_ts, text)
            return {"ts": message.ts}

        return await _answer(lambda: _multipart(request), drop)

    async def form_file(self, request: web.Request) -> web.Response:
        """A file put into a form."""

        async def keep(sent: tuple[Json, list[tuple[str, bytes]]]) -> Json:
            fields, files = sent
            name, content = files[0]
            return {"file": self._slack.as_(fields["user"]).form_file(name, content)}

        return await _answer(lambda: _multipart(request), keep)


async def _multipart(request: web.Request) -> tuple[Json, list[tuple[str, bytes]]]:
    fields: Json = {}
    files: list[tuple[str, bytes]] = []
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files.append((value.filename, value.file.read()))
        elif isinstance(value, str):
            fields[name] = value
    return fields, files


async def _command(slack: StandInSlack, asked: Json) -> Json:
    _acked(await slack.as_(asked["user"]).command(asked["channel"], asked["text"]))
    return {}


async def _message(slack: StandInSlack, asked: Json) -> Json:
    typed = str(asked["text"]).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    typed = with_mentions(typed, slack.workspace.users.values())
    said = slack.as_(asked["user"]).say(asked["channel"], typed, str(asked.get("thread_ts") or ""))
    return {"ts": said.ts}


async def _click(slack: StandInSlack, asked: Json) -> Json:
    where = _where(slack, asked)
    element = _element(where, asked)
    chosen = {name: asked[name] for name in _CHOICES if name in asked and element["type"] != "button"}
    _acked(await slack.as_(asked["user"]).act(where, asked["block_id"], element, chosen))
    return {}


async def _suggest(slack: StandInSlack, asked: Json) -> Json:
    where = _where(slack, asked)
    typed = str(asked.get("value") or "")
    return await slack.as_(asked["user"]).suggestions(where, _element(where, asked)["action_id"], typed)


async def _submit(slack: StandInSlack, asked: Json) -> Json:
    view = _open_view(slack, asked)
    errors = await slack.as_(asked["user"]).submit_values(view, asked.get("values") or {})
    return {"errors": errors} if errors else {}


async def _close(slack: StandInSlack, asked: Json) -> Json:
    await slack.as_(asked["user"]).close(_open_view(slack, asked), every=bool(asked.get("every")))
    return {}


async def _shortcut(slack: StandInSlack, asked: Json) -> Json:
    where = _where(slack, asked)
    assert isinstance(where, Message)
    _acked(await slack.as_(asked["user"]).shortcut(where, asked["callback_id"]))
    return {}


async def _home(slack: StandInSlack, asked: Json) -> Json:
    await slack.as_(asked["user"]).open_home(str(asked.get("tab") or "home"))
    return {}


WORKS: dict[str, Work] = {
    "command": _command,
    "message": _message,
    "click": _click,
    "suggest": _suggest,
    "submit": _submit,
    "close": _close,
    "shortcut": _shortcut,
    "home": _home,
}


def _acked(answer: Delivered) -> None:
    if not answer.ok:
        raise ValueError(answer.problem)


def _where(slack: StandInSlack, asked: Json) -> Message | Json:
    if asked.get("view_id"):
        return _open_view(slack, asked)
    message = slack.workspace.message(asked["channel"], asked["message_ts"])
    stranger = asked["user"] not in slack.workspace.channels[asked["channel"]].members
    if message is None or stranger or message.seen_by not in ("", asked["user"]):
        raise ValueError("This message is gone.")
    return message


def _open_view(slack: StandInSlack, asked: Json) -> Json:
    view = slack.workspace.view(str(asked["view_id"]))
    if view is None or slack.workspace.owner(view["id"]) != asked["user"]:
        raise ValueError("This form is closed.")
    return view


def _element(where: Message | Json, asked: Json) -> Json:
    """What was clicked. A button that is gone meanwhile reaches the bot all the same, as Slack delivers it."""
    blocks = where.blocks if isinstance(where, Message) else where["blocks"]
    for block, element in controls(blocks):
        if (block["block_id"], element["action_id"]) == (asked["block_id"], asked["action_id"]):
            return element
    if isinstance(shown := asked.get("shown"), dict) and shown.get("action_id") == asked["action_id"]:
        return shown
    raise ValueError("This button is gone.")
