"""Multi-Field Formula."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration
from tools._alteryx.fields import chosen, typed

TOOL = "MultiFieldFormula"
PLUGINS = ("AlteryxBasePluginsGui.MultiFieldFormula.MultiFieldFormula",)

_KINDS = {"Text": "text", "Numeric": "number", "Date": "date", "All": "all"}


def settings(config: Configuration) -> dict[str, Any]:
    found = {**_fields(config), "expression": config.expression(config.text("Expression"))}
    if config.flag("CopyOutput"):
        found |= _added(config)
    else:
        found["copy_fields"] = False
    if config.flag("ChangeFieldType"):
        type_, size = (config.attribute("OutputFieldType", name) for name in ("type", "size"))
        scale = config.attribute("OutputFieldType", "scale")
        found |= typed(type_, f"{size}.{scale}" if type_ == "FixedDecimal" and "." not in size else size)
    return found


def _added(config: Configuration) -> dict[str, Any]:
    """What is added to the names; older workflows name prefix and suffix apart."""
    if not config.all("NewFieldAddOn"):
        return {"prefix": config.text("OutputPrefix"), "suffix": config.text("OutputSuffix")}
    behind = config.text("NewFieldAddOnPos", "Prefix") == "Suffix"
    return (
        {"prefix": "", "suffix": config.text("NewFieldAddOn")}
        if behind
        else {"prefix": config.text("NewFieldAddOn"), "suffix": ""}
    )


def _fields(config: Configuration) -> dict[str, Any]:
    """The fields that are chosen; all of their kind where those are too that are not known yet."""
    names = chosen(config)
    return {"fields": names} if names else {"kind": _KINDS.get(config.text("FieldType", "All"), "all")}
