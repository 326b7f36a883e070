"""Directory."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "Directory"
PLUGINS = ("AlteryxBasePluginsGui.Directory.Directory",)


def settings(config: Configuration) -> dict[str, Any]:
    found: dict[str, Any] = {"path": config.path(config.text("Directory")) or "."}
    pattern = config.text("FileSpec", "*.*")
    if pattern != "*.*":
        found["pattern"] = pattern
    if config.flag("IncludeSubDirs"):
        found["recurse"] = True
    return found
