"""Sample."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration, Unsupported

TOOL = "Sample"
PLUGINS = ("AlteryxBasePluginsGui.Sample.Sample",)

_MODES = {"First": "first", "Last": "last", "Skip": "skip", "Sample": "one_of_every", "Random": "chance",
          "NPercent": "percent"}  # fmt: skip


def settings(config: Configuration) -> dict[str, Any]:
    mode = config.text("Mode", "First")
    if mode not in _MODES:
        raise Unsupported(f"flowrun does not know its mode {mode}")
    found: dict[str, Any] = {"mode": _MODES[mode], "n": config.number("N", 1)}
    by = config.fields("GroupFields/Field", name="name")
    return {**found, "by": by} if by else found
