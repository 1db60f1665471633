"""The playground: the real bot between two stand-ins on loopback, and the page that shows all three."""

from __future__ import annotations

import asyncio
import signal
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.app import Bot, build
from bot.errors import SettingsError
from bot.logs import configure
from bot.playground.clock import PlaygroundClock
from bot.playground.control import control_routes
from bot.serve import http_app, unusable
from bot.settings import Settings
from bot.stand_ins.personaclick import control as personaclick_control
from bot.stand_ins.personaclick.server import Call, StandInPersonaClick
from bot.stand_ins.slack.server import StandInSlack
from bot.work.rounds import Clock

HOST = "127.0.0.1"
PAGE = Path(__file__).parent / "page"
# A shop that answers at once would leave nothing to watch.
USUAL_ANSWER_S = 0.3
BATCH_SIZE = 1000
# Alerts have a channel of their own, so that the first steps in #promo are a visitor's own.
ALERTS_CHANNEL = "C2"
# Several a second while a day passes in a minute.
READING_EVERY_MINUTES = 10.0
# A visitor does more in a minute than a team; the pause of the usual 40 would look like a fault.
REQUESTS_PER_MINUTE = 600
# A visitor who loses an answer sees within a moment how it is settled.
SETTLE_S = 10


class OwnSettings(Settings):
    """Settings that come from here alone, not from the environment."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is passed in."""
        return (init_settings,)


def run(port: int) -> None:
    """Runs the playground at http://127.0.0.1:<port> until Ctrl-C. Raises SettingsError when the port is taken."""
    configure("WARNING", "text", [])
    asyncio.run(_run(port))


async def _run(port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="promo-bot-")))
        try:
            slack = await start(port, folder, stack)
        except OSError as error:
            raise unusable("--port", port, error) from None
        except OverflowError:
            raise SettingsError("--port", f"{port} is not 0 to 65535", "Choose another.") from None
        print(f"The playground is at {slack.root}  (Ctrl-C ends it)", flush=True)
        await stop.wait()


async def start(port: int, folder: Path, stack: AsyncExitStack) -> StandInSlack:
    """Starts all three; `stack` stops them."""
    time = PlaygroundClock()
    shop = StandInPersonaClick(on_call=lambda call: _show(slack, call), demand=time.demand)
    shop.add_routes(personaclick_control.routes(shop))
    await shop.start(control_port=0)
    stack.push_async_callback(shop.stop)
    await shop.fault("slow", USUAL_ANSWER_S)
    slack = StandInSlack()
    slack.add_routes(control_routes(slack, shop.control_url, PAGE, time))
    await slack.start(port)
    stack.push_async_callback(slack.stop)
    watched = {"alerts_channel": ALERTS_CHANNEL, "reading_every_minutes": READING_EVERY_MINUTES}
    bot = build(settings(slack, shop, folder, **watched), Clock(time.now, time.sleep, time.told))
    await bot.start()
    stack.push_async_callback(bot.stop)
    slack.connect_http(await serve(bot, stack))
    return slack


async def serve(bot: Bot, stack: AsyncExitStack) -> str:
    """Serves the bot on a free port; answers where it takes events."""
    runner = web.AppRunner(http_app(bot), access_log=None, shutdown_timeout=1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, HOST, 0).start()
    return f"http://{HOST}:{runner.addresses[0][1]}/slack/events"


def settings(slack: StandInSlack, shop: StandInPersonaClick, folder: Path, **more: Any) -> Settings:
    """The bot's settings between the two stand-ins."""
    values = {
        "slack_bot_token": slack.bot_token,
        "slack_app_token": slack.app_token,
        "slack_signing_secret": slack.signing_secret,
        "slack_api_url": slack.base_url,
        "slack_file_hosts": slack.host,
        "personaclick_shop_id": shop.shop_id,
        "personaclick_shop_secret": shop.shop_secret,
        "personaclick_api_url": shop.base_url,
        "personaclick_batch_size": BATCH_SIZE,
        "personaclick_requests_per_minute": REQUESTS_PER_MINUTE,
        "personaclick_settle_s": SETTLE_S,
        "database_url": f"sqlite:///{folder}/playground.db",
        **more,
    }
    return OwnSettings.read("playground", **values)


def _show(slack: StandInSlack, call: Call) -> None:
    # The bot never asks for a code; that is what the shop's pages do.
    caller = "shopper" if call.path == "/promo_codes/fetch" else "bot"
    what = f"{call.method} {call.path}"
    slack.log.add(caller, "personaclick", what, status=call.status, ms=call.ms, body=call.detail, at=call.at)
