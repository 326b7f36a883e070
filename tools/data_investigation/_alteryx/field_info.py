"""Field Info, which has no settings."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "FieldInfo"
PLUGINS = ("AlteryxBasePluginsGui.FieldInfo.FieldInfo",)


def settings(config: Configuration) -> dict[str, Any]:
    return {}
