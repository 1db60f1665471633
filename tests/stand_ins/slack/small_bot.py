"""A small real Bolt app that uses everything the stand-in has to offer."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.stand_ins.slack import StandInSlack

MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Form"},
    "submit": {"type": "plain_text", "text": "Send"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "Name"},
            "element": {"type": "plain_text_input", "action_id": "typed", "max_length": 10},
        },
        {
            "type": "input",
            "block_id": "list",
            "optional": True,
            "label": {"type": "plain_text", "text": "List"},
            "element": {"type": "external_select", "action_id": "pick", "min_query_length": 0},
        },
        {
            "type": "input",
            "block_id": "files",
            "optional": True,
            "label": {"type": "plain_text", "text": "Files"},
            "element": {"type": "file_input", "action_id": "files", "max_files": 2},
        },
    ],
}
BUTTONS: list[dict[str, Any]] = [
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "7"},
            {"type": "external_select", "action_id": "pick", "min_query_length": 1},
        ],
    }
]


class SmallBot:
    """Keeps what it was sent in `heard`, and answers as a bot would."""

    def __init__(self, slack: StandInSlack) -> None:
        self.web = AsyncWebClient(slack.bot_token, base_url=slack.base_url, timeout=5)
        self.app = AsyncApp(
            client=self.web,
            signing_secret=slack.signing_secret,
            request_verification_enabled=True,
            raise_error_for_unhandled_request=False,
        )
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.submitted: dict[str, Any] = {}
        self.retries: list[list[str]] = []
        self.event_failures = 0
        self._runner: web.AppRunner | None = None
        self._socket: AsyncSocketModeHandler | None = None
        self._tie()

    def last(self, kind: str) -> dict[str, Any]:
        """The last payload of one kind."""
        return [body for one, body in self.heard if one == kind][-1]

    async def serve(self) -> str:
        """Listens for signed HTTP; answers the address."""
        app = self.app.server(path="/slack/events").web_app
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/slack/events"

    async def connect(self, app_token: str) -> None:
        """Opens a socket."""
        self._socket = AsyncSocketModeHandler(self.app, app_token, web_client=self.web, ping_interval=0.2)
        await self._socket.connect_async()  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        if self._runner:
            await self._runner.cleanup()
        if self._socket:
            await self._socket.close_async()  # type: ignore[no-untyped-call]

    def _tie(self) -> None:
        app = self.app

        @app.middleware
        async def count_retries(req: Any, resp: Any, next: Any) -> Any:  # noqa: A002
            self.retries.append(req.headers.get("x-slack-retry-num", []))
            if req.body.get("type") == "event_callback" and self.event_failures:
                self.event_failures -= 1
                resp.status = 500
                return resp
            return await next()

        @app.command("/promo")
        async def promo(ack: Any, command: Any, respond: Any, client: Any) -> None:
            self.heard.append(("command", command))
            match command["text"]:
                case "loud":
                    await ack(text="for all", response_type="in_channel")
                case "form":
                    await ack()
                    await client.views_open(trigger_id=command["trigger_id"], view=MODAL)
                case "late":
                    await ack()
                    await respond(text="first", blocks=BUTTONS)
                    await respond(text="second", replace_original=True)
                case "silent":
                    return
                case _:
                    await ack(f"typed: {command['text']}")

        @app.event("file_shared")
        async def file_shared(body: Any, event: Any, client: Any) -> None:
            self.heard.append(("file_shared", body))
            info = await client.files_info(file=event["file_id"])
            shares = info["file"]["shares"]["public"][event["channel_id"]]
            await client.chat_postMessage(
                channel=event["channel_id"],
                thread_ts=shares[0].get("thread_ts") or shares[0]["ts"],
                text="card",
                blocks=BUTTONS,
            )

        @app.event("app_home_opened")
        async def home(body: Any, event: Any, client: Any) -> None:
            self.heard.append(("home", body))
            view = {"type": "home", "blocks": [{"type": "divider"}]}
            await client.views_publish(user_id=event["user"], view=view)

        @app.action("go")
        async def go(ack: Any, body: Any, respond: Any) -> None:
            await ack()
            self.heard.append(("go", body))
            await respond(text="went", replace_original=False)

        @app.action("pick")
        async def picked(ack: Any, body: Any) -> None:
            await ack()
            self.heard.append(("pick", body))

        @app.options("pick")
        async def offer(ack: Any, payload: Any) -> None:
            names = [name for name in ("Spring", "Summer") if payload["value"].lower() in name.lower()]
            await ack(options=[{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in names])

        @app.view("form")
        async def form(ack: Any, body: Any) -> None:
            self.heard.append(("form", body))
            await ack(**self.submitted)

        @app.view_closed("form")
        async def closed(ack: Any, body: Any) -> None:
            await ack()
            self.heard.append(("closed", body))

        @app.shortcut("load")
        async def load(ack: Any, body: Any) -> None:
            await ack()
            self.heard.append(("shortcut", body))
