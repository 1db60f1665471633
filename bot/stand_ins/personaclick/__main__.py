"""`python -m bot.stand_ins.personaclick --port N`: the stand-in as a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from bot.stand_ins.personaclick import control
from bot.stand_ins.personaclick.server import SHOP_ID, SHOP_SECRET, StandInPersonaClick
from bot.stand_ins.personaclick.state import Style, demo_lists, lists_from


def main() -> None:
    """Serves until SIGTERM or SIGINT, after printing one line: the address."""
    asyncio.run(_serve(_arguments()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.stand_ins.personaclick", description="A stand-in PersonaClick")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--control-port", type=int, help="serves the control endpoints here while the API is down")
    parser.add_argument("--record", type=Path, help="writes each POST as JSON lines to this file")
    parser.add_argument("--lists", type=Path, help="JSON: [{id, name, available | codes}]")
    parser.add_argument("--shop-id", default=SHOP_ID)
    parser.add_argument("--shop-secret", default=SHOP_SECRET)
    parser.add_argument("--new", action="store_true", help="answers in the shapes of the newer documentation")
    parser.add_argument("--page", type=int, help="lists per answer at most (1000, or 50 with --new)")
    parser.add_argument("--ignore-offset", action="store_true")
    parser.add_argument("--string-ids", action="store_true")
    parser.add_argument("--no-removal", action="store_true", help="has no DELETE calls")
    parser.add_argument("--not-unique", action="store_true", help="repeated codes count, too")
    return parser.parse_args()


async def _serve(asked: argparse.Namespace) -> None:
    style = Style(
        new=asked.new,
        page=asked.page or (50 if asked.new else 1000),
        ignore_offset=asked.ignore_offset,
        string_ids=asked.string_ids,
        removal=not asked.no_removal,
    )
    stand_in = StandInPersonaClick(
        make_lists=lists_from(asked.lists) if asked.lists else demo_lists,
        shop_id=asked.shop_id,
        shop_secret=asked.shop_secret,
        style=style,
        unique=not asked.not_unique,
        record_path=asked.record,
    )
    stand_in.add_routes(control.routes(stand_in))
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await stand_in.start(asked.port, control_port=asked.control_port)
    sys.stdout.write(stand_in.base_url + "\n")
    sys.stdout.flush()
    await ended.wait()
    await stand_in.stop()


if __name__ == "__main__":
    main()
