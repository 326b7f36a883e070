"""Text Input."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from engine.alteryx import Configuration

TOOL = "TextInput"
PLUGINS = ("AlteryxBasePluginsGui.TextInput.TextInput",)

_WHOLE = re.compile(r"0|-?[1-9]\d{0,17}")  # `007` and `+1` stay texts, as in Alteryx
_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,14})\.\d{1,15}")


def settings(config: Configuration) -> dict[str, Any]:
    """Alteryx finds the type of a column from its cells, and takes an empty cell for Null."""
    names = [element.get("name", "") for element in config.all("Fields/Field")]
    rows = [[cell.text or None for cell in islice(row.iter("c"), len(names))] for row in config.all("Data/r")]
    columns = [_typed(row[number] if number < len(row) else None for row in rows) for number in range(len(names))]
    return {"fields": names, "rows": [list(row) for row in zip(*columns, strict=True)]}


def _typed(cells: Iterable[str | None]) -> list[str | int | float | None]:
    column = list(cells)
    filled = [cell for cell in column if cell is not None]
    if filled and all(_WHOLE.fullmatch(cell) for cell in filled):
        return [None if cell is None else int(cell) for cell in column]
    if filled and all(_WHOLE.fullmatch(cell) or _DECIMAL.fullmatch(cell) for cell in filled):
        return [None if cell is None else float(cell) for cell in column]
    return list(column)
