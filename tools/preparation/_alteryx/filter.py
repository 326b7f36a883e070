"""Filter."""

from __future__ import annotations

from typing import Any

from engine.alteryx import Configuration
from engine.expression.condition import WITHOUT_OPERAND

TOOL = "Filter"
PLUGINS = ("AlteryxBasePluginsGui.Filter.Filter",)
OUTPUTS = {"True": "T", "False": "F"}

_OPERATORS = {
    **{same: same for same in ("=", "!=", "<", "<=", ">", ">=", "Contains", "StartsWith", "EndsWith")},
    **{same: same for same in WITHOUT_OPERAND},
    "NotContains": "DoesNotContain",
    "DoesNotContain": "DoesNotContain",
    "DateRange": "Between",
}
_PERIODS = ("PeriodBefore", "PeriodAfter")
_DAYS = {
    "today": "DateTimeToday()",
    "yesterday": 'DateTimeAdd(DateTimeToday(), -1, "days")',
    "tomorrow": 'DateTimeAdd(DateTimeToday(), 1, "days")',
}


def settings(config: Configuration) -> dict[str, Any]:
    if config.text("Mode") == "Simple":
        return _period(config) if config.text("Simple/Operator") in _PERIODS else _simple(config)
    return {"expression": config.expression(config.text("Expression"))}


def _period(config: Configuration) -> dict[str, Any]:
    """So many days, months, ... before or after a day."""
    field, count = config.text("Simple/Field"), config.number("Simple/Operands/PeriodCount", 1)
    day = _DAYS.get(_day(config)) or f'"{config.text("Simple/Operands/PeriodDate")[:10]}"'
    unit = config.text("Simple/Operands/PeriodType", "days").lower()
    before, sign = ("<=", "-") if config.text("Simple/Operator") == "PeriodBefore" else (">=", "")
    after = "<=" if before == ">=" else ">="
    far = f'DateTimeAdd({day}, {sign}{count}, "{unit}")'
    return {"expression": config.expression(f"[{field}] {before} {day} AND [{field}] {after} {far}")}


def _simple(config: Configuration) -> dict[str, Any]:
    written = config.text("Simple/Operator", "=")
    found: dict[str, Any] = {"field": config.text("Simple/Field"), "operator": _OPERATORS.get(written, "=")}
    if written not in _OPERATORS:
        config.lost.append(f"the operator {written}")
    if found["operator"] == "Between":
        found["value"] = config.text("Simple/Operands/StartDate")
        found["to"] = config.text("Simple/Operands/EndDate")
    elif found["operator"] not in WITHOUT_OPERAND:
        found["value"] = _value(config)
    return found


def _value(config: Configuration) -> str:
    """What is compared with: a text, or a day such as today, which Alteryx tells from a fixed one."""
    return _day(config) if _day(config) in _DAYS else config.text("Simple/Operands/Operand")


def _day(config: Configuration) -> str:
    return config.text("Simple/Operands/DateType", "fixed").lower()
