"""Record ID."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "RecordID"
PLUGINS = ("AlteryxBasePluginsGui.RecordID.RecordID",)


def settings(config: Configuration) -> dict[str, Any]:
    type_ = config.text("FieldType", "Int32")
    found: dict[str, Any] = {
        "field": config.text("FieldName", "RecordID"),
        "start": config.number("StartValue", 1),
        "type": type_,
    }
    if type_.endswith("String"):
        found["size"] = config.number("FieldSize", 6)
    if config.number("Position", 0) == 1:
        found["position"] = "last"
    if by := config.fields("GroupFields/Field"):
        found["by"] = by
    return found
