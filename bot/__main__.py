"""The command line: `python -m bot …`."""

from __future__ import annotations

import argparse
import logging
import re
import sys
from collections.abc import Sequence

from bot.errors import Dead, SettingsError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; answers its exit status."""
    parser = argparse.ArgumentParser(
        prog="promo-bot", description="Keeps PersonaClick promo codes in stock, from Slack."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("http", help="serve Slack over HTTP on $PORT")
    commands.add_parser("socket", help="serve Slack over Socket Mode")
    commands.add_parser("migrate", help="bring the database up to date")
    commands.add_parser("check", help="test every setting, token, scope and credential, and say what to fix")
    commands.add_parser("setup", help="ask for the settings one by one, verify each, and write .env")
    wiping = commands.add_parser("wipe", help="drop what is stored, of one list or of all")
    of_what = wiping.add_mutually_exclusive_group(required=True)
    of_what.add_argument("--list", dest="of_list", metavar="LIST", help="id or whole name of the list")
    of_what.add_argument("--all", action="store_true", help="everything")
    wiping.add_argument("--yes", action="store_true", help="do not ask")
    printing = commands.add_parser("manifest", help="print the Slack app manifest")
    printing.add_argument("--url", help="https address of the bot, for HTTP instead of Socket Mode")
    playing = commands.add_parser(
        "playground", help="run everything locally, with stand-ins for Slack and PersonaClick"
    )
    playing.add_argument("--port", type=int, default=8040)
    asked = parser.parse_args(arguments)
    try:
        return run(asked)
    except SettingsError as error:
        for found in (error, *error.more):
            print(f"{found.name} {found.problem}. {found.then}".rstrip(), file=sys.stderr)
        return 2
    except Dead as error:
        print(f"{error.what}. This process ends, to be started anew.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def run(asked: argparse.Namespace) -> int:
    """Runs the command and answers its exit status; each imports only what it needs. Raises SettingsError, Dead."""
    match asked.command:
        case "manifest":
            print_manifest(asked.url)
        case "playground":
            from bot.playground.run import run as run_playground

            run_playground(asked.port)
        case "migrate":
            migrate()
        case "check":
            from bot.operating import check

            return check.run()
        case "setup":
            from bot.operating import setup

            return setup.run()
        case "wipe":
            from bot.operating import wipe

            return wipe.run(asked.of_list, everything=asked.all, yes=asked.yes)
        case command:
            serve(command)
    return 0


def print_manifest(url: str | None) -> None:
    """Prints the manifest as YAML."""
    import yaml

    from bot.manifest import manifest

    if url is not None and not re.fullmatch(r"https://[\w.-]+(:\d+)?/?", url):
        raise SettingsError(
            "--url", "is not https:// and a host alone", "Write the address of your app without a path."
        )
    print(yaml.safe_dump(manifest(url), sort_keys=False, allow_unicode=True), end="")


def migrate() -> None:
    """Brings the database up to date."""
    from bot.settings import Settings
    from bot.store.database import AWAY, no_answer
    from bot.store.migrate import HEAD, upgrade

    settings = Settings.read("migrate")
    try:
        before = upgrade(settings.async_database_url)
    except AWAY as error:
        raise no_answer(error) from None
    if before == HEAD:
        print(f"The database is up to date (version {HEAD}): nothing was to do.")
    else:
        print(f"The database was brought from {f'version {before}' if before else 'empty'} to version {HEAD}.")


def serve(mode: str) -> None:
    """Serves Slack until the process is told to stop."""
    import asyncio
    import gc

    # All that is loaded from here on stays; `steady` ends this.
    gc.disable()
    from bot.logs import configure
    from bot.settings import Settings

    settings = Settings.read(mode)
    configure(settings.log_level, settings.log_format, settings.secrets())
    for name, meant in Settings.misspelt().items():
        logging.getLogger(__name__).warning("%s is no setting and is ignored; is %s meant?", name, meant)
    from bot.app import build
    from bot.serve import serve_health, serve_http, serve_socket

    async def serving() -> None:
        if mode == "http" and not settings.slack_signing_secret.get_secret_value():
            await serve_health(settings.port)
        elif mode == "http":
            await serve_http(build(settings), settings.port)
        else:
            port = settings.port if "port" in settings.model_fields_set else None
            await serve_socket(build(settings), settings.slack_app_token.get_secret_value(), port=port)

    asyncio.run(serving())


if __name__ == "__main__":
    sys.exit(main())
