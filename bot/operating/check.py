"""`python -m bot check`: a line for each setting, token, scope, credential and table, with a mark and the fix."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.errors import SettingsError
from bot.logs import masked
from bot.operating import check_others, check_settings, check_slack
from bot.operating.lines import Line, Mark, of, status


async def every_line() -> list[Line]:
    """Everything there is to say; only questions are asked."""
    try:
        settings, problems = check_settings.examine()
    except SettingsError as error:
        return [of(error)]
    found = [*check_settings.lines(settings, problems), *check_settings.unused(settings)]
    bad = {error.name for error in problems}
    found += [line async for line in check_slack.lines(settings) if line.about not in bad]
    found += [line async for line in check_others.shops(settings)]
    if "DATABASE_URL" not in bad:
        held = await asyncio.to_thread(lambda: list(check_others.database(settings)))
        # What the database was made with says more of a key than its shape.
        found = [line for line in found if line.about not in {one.about for one in held}] + held
    secrets = settings.secrets()
    return once([replace(line, found=masked(line.found, secrets), fix=masked(line.fix, secrets)) for line in found])


def once(found: list[Line]) -> list[Line]:
    """The lines without those that were said before, and without the good word on what is wrong all the same."""
    bad = {line.about for line in found if line.mark is not Mark.OK}
    return [line for line in dict.fromkeys(found) if line.mark is not Mark.OK or line.about not in bad]


def run() -> int:
    """Prints every line; answers 0, 1 (something is wrong) or 2 (the bot cannot start)."""
    found = asyncio.run(every_line())
    for line in found:
        print(line)
    return status(found)
