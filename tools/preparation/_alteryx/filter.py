"""Filter."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration

TOOL = "Filter"
PLUGINS = ("AlteryxBasePluginsGui.Filter.Filter",)
OUTPUTS = {"True": "T", "False": "F"}

_OPERATORS = {
    **{same: same for same in ("=", "!=", "<", "<=", ">", ">=", "Contains", "StartsWith", "EndsWith")},
    **{same: same for same in ("IsTrue", "IsFalse", "IsNull", "IsNotNull", "IsEmpty", "IsNotEmpty")},
    "NotContains": "DoesNotContain",
    "DoesNotContain": "DoesNotContain",
    "DateRange": "Between",
}
_WITHOUT_VALUE = ("IsTrue", "IsFalse", "IsNull", "IsNotNull", "IsEmpty", "IsNotEmpty")


def settings(config: Configuration) -> dict[str, Any]:
    if config.text("Mode") == "Simple":
        return _simple(config)
    return {"expression": config.expression(config.text("Expression"))}


def _simple(config: Configuration) -> dict[str, Any]:
    written = config.text("Simple/Operator", "=")
    found: dict[str, Any] = {"field": config.text("Simple/Field"), "operator": _OPERATORS.get(written, "=")}
    if written not in _OPERATORS:
        config.lost.append(f"the operator {written}")
    if found["operator"] == "Between":
        found["value"] = config.text("Simple/Operands/StartDate")
        found["to"] = config.text("Simple/Operands/EndDate")
    elif found["operator"] not in _WITHOUT_VALUE:
        found["value"] = _value(config)
    return found


def _value(config: Configuration) -> str:
    """What is compared with: a text, or a day such as today, which Alteryx tells from a fixed one."""
    day = config.text("Simple/Operands/DateType", "fixed").lower()
    return day if day in ("today", "yesterday", "tomorrow") else config.text("Simple/Operands/Operand")
