"""Test."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

from engine.alteryx import Configuration

TOOL = "Test"
PLUGINS = ("AlteryxBasePluginsGui.Test.Test",)

_CONDITIONS = {"ExpAll": "every", "ExpFirst": "first", "ExpLast": "last"}


def settings(config: Configuration) -> dict[str, Any]:
    expectations = [_expectation(config, element) for element in config.all("Tests/Test")]
    return {"expectations": [found for found in expectations if found]}


def _expectation(config: Configuration, element: Element) -> dict[str, Any]:
    name, kind, value = (element.findtext(tag, "").strip() for tag in ("Name", "Type", "Value"))
    number = re.fullmatch(r"#(\d{1,4})", element.findtext("Connection", "#1").strip())
    found: dict[str, Any] = {"name": name, "input": int(number[1]) if number else 1}
    if kind == "RecCountValue" and value.isdecimal():
        return {**found, "records": int(value)}
    if kind in _CONDITIONS:
        return {**found, "expression": config.expression(value), "of": _CONDITIONS[kind]}
    config.lost.append(f"the test '{name}' of the kind {kind}")
    return {}
