"""A condition chosen from lists instead of written: field, operator, value -> tree."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Literal, get_args

from engine.errors import ToolError, listed
from engine.expression.convert import spoken
from engine.expression.nodes import Call, Chain, FieldReference, Node, Unary
from engine.expression.nodes import Literal as Constant
from engine.types import BLOBS, DATES, NUMBERS, TEXTS, Field, FieldType

Operator = Literal[
    "=", "!=", "<", "<=", ">", ">=", "Between", "Contains", "DoesNotContain", "StartsWith", "EndsWith",
    "IsTrue", "IsFalse", "IsNull", "IsNotNull", "IsEmpty", "IsNotEmpty",
]  # fmt: skip
Operand = str | int | float | bool | None

_COMPARISONS = {"=": "EQUAL", "!=": "UNEQUAL", "<": "LESS", "<=": "LESS_EQUAL", ">": "GREATER", ">=": "GREATER_EQUAL"}
_FUNCTIONS = {"Contains": "Contains", "DoesNotContain": "Contains", "StartsWith": "StartsWith", "EndsWith": "EndsWith",
              "IsNull": "IsNull", "IsNotNull": "IsNull", "IsEmpty": "IsEmpty", "IsNotEmpty": "IsEmpty"}  # fmt: skip
_NEGATED = ("DoesNotContain", "IsNotNull", "IsNotEmpty", "IsFalse")
WITHOUT_OPERAND = ("IsTrue", "IsFalse", "IsNull", "IsNotNull", "IsEmpty", "IsNotEmpty")
_ORDERED = (*_COMPARISONS, "Between", "IsNull", "IsNotNull")
_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_DAY = re.compile(
    r"(today|yesterday|tomorrow)(?:\s*([+-])\s*(\d{1,9})\s*(day|week|month|quarter|year)s?)?", re.IGNORECASE
)


def operators(type_: FieldType) -> tuple[str, ...]:
    """The operators that mean something for fields of a type."""
    if type_ in TEXTS:
        return tuple(name for name in get_args(Operator) if name not in ("IsTrue", "IsFalse"))
    if type_ is FieldType.Bool:
        return ("IsTrue", "IsFalse", "=", "!=", "IsNull", "IsNotNull")
    return ("IsNull", "IsNotNull") if type_ in BLOBS else _ORDERED


def condition(field: Field, operator: Operator, value: Operand, to: Operand = None) -> Node:
    """The tree of a condition; `to` is the upper end of Between.

    Raises:
        ToolError: the operator does not fit the field's type, or the value does not.
    """
    if operator not in operators(field.type):
        known = listed(operators(field.type), limit=20)
        raise ToolError(
            f"[{field.name}] is {spoken(field.type)}; {operator} is not for it, but {known}.", setting="operator"
        )
    subject: Node = FieldReference(field.name)
    if operator in _COMPARISONS:
        test = _compared(field, operator, value, "value")
    elif operator == "Between":
        test = Chain(_compared(field, ">=", value, "value"), (("AND", _compared(field, "<=", to, "to")),))
    elif operator in ("IsTrue", "IsFalse"):
        test = subject
    elif operator in WITHOUT_OPERAND:
        test = Call(_FUNCTIONS[operator], (subject,))
    else:
        test = Call(_FUNCTIONS[operator], (subject, _operand(field, value, "value")))
    return Unary("NOT", test) if operator in _NEGATED else test


def _compared(field: Field, operator: str, value: Operand, setting: str) -> Node:
    subject: Node = FieldReference(field.name)
    if field.type is FieldType.DateTime and not _has_time(value):  # a day means the whole day
        subject = Call("ToDate", (subject,))
    return Chain(subject, ((_COMPARISONS[operator], _operand(field, value, setting)),))


def _has_time(value: Operand) -> bool:
    return ":" in str(value)


def _operand(field: Field, value: Operand, setting: str) -> Node:
    if value is None:
        raise ToolError(f"The condition on [{field.name}] needs a value.", setting=setting)
    if field.type in NUMBERS:
        return Constant(_number(field, value, setting))
    if field.type is FieldType.Bool:
        return Constant(_truth(field, value, setting))
    if field.type in DATES:
        return _moment(field, str(value).strip(), setting)
    return Constant(str(value))


def _number(field: Field, value: Operand, setting: str) -> int | float:
    try:
        return (
            value if isinstance(value, int | float) else int(str(value)) if _is_whole(str(value)) else float(str(value))
        )
    except ValueError:
        raise ToolError(f"[{field.name}] is {spoken(field.type)}; '{value}' is no number.", setting=setting) from None


def _is_whole(text: str) -> bool:
    return text.strip().lstrip("+-").isdecimal()


def _truth(field: Field, value: Operand, setting: str) -> bool:
    known = {"true": True, "1": True, "false": False, "0": False}
    if str(value).lower() not in known:
        raise ToolError(f"[{field.name}] is a Bool; '{value}' is neither true nor false.", setting=setting)
    return known[str(value).lower()]


def _moment(field: Field, text: str, setting: str) -> Node:
    if (day := _DAY.fullmatch(text)) and field.type is not FieldType.Time:
        name, sign, count, unit = day.groups()
        found = Call("DateTimeAdd", (Call("DateTimeToday", ()), Constant(_DAYS[name.lower()]), Constant("days")))
        return Call("DateTimeAdd", (found, Constant(int(f"{sign}{count}")), Constant(unit))) if unit else found
    kind: type[time] | type[datetime] = time if field.type is FieldType.Time else datetime
    try:
        kind.fromisoformat(text)
    except ValueError:
        hint = "Dates are written 2024-12-31 or 2024-12-31 23:59:00, or as today - 7 days; times 23:59:00."
        raise ToolError(
            f"[{field.name}] is {spoken(field.type)}; '{text}' is none.", hint=hint, setting=setting
        ) from None
    return Constant(text)
