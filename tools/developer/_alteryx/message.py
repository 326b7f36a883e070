"""Message."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "Message"
PLUGINS = ("AlteryxBasePluginsGui.Message.Message",)

_WHEN = {"First": "first", "Filter": "each", "Last": "last"}
_LEVELS = {
    "Message": "info",
    "Warning": "warning",
    "FieldConvError": "conversion_error",
    "Error": "error",
    "ErrorStop": "error",
}


def settings(config: Configuration) -> dict[str, Any]:
    when, level = config.text("When", "Last"), config.text("Type", "Message")
    if when not in _WHEN:
        config.lost.append(f"when it is said ({when})")
    if level not in _LEVELS:
        config.lost.append(f"its kind {level}")
    found: dict[str, Any] = {"text": config.expression(config.text("MessageExpression", '""'))}
    found["when"] = _WHEN.get(when, "last")
    if found["when"] == "each":
        found["condition"] = config.expression(config.text("Filter", "True"))
    return {**found, "level": _LEVELS.get(level, "info")}
