"""The columns that tables are made of, none of them ever null. Times are epoch seconds in UTC."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Integer, Text, text


def words(name: str) -> Column[str]:
    """Text, empty by default."""
    return Column(name, Text, nullable=False, server_default="")


def number(name: str) -> Column[int]:
    """A whole number, 0 by default."""
    return Column(name, Integer, nullable=False, server_default="0")


def time(name: str) -> Column[float]:
    """A moment, 0 by default."""
    return Column(name, Float, nullable=False, server_default="0")


def flag(name: str) -> Column[bool]:
    """Yes or no, no by default."""
    return Column(name, Boolean, nullable=False, server_default=text("false"))
