"""Union."""

from __future__ import annotations

import re
from typing import Any

from engine.alteryx import Configuration, Unsupported

TOOL = "Union"
PLUGINS = ("AlteryxBasePluginsGui.Union.Union",)

_MODES = {"ByName": "name", "ByPos": "position"}
_MISMATCH = {"Error": "error", "Warning": "warn", "Ignore": "ignore"}


def settings(config: Configuration) -> dict[str, Any]:
    mode = config.text("Mode", "ByName")
    if mode not in _MODES:
        raise Unsupported(f"its fields are arranged by hand (mode {mode}), which needs to be done anew")
    found: dict[str, Any] = {"mode": _MODES[mode]}
    if config.text(f"{mode}_OutputMode", "All") != "All":
        found["output"] = "common"
    mismatch = _MISMATCH.get(config.text(f"{mode}_ErrorMode", "Warning"), "warn")
    if mismatch != "warn":
        found["on_mismatch"] = mismatch
    if config.flag("SetOutputOrder"):
        found["order"] = _order(config)
    return found


def _order(config: Configuration) -> list[int]:
    """The numbers of the inputs in the order that was set: `#2`, `#1`."""
    names = [(element.text or element.get("connection") or "") for element in config.all("OutputOrder/*")]
    numbers = [int(match[1]) for name in names if (match := re.fullmatch(r"#(\d{1,4})", name.strip()))]
    if not numbers:
        config.lost.append("the order of the inputs")
    return numbers
