"""Multi-Row Formula."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration
from tools._alteryx.fields import typed

TOOL = "MultiRowFormula"
PLUGINS = ("AlteryxBasePluginsGui.MultiRowFormula.MultiRowFormula",)

_MISSING = {"NULL": "null", "Empty": "empty", "Nearest": "nearest"}


def settings(config: Configuration) -> dict[str, Any]:
    expression = config.expression(config.text("Expression"))
    if config.flag("UpdateField"):
        found: dict[str, Any] = {"field": config.text("UpdateField_Name"), "expression": expression}
    else:
        type_ = typed(config.text("CreateField_Type"), config.text("CreateField_Size"))
        found = {"field": config.text("CreateField_Name"), **type_, "expression": expression}
    missing = config.text("OtherRows", "NULL")
    if missing not in _MISSING:
        config.lost.append(f"what stands for records that are not there ({missing})")
    if _MISSING.get(missing, "null") != "null":
        found["missing"] = _MISSING[missing]
    by = config.fields("GroupByFields/Field")
    return {**found, "by": by} if by else found
