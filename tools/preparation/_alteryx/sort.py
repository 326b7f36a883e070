"""Sort."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "Sort"
PLUGINS = ("AlteryxBasePluginsGui.Sort.Sort",)


def settings(config: Configuration) -> dict[str, Any]:
    """A locale means the order of dictionaries; 0 is none."""
    keys = []
    for key in config.all("SortInfo/Field"):
        descending = key.get("order") == "Descending"
        keys.append({"field": key.get("field", ""), **({"order": "descending"} if descending else {})})
    dictionary = config.attribute("SortInfo", "locale") not in ("", "0")
    return {"by": keys, **({"dictionary": True} if dictionary else {})}
