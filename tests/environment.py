"""What a real bot process needs to serve between the two stand-ins."""

from __future__ import annotations

import os
import socket

from bot.stand_ins.personaclick import StandInPersonaClick
from bot.stand_ins.slack import StandInSlack


def between(slack: StandInSlack, shop: StandInPersonaClick, **more: str) -> dict[str, str]:
    """The environment of a bot between the stand-ins, over HTTP; `more` are settings beside, or instead."""
    return {
        "PATH": os.environ["PATH"],
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.base_url,
        "SLACK_FILE_HOSTS": slack.host,
        "PERSONACLICK_SHOP_ID": shop.shop_id,
        "PERSONACLICK_SHOP_SECRET": shop.shop_secret,
        "PERSONACLICK_API_URL": shop.base_url,
        **more,
    }


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
