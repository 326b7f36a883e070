"""Transpose."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration
from tools._alteryx.fields import UNKNOWN

TOOL = "Transpose"
PLUGINS = ("AlteryxBasePluginsGui.Transpose.Transpose",)

_MISSING = {"Warn": "warn", "Error": "stop", "Ignore": "ignore"}


def settings(config: Configuration) -> dict[str, Any]:
    chosen = config.fields("DataFields/Field")
    found: dict[str, Any] = {"by": config.fields("KeyFields/Field")}
    fields = [field for field in chosen if field != UNKNOWN]
    if fields:
        found |= {"fields": fields, **({"unknown": True} if UNKNOWN in chosen else {})}
    missing = _MISSING.get(config.text("ErrorWarn", "Warn"), "warn")
    return {**found, "missing": missing} if missing != "warn" else found
