"""Unique."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "Unique"
PLUGINS = ("AlteryxBasePluginsGui.Unique.Unique",)
OUTPUTS = {"Unique": "U", "Duplicates": "D"}


def settings(config: Configuration) -> dict[str, Any]:
    return {"by": config.fields("UniqueFields/Field")}
