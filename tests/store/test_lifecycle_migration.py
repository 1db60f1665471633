"""Uploads of an earlier version go on after the tables have changed."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from sqlalchemy import create_engine, text

from bot.store.migrate import _config

EARLIER = "0003"
UPLOAD = "INSERT INTO uploads (id, ref, state, card_ts, undone_by, notice, shop, list_id) VALUES (:id, :ref, "
UPLOADS = [
    ("paused", "", "", "1.2"),
    ("paused", "U1", "", "1.2"),
    ("queued", "", '{"why":"by person","message":"","kind":"stopped"}', "1.2"),
    ("checked", "", "", "posting1700000000"),
]


def test_what_was_hidden_in_texts_becomes_states_and_flags(tmp_path: Path) -> None:
    """A paused undo, a stopped upload, a card about to be posted and codes held back are what they were."""
    engine = create_engine(f"sqlite:///{tmp_path}/old.db")
    with engine.begin() as connection:
        command.upgrade(_config(connection), EARLIER)
        for number, (state, undone_by, notice, card_ts) in enumerate(UPLOADS):
            values = {"id": number, "ref": f"u{number}", "state": state, "by": undone_by, "notice": notice}
            insert = UPLOAD + ":state, :card, :by, :notice, 'shop', '7')"
            connection.execute(text(insert), {**values, "card": card_ts})
        held_back = "\N{NO-BREAK SPACE}loaded meanwhile"
        batch = (
            "INSERT INTO batches (upload_id, number, part, count, state, message) VALUES (0, :n, 0, 1, 'refused', :m)"
        )
        connection.execute(text(batch), [{"n": 0, "m": held_back}, {"n": 1, "m": "bad code"}])
        command.upgrade(_config(connection), "head")
        found = connection.execute(text("SELECT state, card_ts FROM uploads ORDER BY id")).all()
        refused = connection.execute(text("SELECT message, held_back FROM batches ORDER BY number")).all()
    engine.dispose()
    assert [tuple(row) for row in found] == [
        ("paused", "1.2"),
        ("undo paused", "1.2"),
        ("stopping", "1.2"),
        ("checked", ""),
    ]
    assert [tuple(row) for row in refused] == [("", 1), ("bad code", 0)]
