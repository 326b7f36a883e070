"""Auto Field."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration
from tools._alteryx.fields import UNKNOWN

TOOL = "AutoField"
PLUGINS = ("AlteryxBasePluginsGui.AutoField.AutoField",)


def settings(config: Configuration) -> dict[str, Any]:
    """Alteryx lists all fields that it knows, and what happens to those that it does not know yet."""
    chosen = config.fields("Fields/Field")
    left_out = [field.get("field", "") for field in config.all("Fields/Field") if field.get("selected") == "False"]
    if UNKNOWN not in chosen:
        return {"fields": chosen}
    if left_out:
        config.lost.append(f"that {', '.join(left_out)} stay as they are")
    return {}
