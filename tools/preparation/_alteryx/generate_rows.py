"""Generate Rows."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration
from tools._alteryx.fields import typed

TOOL = "GenerateRows"
PLUGINS = ("AlteryxBasePluginsGui.GenerateRows.GenerateRows",)

_EXPRESSIONS = {"Expression_Init": "initial", "Expression_Cond": "condition", "Expression_Loop": "loop"}


def settings(config: Configuration) -> dict[str, Any]:
    if config.flag("UpdateField"):
        found: dict[str, Any] = {"field": config.text("UpdateField_Name")}
    else:
        type_ = typed(config.text("CreateField_Type"), config.text("CreateField_Size"))
        found = {"field": config.text("CreateField_Name", "RowCount"), **type_}
    return found | {ours: config.expression(config.text(theirs)) for theirs, ours in _EXPRESSIONS.items()}
