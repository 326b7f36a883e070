"""Dynamic Input, where records name files. How it writes changes of a query we have not seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.alteryx import Configuration, Unsupported
from tools.in_out._alteryx import input as input_data

TOOL = "DynamicInput"
PLUGINS = ("AlteryxBasePluginsGui.DynamicInput.DynamicInput",)


def settings(config: Configuration) -> dict[str, Any]:
    mode, change = config.text("Mode", "ReadList"), config.text("ReadList_Type", "Path")
    if mode != "ReadList" or change != "Path":
        raise Unsupported(f"flowrun does not know how it changes what is read ({mode}, {change})")
    template = config.element.find("InputConfiguration/Configuration")
    if template is None:
        raise Unsupported("no template of what is read was chosen")
    found = input_data.settings(replace(config, element=template))
    if found.pop("limit", None):
        config.lost.append("the limit of records")
    found["source"] = {"field": config.text("ReadList_Field"), "mode": "path"}
    return found if config.text("ErrorBehaviour", "Error") == "Error" else {**found, "on_bad_source": "skip"}
