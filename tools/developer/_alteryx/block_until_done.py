"""Block Until Done."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "BlockUntilDone"
PLUGINS = ("AlteryxBasePluginsGui.BlockUntilDone.BlockUntilDone",)
OUTPUTS = {"Output": "1", "Output1": "1", "Output2": "2", "Output3": "3"}


def settings(config: Configuration) -> dict[str, Any]:
    return {}
