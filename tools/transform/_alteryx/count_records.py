"""Count Records, a macro without settings."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "CountRecords"
PLUGINS = ("CountRecords.yxmc", "AlteryxBasePluginsGui.CountRecords.CountRecords")


def settings(config: Configuration) -> dict[str, Any]:
    return {}
