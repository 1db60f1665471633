"""The same message for a Slack that refused it."""

from __future__ import annotations

from bot.slack.blocks.kit import Block, Message


def plainer(message: Message) -> Message:
    """Buttons in table rows go first, then tables and charts altogether; the same message when there are none.

    Row buttons (`action_cell`) are newer than tables: https://docs.slack.dev/reference/block-kit/blocks/data-table-block
    """
    blocks = [_without_row_buttons(block) for block in message.blocks]
    return Message(message.text, blocks, message.lines) if blocks != message.blocks else message.without_tables()


def _without_row_buttons(block: Block) -> Block:
    if block["type"] != "data_table":
        return block
    rows = block["rows"]
    kept = [place for place in range(len(rows[0])) if all(row[place]["type"] != "action_cell" for row in rows)]
    return {**block, "rows": [[row[place] for place in kept] for row in rows]}
