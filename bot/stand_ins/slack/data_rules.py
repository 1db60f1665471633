"""Tables and charts.

Sources: https://docs.slack.dev/reference/block-kit/blocks/data-table-block, …/table-block, …/data-visualization-block.
Where two dates of those pages disagree, the smaller limit holds.
"""

from __future__ import annotations

from typing import Any

from bot.stand_ins.slack.element_rules import BUTTON
from bot.stand_ins.slack.rich_text_rules import RICH_TEXT, rich_text_length
from bot.stand_ins.slack.shape import (
    Check,
    Report,
    array,
    boolean,
    by_type,
    integer,
    number,
    one_of,
    record,
    repeated,
    string,
)
from bot.stand_ins.slack.text_rules import ID

MOST_CHARACTERS = 10_000
MOST_CELLS = 20

_RAW_NUMBER = record({"value": number(), "text": string(1, MOST_CHARACTERS)})
_RAW_TEXT = record({"text": string(1, MOST_CHARACTERS)})
_RAW = by_type({"raw_text": _RAW_TEXT, "raw_number": _RAW_NUMBER}, "a fallback cell")
_CELL = by_type(
    {
        "raw_text": _RAW_TEXT,
        "raw_number": _RAW_NUMBER,
        "rich_text": RICH_TEXT,
        "action_cell": record({"element": BUTTON}, {"fallback": _RAW}),
    },
    "a cell",
)
_HEADER_CELL = by_type({"raw_text": _RAW_TEXT}, "a header cell")


def characters(rows: list[list[Any]]) -> int:
    """How many characters all cells hold."""
    return sum(
        rich_text_length(cell) if cell.get("type") == "rich_text" else len(cell.get("text", ""))
        for row in rows
        for cell in row
    )


def _even_rows(block: dict[str, Any], at: str, report: Report) -> None:
    rows = block["rows"]
    if len({len(row) for row in rows}) > 1:
        report.add(f"{at}/rows", "every row must have the same number of cells")
    if characters(rows) > MOST_CHARACTERS:
        report.add(f"{at}/rows", f"must hold less than {MOST_CHARACTERS + 1} characters")


def _header(block: dict[str, Any], at: str, report: Report) -> None:
    for index, cell in enumerate(block["rows"][0]):
        _HEADER_CELL(cell, f"{at}/rows/0/{index}", report)
    if block.get("row_header_column_index", 0) >= len(block["rows"][0]):
        report.add(f"{at}/row_header_column_index", "must be a column of the table")


DATA_TABLE = record(
    {"caption": string(1, 300), "rows": array(array(_CELL, 1, MOST_CELLS), 2, 101)},
    {"block_id": ID, "page_size": integer(1, 100), "row_header_column_index": integer(0, 19)},
    _even_rows,
    _header,
)


def _setting(value: Any, at: str, report: Report) -> None:
    if value is not None:
        record({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})(value, at, report)


TABLE = record(
    {"rows": array(array(_CELL, 1, MOST_CELLS), 1, 100)},
    {"block_id": ID, "column_settings": array(_setting, 1, MOST_CELLS)},
    _even_rows,
)

_LABEL = string(1, 20)


def _points_fit(chart: dict[str, Any], at: str, report: Report) -> None:
    categories = chart["axis_config"]["categories"]
    if repeated(categories):
        report.add(f"{at}/axis_config/categories", "must differ from each other")
    if repeated(one["name"] for one in chart["series"]):
        report.add(f"{at}/series", "series names must be unique")
    for index, series in enumerate(chart["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            report.add(f"{at}/series/{index}/data", "must have exactly one point for every category")


_SERIES = record({"name": _LABEL, "data": array(record({"label": _LABEL, "value": number()}), 1, 20)})
_AXES = record({"categories": array(_LABEL, 1, 20)}, {"x_label": string(1, 50), "y_label": string(1, 50)})
_XY: Check = record({"series": array(_SERIES, 1, 6), "axis_config": _AXES}, {}, _points_fit)
_PIE: Check = record({"segments": array(record({"label": _LABEL, "value": number(above=0)}), 1, 6)})

DATA_VISUALIZATION = record(
    {
        "title": string(1, 50),
        "chart": by_type({"pie": _PIE, "bar": _XY, "line": _XY, "area": _XY}, "a chart"),
    },
    {"block_id": ID},
)
