"""Summarize."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from engine.alteryx import Configuration
from tools._alteryx.fields import separator

TOOL = "Summarize"
PLUGINS = ("AlteryxSpatialPluginsGui.Summarize.Summarize", "AlteryxBasePluginsGui.Summarize.Summarize")

_ACTIONS = (
    "GroupBy", "Sum", "Count", "CountNonNull", "CountNull", "CountDistinct", "CountDistinctNonNull", "CountBlank",
    "CountNonBlank", "Min", "Max", "First", "Last", "Mode", "Longest", "Shortest", "Concat", "Avg", "AvgNo0", "StdDev",
    "Variance", "Median", "Percentile",
)  # fmt: skip


def settings(config: Configuration) -> dict[str, Any]:
    lines = []
    for element in config.all("SummarizeFields/SummarizeField"):
        if element.get("action") in _ACTIONS:
            lines.append(_line(element))
        else:
            config.lost.append(f"the action {element.get('action')} on [{element.get('field')}]")
    return {"actions": lines}


def _line(element: Element) -> dict[str, Any]:
    field, action, rename = (element.get(key, "") for key in ("field", "action", "rename"))
    line = {"field": field, "action": action}
    if rename and rename != (field if action == "GroupBy" else f"{action}_{field}"):
        line["rename"] = rename
    return {**line, **(_concat(element) if action == "Concat" else _percentile(element))}


def _concat(element: Element) -> dict[str, Any]:
    written = {
        "separator": element.findtext("Separator", ","),
        "start": element.findtext("Concat_Start", ""),
        "end": element.findtext("Concat_End", ""),
    }
    standard = {"separator": ",", "start": "", "end": ""}
    return {key: separator(text) for key, text in written.items() if text != standard[key]}


def _percentile(element: Element) -> dict[str, Any]:
    child = element.find("Percentile")
    if element.get("action") != "Percentile" or child is None:
        return {}
    return {"percentile": float(child.get("value") or child.text or 50)}
