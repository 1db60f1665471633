"""The key made beside an SQLite file when SECRET_KEY is not set."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from bot.errors import SettingsError
from bot.settings.words import THEN

SHORTEST_KEY = 32


def key_beside(path: Path) -> str:
    """The key in that file, made now if there is none; another process may make it at the same moment.

    It is written whole before it has its name: a process that is killed meanwhile leaves no empty key.
    """
    made = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        if not path.exists():
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
            with suppress(FileExistsError):
                os.link(made, path)
            made.unlink()
        key = path.read_text().strip()
    except OSError:
        raise SettingsError("DATABASE_URL", "names a folder that cannot be written to", THEN["DATABASE_URL"]) from None
    if len(key) < SHORTEST_KEY:
        raise SettingsError(
            "SECRET_KEY", f"in {path.name} is not whole", "Put back the file, or remove it and the database."
        )
    return key
