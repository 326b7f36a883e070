"""Basic Data Profile; the limits that it may have are not needed here, as all is exact."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "BasicDataProfile"
PLUGINS = ("AlteryxBasePluginsGui.BasicDataProfile.BasicDataProfile",)


def settings(config: Configuration) -> dict[str, Any]:
    return {}
