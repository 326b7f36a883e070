"""Cross Tab."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration
from tools._alteryx.fields import separator

TOOL = "CrossTab"
PLUGINS = ("AlteryxBasePluginsGui.CrossTab.CrossTab",)


def settings(config: Configuration) -> dict[str, Any]:
    methods = config.fields("Methods/Method", name="method")
    if methods == ["TotalRow"]:
        methods = ["Sum", *methods]  # a total of what is not shown
    found: dict[str, Any] = {
        "by": config.fields("GroupFields/Field"),
        "header": config.attribute("HeaderField", "field"),
        "value": config.attribute("DataField", "field"),
        "methods": methods,
    }
    between = separator(config.text("Methods/Separator", ","))
    if "Concat" in methods and between != ",":
        found["separator"] = between
    return found
