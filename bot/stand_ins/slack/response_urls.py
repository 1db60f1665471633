"""`response_url`: five answers within thirty minutes.

Source: https://docs.slack.dev/interactivity/handling-user-interaction
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from aiohttp import web

from bot.stand_ins.slack.api import Refusal
from bot.stand_ins.slack.cast import BOT_USER
from bot.stand_ins.slack.chat_methods import checked_content
from bot.stand_ins.slack.failures import Failures
from bot.stand_ins.slack.log import Log
from bot.stand_ins.slack.web_api import Call, cut_off
from bot.stand_ins.slack.workspace import Json, Message, Workspace

MOST_USES = 5
LIVES_S = 30 * 60
METHOD = "response_url"


@dataclass(slots=True)
class Address:
    """Where one command or click may be answered; `original` is the message it can replace."""

    user: str
    channel: str
    thread_ts: str
    made_at: float
    original: Message | None
    uses: int = 0


class ResponseUrls:
    """Makes the addresses and takes what the bot sends to them; each is kept in `calls` beside the Web API's."""

    def __init__(self, workspace: Workspace, failures: Failures, log: Log, calls: list[Call]) -> None:
        self._workspace = workspace
        self._failures = failures
        self._log = log
        self._calls = calls
        self._addresses: dict[str, Address] = {}

    def make(self, user: str, channel: str, original: Message | None = None) -> str:
        """A new response_url."""
        name = self._workspace.number("answer")
        thread_ts = original.thread_ts if original else ""
        self._addresses[name] = Address(user, channel, thread_ts, self._workspace.clock(), original)
        return f"{self._workspace.root}/response/{name}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One answer of the bot."""
        started, failure = time.monotonic(), self._failures.strike(METHOD)
        body = json.loads(await request.read() or b"{}")
        if failure:
            await failure.hold()
        status, error = 0, ""
        if not failure or not failure.answers or failure.carried_out:
            status, error = self._take(request.match_info["name"], body)
        if failure and failure.answers:
            status, error = (0 if failure.cut else failure.status or 400), failure.error
        self._calls.append(Call(METHOD, body, self._workspace.clock(), status, error))
        self._log.add("bot", "slack", METHOD, status=status, ms=(time.monotonic() - started) * 1000, body=body)
        self._workspace.touch()
        if not status:
            return cut_off(request)
        headers = {"Retry-After": str(failure.retry_after or 1)} if failure and status == 429 else None
        return web.Response(status=status, text=error or "ok", headers=headers)

    def _take(self, name: str, body: Json) -> tuple[int, str]:
        address = self._addresses.get(name)
        if address is None or self._workspace.clock() > address.made_at + LIVES_S:
            return 404, "expired_url"
        if address.uses >= MOST_USES:
            return 404, "used_url"
        address.uses += 1
        try:
            self.say(address, body)
        except Refusal as refusal:
            return 400, refusal.error
        return 200, ""

    def ack(self, url: str, body: object) -> None:
        """What the bot said in its ack of a command; raises Refusal when Slack will not have it."""
        said = body if isinstance(body, dict) else {"text": str(body)}
        if said.get("text") or said.get("blocks") or said.get("attachments"):
            self.say(self._addresses[url.rpartition("/")[2]], said)

    def say(self, address: Address, body: Json) -> None:
        """Posts, replaces or deletes. Raises Refusal."""
        original = address.original
        if body.get("delete_original"):
            if original:
                self._workspace.remove(original)
                address.original = None
            return
        text, blocks, attachments = checked_content(body)
        if body.get("replace_original") and original:
            self._workspace.edit(original, text, blocks)
            return
        in_channel = body.get("response_type") == "in_channel"
        thread_ts = str(body.get("thread_ts") or ("" if in_channel else address.thread_ts))
        message = Message(
            address.channel,
            self._workspace.ts(),
            BOT_USER,
            text,
            blocks,
            attachments,
            thread_ts,
            seen_by="" if in_channel else address.user,
        )
        added = self._workspace.add(message)
        # A command has no message of its own: what was said last is what can be replaced.
        address.original = original or added
