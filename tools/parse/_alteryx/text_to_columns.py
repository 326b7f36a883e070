"""Text To Columns."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "TextToColumns"
PLUGINS = ("AlteryxBasePluginsGui.TextToColumns.TextToColumns",)

_EXTRA = {"Last": "last", "Warn": "warn", "Ignore": "drop", "Drop": "drop", "Error": "error"}
_IGNORE = {1: "quotes", 2: "single_quotes", 4: "parentheses", 8: "brackets"}
_SKIP_EMPTY = 16


def settings(config: Configuration) -> dict[str, Any]:
    """`NumFields` is 0 where the pieces become records; `Flags` adds up where delimiters do not count."""
    field, root = config.text("Field"), config.text("RootName")
    columns = config.number("NumFields", 3)
    flags = config.number("Flags", 0)
    found: dict[str, Any] = {"field": field, "delimiters": config.text("Delimeters", ",")}
    if columns > 0:
        found |= {"columns": columns, "extra": _extra(config)}
    else:
        found["into"] = "rows"
    if root and root != field:
        found["root"] = root
    if ignored := [name for bit, name in _IGNORE.items() if flags & bit]:
        found["ignore_delimiters_in"] = ignored
    if flags & _SKIP_EMPTY:
        found["skip_empty"] = True
    return found


def _extra(config: Configuration) -> str:
    mode = config.text("ErrorHandling", "Last")
    if mode not in _EXTRA:
        config.lost.append(f"what happens to more pieces than fields ({mode})")
    return _EXTRA.get(mode, "last")
