"""Join Multiple, with the Select inside it."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration
from tools._alteryx.inner_select import Prefixes, select_behind

TOOL = "JoinMultiple"
PLUGINS = ("AlteryxBasePluginsGui.JoinMultiple.JoinMultiple",)

_MANY = {"Error": "error", "Warn": "warn", "Warning": "warn", "AllowAll": "allow", "Allow": "allow"}
_PREFIXES = Prefixes(first="Input_#1_", others=tuple(f"Input_#{number}_" for number in range(2, 100)))


def settings(config: Configuration) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if config.flag("JoinByRecPos"):
        found["by_position"] = True
    else:
        found["by"] = _keys(config)
    if config.flag("OutputJoinOnly"):
        found["only_complete"] = True
    many = _MANY.get(config.text("CartesianMode", "Warn"), "warn")
    if many != "warn":
        found["many"] = many
    select_behind(config, "out", _PREFIXES)
    return found


def _keys(config: Configuration) -> list[dict[str, Any]]:
    """Alteryx lists the fields of each input; ours the inputs' fields of each key."""
    inputs = [[field.get("field", "") for field in info.findall("Field")] for info in config.all("JoinInfo")]
    keys = [list(fields) for fields in zip(*inputs, strict=False)]
    return [{"fields": fields[:1] if len(set(fields)) == 1 else fields} for fields in keys]
