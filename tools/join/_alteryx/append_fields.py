"""Append Fields, with the Select inside it."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration
from tools._alteryx.inner_select import Prefixes, select_behind

TOOL = "AppendFields"
PLUGINS = ("AlteryxBasePluginsGui.AppendFields.AppendFields",)
INPUTS = {"Targets": "T", "Source": "S"}

_MANY = {"Error": "error", "Warn": "warn", "AllowAll": "allow", "Allow": "allow"}


def settings(config: Configuration) -> dict[str, Any]:
    select_behind(config, "out", Prefixes(first="Target_", others=("Source_",)))
    return {"many": _MANY.get(config.text("CartesianMode", "Error"), "error")}
