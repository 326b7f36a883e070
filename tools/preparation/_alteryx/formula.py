"""Formula."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from engine.alteryx import Configuration
from tools._alteryx.fields import typed

TOOL = "Formula"
PLUGINS = ("AlteryxBasePluginsGui.Formula.Formula",)


def settings(config: Configuration) -> dict[str, Any]:
    return {"fields": [_line(config, line) for line in config.all("FormulaFields/FormulaField")]}


def _line(config: Configuration, line: Element) -> dict[str, Any]:
    """A type stands in the XML of an existing field too, where it means nothing: one that names itself is such."""
    field = line.get("field", "")
    expression = config.expression(line.get("expression", ""))
    exists = f"[{field}]".casefold() in expression.casefold()
    type_ = {} if exists else typed(line.get("type", ""), line.get("size", ""))
    return {"field": field, **type_, "expression": expression}
