"""Who may import whom, and how large things may grow."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "bot").rglob("*.py"))
# The floors from the ground up: a room imports itself and rooms of lower floors, never a neighbour.
FLOORS = (
    ("errors", "metrics", "stand_ins"),
    ("promo",),
    ("dates", "files", "personaclick", "store", "slack/blocks"),
    ("slack",),
    ("work",),
    ("listeners",),
)
FLOOR = {room: number for number, floor in enumerate(FLOORS) for room in floor}


def name(path: Path) -> str:
    """A file's name as tests show it."""
    return path.relative_to(ROOT).as_posix()


def room_of(module: str) -> str:
    """The room of a module such as bot.slack.blocks.kit."""
    parts = module.split(".")[1:]
    if parts[:2] == ["slack", "blocks"]:
        return "slack/blocks"
    return parts[0] if parts else ""


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names if node.module == "bot")


def module(path: Path) -> str:
    """bot/x/y.py as bot.x.y"""
    return name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@pytest.mark.parametrize("path", FILES, ids=name)
def test_rooms_import_only_what_they_may(path: Path) -> None:
    """The arrows of the design hold."""
    room = room_of(module(path))
    for imported in imports(path):
        if not imported.startswith("bot."):
            continue
        target = room_of(imported)
        if room in FLOOR and target != room:
            assert FLOOR.get(target, len(FLOORS)) < FLOOR[room], imported
            assert target != "stand_ins", imported
        if target == "app":
            assert room in ("__main__", "playground", "serve"), imported
        if target == "playground":
            assert room in ("__main__", "playground"), imported
        if target == "settings":
            assert room in ("__main__", "app", "playground", "operating", "settings"), imported


@pytest.mark.parametrize("path", [path for path in FILES if "/promo/" in name(path)], ids=name)
def test_the_domain_needs_the_standard_library_only(path: Path) -> None:
    """Nothing in `promo` comes from a package."""
    outside = {one.split(".")[0] for one in imports(path)} - {"bot", "__future__"}
    assert outside <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_files_and_functions_stay_small(path: Path) -> None:
    """A file has about 300 lines at most, a function 50."""
    source = path.read_text()
    assert source.count("\n") <= 320
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "migrations" not in name(path):
            assert (node.end_lineno or 0) - node.lineno < 50, node.name


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nothing_happens_at_import(path: Path) -> None:
    """At the top of a file stand definitions and constants, no work."""
    if name(path).endswith(("__main__.py", "migrations/env.py", "files/child.py", "migrations/versions/0001_first.py")):
        return
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Expr):
            assert isinstance(node.value, ast.Constant), ast.unparse(node)
        assert not isinstance(node, ast.For | ast.While | ast.With | ast.Try), ast.unparse(node)
