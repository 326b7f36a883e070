"""Browse, which has no settings that matter."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "Browse"
PLUGINS = ("AlteryxBasePluginsGui.BrowseV2.BrowseV2", "AlteryxBasePluginsGui.Browse.Browse")


def settings(config: Configuration) -> dict[str, Any]:
    return {}
