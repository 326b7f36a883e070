"""RegEx."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.alteryx import Configuration, Unsupported
from tools._alteryx.fields import typed

TOOL = "Regex"
PLUGINS = ("AlteryxBasePluginsGui.RegEx.RegEx",)

_EXTRA = {"Warn": "warn", "Ignore": "drop", "Drop": "drop", "Error": "error"}


def settings(config: Configuration) -> dict[str, Any]:
    method = config.text("Method", "Match")
    if method not in _METHODS:
        raise Unsupported(f"flowrun does not know its output method {method}")
    found: dict[str, Any] = {"field": config.text("Field"), "expression": config.text("RegExExpression")}
    if not config.flag("CaseInsensitve", default=True):  # Alteryx spells it so
        found["ignore_case"] = False
    return found | _METHODS[method](config)


def _replace(config: Configuration) -> dict[str, Any]:
    found: dict[str, Any] = {"method": "replace", "replacement": config.attribute("Replace", "expression")}
    return found if config.flag("Replace/CopyUnmatched", default=True) else {**found, "copy_unmatched": False}


def _tokenize(config: Configuration) -> dict[str, Any]:
    root, field = config.text("ParseSimple/RootName"), config.text("Field")
    found: dict[str, Any] = {"method": "tokenize"}
    if config.flag("ParseSimple/SplitToRows"):
        found["into"] = "rows"
    else:
        found["columns"] = config.number("ParseSimple/NumFields", 3)
        found["extra"] = _EXTRA.get(config.text("ParseSimple/ErrorHandling", "Warn"), "warn")
    return {**found, "root": root} if root and root != field else found


def _parse(config: Configuration) -> dict[str, Any]:
    fields = [
        {"name": field.get("field", ""), **typed(field.get("type", ""), field.get("size", ""))}
        for field in config.all("ParseComplex/Field")
    ]
    return {"method": "parse", "fields": fields}


def _match(config: Configuration) -> dict[str, Any]:
    output, field = config.text("Match/Field"), config.text("Field")
    found: dict[str, Any] = {"method": "match"}
    if config.flag("Match/ErrorUnmatched"):
        found["on_mismatch"] = "error"
    return {**found, "output": output} if output and output != f"{field}_Matched" else found


_METHODS: dict[str, Callable[[Configuration], dict[str, Any]]] = {
    "Replace": _replace,
    "ParseSimple": _tokenize,
    "Tokenize": _tokenize,
    "ParseComplex": _parse,
    "Parse": _parse,
    "Match": _match,
}
