"""The Postgres that tests run on: the one at 127.0.0.1:5432, or one of their own where there is none.

TEST_POSTGRES names another: `postgresql+psycopg://user@host:port/`.
"""

from __future__ import annotations

import atexit
import glob
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

HOW_TO_GET_ONE = (
    "The tests on Postgres need a server, and none was found. Start one at 127.0.0.1:5432 (user postgres, no "
    "password), or name one: TEST_POSTGRES=postgresql+psycopg://user:password@host:port/, or install Debian's "
    "postgresql, whose programs are then used. (The package pgserver brings them for Linux and Python 3.11 and 3.12.)"
)
USUAL = "postgresql+psycopg://postgres@127.0.0.1:5432/"


def dump(url: str) -> bytes:
    """All rows of all tables of the database at `url`, as Postgres holds them."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
        tables = cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        held = []
        for (name,) in tables:
            with cursor.copy(sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(name))) as copied:
                held.append(b"".join(map(bytes, copied)))
    return b"".join(held)


@cache
def address() -> str:
    """Where databases can be made, with a slash at the end; a server is started for it when there is none."""
    if given := os.environ.get("TEST_POSTGRES"):
        return given
    if _answers(USUAL):
        return USUAL
    folder = tempfile.mkdtemp(prefix="promo-postgres-")
    cluster = Cluster(folder)
    cluster.create()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(cluster.stop)
    return cluster.url.removesuffix("postgres")


def _answers(url: str) -> bool:
    engine = create_engine(f"{url}postgres", connect_args={"connect_timeout": 3})
    try:
        engine.connect().close()
    except OperationalError:
        return False
    finally:
        engine.dispose()
    return True


def programs() -> Path:
    """The folder of initdb and pg_ctl: Debian's, or those of the package pgserver."""
    if found := sorted(glob.glob("/usr/lib/postgresql/*/bin/pg_ctl")):
        return Path(found[-1]).parent
    package = importlib.util.find_spec("pgserver")
    assert package is not None, HOW_TO_GET_ONE
    assert package.origin is not None
    return Path(package.origin).parent / "pginstall" / "bin"


class Cluster:
    """A Postgres server in `folder`, on a port of its own."""

    def __init__(self, folder: str) -> None:
        self._bin, self._data = programs(), f"{folder}/data"
        self._user = _server_user()
        if self._user:
            os.chown(folder, pwd.getpwnam(self._user).pw_uid, -1)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/postgres"

    def _run(self, program: str, *options: str) -> None:
        command = [str(self._bin / program), "-D", self._data, *options]
        done = subprocess.run(command, capture_output=True, text=True, user=self._user, cwd="/", timeout=60)
        assert done.returncode == 0, f"{program} failed: {done.stderr or done.stdout}"

    def create(self) -> None:
        """Makes and starts it."""
        self._run("initdb", "-A", "trust", "-U", "postgres", "--no-sync")
        self.start()

    def start(self) -> None:
        """Starts it, and returns when it answers."""
        options = f"-p {self._port} -k {self._data} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "-w", "-l", f"{self._data}/log", "-o", options, "start")

    def stop(self) -> None:
        """Stops it at once, as a crash would."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")


def _server_user() -> str | None:
    """Postgres refuses to run as root."""
    if os.getuid() != 0:
        return None
    return next(name for name in ("postgres", "nobody") if any(one.pw_name == name for one in pwd.getpwall()))
