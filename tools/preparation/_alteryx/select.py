"""Select."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration
from tools._alteryx.fields import choices, keeps_unknown

TOOL = "Select"
PLUGINS = ("AlteryxBasePluginsGui.AlteryxSelect.AlteryxSelect",)


def settings(config: Configuration) -> dict[str, Any]:
    """Alteryx lists all fields where their order was changed, else at least those that change."""
    fields = config.all("SelectFields/SelectField")
    found: dict[str, Any] = {"fields": choices(fields), "unknown": keeps_unknown(fields)}
    if not config.flag("OrderChanged"):
        found["reorder"] = False
    if config.flag("CommaDecimal"):
        config.lost.append("commas as decimal separators")
    return found
