"""Running Total."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "RunningTotal"
PLUGINS = ("AlteryxBasePluginsGui.RunningTotal.RunningTotal",)


def settings(config: Configuration) -> dict[str, Any]:
    found: dict[str, Any] = {"fields": config.fields("RunningTotalFields/Field")}
    by = config.fields("GroupByFields/Field")
    return {**found, "by": by} if by else found
