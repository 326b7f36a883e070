"""JSON Parse."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "JSONParse"
PLUGINS = ("AlteryxBasePluginsGui.JSONParse.JSONParse",)


def settings(config: Configuration) -> dict[str, Any]:
    found: dict[str, Any] = {"field": config.text("JSON_Field")}
    if not config.flag("SingleField", default=True):
        found["values"] = "typed"
    if config.flag("IncludeInOutput"):
        found["keep_json"] = True
    return found
