"""Dynamic Rename. How it names the fields of its second input we have not seen."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration, Unsupported
from tools._alteryx.fields import chosen

TOOL = "DynamicRename"
PLUGINS = ("AlteryxBasePluginsGui.DynamicRename.DynamicRename",)
INPUTS = {"Input": "L", "Targets": "L", "Source": "R"}


def settings(config: Configuration) -> dict[str, Any]:
    mode = config.text("RenameMode")
    if mode == "FirstRow":
        found: dict[str, Any] = {"method": "first_row"}
    elif mode == "Formula":
        found = {"method": "formula", "expression": config.expression(config.text("Expression"))}
    elif mode in ("Add", "Remove"):
        end = config.text(f"{mode}PrefixSuffix/Type", "Prefix").lower()
        found = {"method": f"{mode.lower()}_{end}", "text": config.text(f"{mode}PrefixSuffix/Text")}
    else:
        raise Unsupported(f"flowrun does not know where it takes the new names from ({mode})")
    names = chosen(config)
    return {**found, "fields": names} if names else found
