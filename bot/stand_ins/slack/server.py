"""The stand-in Slack on a real socket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.stand_ins.slack.api import EVERY_SCOPE, Api
from bot.stand_ins.slack.cast import Channel, User, UserGroup
from bot.stand_ins.slack.delivery import Delivered, Delivery, Sent
from bot.stand_ins.slack.events import Events
from bot.stand_ins.slack.failures import Failure, Failures
from bot.stand_ins.slack.file_doors import FileDoors
from bot.stand_ins.slack.log import Log
from bot.stand_ins.slack.person import Person
from bot.stand_ins.slack.reading import visible_text
from bot.stand_ins.slack.response_urls import ResponseUrls
from bot.stand_ins.slack.sockets import Sockets
from bot.stand_ins.slack.stored_files import StoredFile
from bot.stand_ins.slack.web_api import Call, WebApi, cut_off
from bot.stand_ins.slack.workspace import Json, Message, Workspace

HOST = "127.0.0.1"
# Nobody outside this machine takes these.
BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-playground", "xapp-playground", "playground-signing-secret"
COMMANDS = frozenset({"/promo", "/promo-lists", "/promo-upload"})
EVENTS = frozenset({"file_shared", "app_home_opened", "message.im", "app_mention"})
T = TypeVar("T")


class StandInSlack:
    """One Slack workspace with one installed app, on loopback; `as_` gives its people to act with.

    `clock` (Unix seconds) rules timestamps, triggers and response_urls; signatures always carry the wall clock's time,
    for the bot checks them against it. `retry_after_s` are the pauses before an event's three retries.
    """

    def __init__(
        self,
        *,
        bot_token: str = BOT_TOKEN,
        app_token: str = APP_TOKEN,
        signing_secret: str = SIGNING_SECRET,
        scopes: Iterable[str] = EVERY_SCOPE,
        subscribed: Iterable[str] = EVENTS,
        commands: Iterable[str] = COMMANDS,
        users: Iterable[User] = (),
        channels: Iterable[Channel] = (),
        user_groups: Iterable[UserGroup] = (),
        retry_after_s: Sequence[float] = (0.05, 0.2, 0.5),
        ack_within_s: float = 3.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.bot_token, self.app_token, self.signing_secret = bot_token, app_token, signing_secret
        self.commands = frozenset(commands)
        self.workspace = Workspace(clock, users=users, channels=channels, user_groups=user_groups)
        self.log = Log(clock)
        self.log.listeners.append(lambda _: self.workspace.wake())
        self.failures = Failures()
        self.sockets = Sockets()
        self.delivery = Delivery(
            signing_secret=signing_secret,
            sockets=self.sockets,
            log=self.log,
            retry_after_s=retry_after_s,
            ack_within_s=ack_within_s,
        )
        self.events = Events(self.workspace, self.delivery, frozenset(subscribed))
        self.api = Api(
            self.workspace,
            bot_token,
            app_token,
            frozenset(scopes),
            self.events.announce,
            lambda: self.sockets.ticket(self.root),
        )
        self.web_api = WebApi(self.api, self.failures, self.log)
        self.answers = ResponseUrls(self.workspace, self.failures, self.log, self.web_api.calls)
        self.stopping = asyncio.Event()
        self.port = 0
        self._doors = FileDoors(self.api, self.failures, self.log, self.stopping)
        self._down = False
        self._routes: list[web.AbstractRouteDef] = []
        self._runner: web.AppRunner | None = None

    @property
    def root(self) -> str:
        """Where everything is served, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    @property
    def base_url(self) -> str:
        """The Web API's address, for SLACK_API_URL."""
        return f"{self.root}/api/"

    @property
    def host(self) -> str:
        """`host:port`, for SLACK_FILE_HOSTS."""
        return f"{HOST}:{self.port}"

    def add_routes(self, routes: Iterable[web.AbstractRouteDef]) -> None:
        """Serves more on the same port; before the start."""
        self._routes += routes

    async def start(self, port: int = 0) -> None:
        """Listens on `port` (0: any free one)."""
        app = web.Application(client_max_size=0)
        app.add_routes(
            [
                web.route("*", r"/api/{method:[A-Za-z]+\.[A-Za-z.]+}", self._unless_down(self.web_api.handle)),
                web.post("/response/{name}", self._unless_down(self.answers.handle)),
                web.get("/link", self._unless_down(self.sockets.handle)),
                web.get("/files-pri/{key}/{rest:.*}", self._unless_down(self._doors.download)),
                web.post("/upload/v1/{id}", self._unless_down(self._doors.upload)),
                *self._routes,
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, port)
        await site.start()
        self.port = int(self._runner.addresses[0][1])
        self.workspace.root = self.root
        await self.delivery.start()

    async def stop(self) -> None:
        """Closes every socket and drops what is under way."""
        self.stopping.set()
        self.workspace.touch()
        await self.delivery.stop()
        await self.sockets.close()
        if self._runner:
            await self._runner.cleanup()

    def connect_http(self, *urls: str) -> None:
        """Delivers to the bot's /slack/events; with several, each payload goes to any one. Without: Socket Mode."""
        self.delivery.urls = urls

    @property
    def down(self) -> bool:
        """While set, every connection from the bot is cut, and its sockets are closed."""
        return self._down

    @down.setter
    def down(self, value: bool) -> None:
        self._down = value
        if value:
            self.delivery.spawn(self.sockets.close())

    def _unless_down(self, handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            return cut_off(request) if self._down else await handler(request)

        return handle

    def fail(
        self,
        method: str,
        *,
        status: int = 0,
        error: str = "",
        retry_after: int | str | None = None,
        cut: bool = False,
        delay_s: float = 0,
        times: int = 1,
        carried_out: bool = False,
        gate: asyncio.Event | None = None,
    ) -> Failure:
        """Orders a failure of the next calls of a method; "*" is any, also "response_url", "download", "upload".

        See `Failure`. A `gate` holds the call until it is set.
        """
        order = Failure(method, status, error, retry_after, cut, delay_s, times, carried_out, gate)
        self.failures.order(order)
        return order

    def as_(self, user: str) -> Person:
        """The person with this id, to type, drop, click and submit as. Raises KeyError when nobody has it."""
        return Person(self.workspace.users[user].id, self.api, self.delivery, self.answers, self.events, self.commands)

    def file(self, message_or_id: Message | str) -> StoredFile:
        """A stored file, by id or as the first of a message; its `condition` may be changed."""
        file_id = message_or_id if isinstance(message_or_id, str) else message_or_id.files[0]
        return self.workspace.files[file_id]

    def delete_message(self, message: Message) -> None:
        """Takes a message away, as an admin can."""
        self.workspace.remove(message)

    @property
    def calls(self) -> list[Call]:
        """Every call of the bot, response_urls included."""
        return self.web_api.calls

    def called(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    @property
    def sent(self) -> list[Sent]:
        """Everything sent to the bot, retries left out."""
        return self.delivery.sent

    async def resend(self, sent: Sent | None = None) -> Delivered:
        """Delivers the same event, click or submission once more; the last one when none is named."""
        return await self.delivery.again(sent or self.sent[-1])

    def messages(self, channel: str) -> list[Message]:
        """What everybody in a channel sees, threads included, by ts."""
        return [one for one in self.workspace.messages(channel) if not one.seen_by]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """The answers under a message, ephemerals left out, by ts."""
        return [one for one in self.messages(channel) if one.thread_ts == ts]

    def ephemerals(self, user: str) -> list[Message]:
        """What only this person sees, in every channel, by ts."""
        every = [one for channel in self.workspace.channels for one in self.workspace.messages(channel)]
        return sorted((one for one in every if one.seen_by == user), key=lambda one: one.ts)

    def views(self, user: str) -> list[Json]:
        """A person's open modals, the topmost last."""
        return list(self.workspace.stacks.get(user, ()))

    def home(self, user: str) -> Json | None:
        """A person's Home tab, once published."""
        return self.workspace.homes.get(user)

    def notices(self, user: str) -> list[str]:
        """What Slack itself told a person."""
        return [one.text for one in self.workspace.notices if one.user == user]

    def visible_text(self, where: Message | Json) -> str:
        """See `reading.visible_text`."""
        return visible_text(where)

    async def until(self, predicate: Callable[[], T | None], timeout: float = 5.0) -> T:  # noqa: ASYNC109
        """Waits for the change after which `predicate` answers something true, and answers it.

        A predicate that raises LookupError or AssertionError is not true yet; at the end that error is shown. For what
        changes outside of Slack, call `workspace.wake()`.
        """
        loop = asyncio.get_running_loop()
        ends_at, problem = loop.time() + timeout, None
        while True:
            try:
                if found := predicate():
                    return found
                problem = None
            except (LookupError, AssertionError) as error:
                problem = error
            try:
                async with asyncio.timeout_at(ends_at):
                    await self.workspace.changed()
            except TimeoutError:
                break
        if found := predicate():
            return found
        raise AssertionError(f"not within {timeout:g} s; {self._summary()}") from problem

    def _summary(self) -> str:
        last = [f"{call.method} {call.status} {call.error}".strip() for call in self.calls[-8:]]
        return f"the bot's last calls: {', '.join(last) or 'none'}"
