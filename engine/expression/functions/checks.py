"""Tests: what a value is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.expression.function import Function
from engine.expression.value import INTEGER, NUMBER, TEXT, Value
from engine.types import FieldType


def _type_is(*types: FieldType) -> Callable[[Sequence[Value]], str]:
    return lambda taken: "TRUE" if taken[0].type in types else "FALSE"


def _is_empty(taken: Sequence[Value]) -> str:
    return "coalesce({value} = '', TRUE)" if taken[0].type is TEXT else "({value} IS NULL)"


_IN_ORDER = "lower(strip_accents({%s}))"
_COMPARED = f"CASE WHEN {_IN_ORDER % 'a'} < {_IN_ORDER % 'b'} THEN -1 WHEN {_IN_ORDER % 'a'} > {_IN_ORDER % 'b'} THEN 1"

_ROWS: list[tuple[str, str, str, str | float | bool | None, object]] = [
    ("IsNull(value: any) -> bool", "Whether it is Null.", "IsNull('')", False, "({value} IS NULL)"),
    ("IsEmpty(value: any) -> bool", "Whether it is Null or an empty text.", "IsEmpty('')", True, _is_empty),
    (
        "IsNumber(value: any) -> bool",
        "Whether its type is a number.",
        "IsNumber('1')",
        False,
        _type_is(INTEGER, NUMBER),
    ),
    ("IsString(value: any) -> bool", "Whether its type is a text.", "IsString('1')", True, _type_is(TEXT)),
    (
        "IsSpatialObj(value: any) -> bool",
        "Whether its type is a spatial object or a Blob.",
        "IsSpatialObj('1')",
        False,
        _type_is(FieldType.Blob),
    ),
    (
        "IsInteger(value: any) -> bool",
        "Whether it is a whole number, or a text that is one.",
        "IsInteger('-12')",
        True,
        lambda taken: (
            "regexp_full_match({value}, '[-+]?[0-9]+')"
            if taken[0].type is TEXT
            else "({value} = trunc({value}))"
            if taken[0].type in (INTEGER, NUMBER)
            else "FALSE"
        ),
    ),
    (
        "IsLowerCase(text: text) -> bool",
        "Whether all of it are letters in lower case.",
        "IsLowerCase('bart')",
        True,
        r"regexp_full_match({text}, '\p{{Ll}}+')",
    ),
    (
        "IsUpperCase(text: text) -> bool",
        "Whether all of it are letters in upper case.",
        "IsUpperCase('BaRT')",
        False,
        r"regexp_full_match({text}, '\p{{Lu}}+')",
    ),
    (
        "CompareDictionary(a: text, b: text) -> integer",
        "-1, 0 or 1: whether `a` stands before, beside or after `b` in a dictionary, without regard to case and "
        "accents.",
        "CompareDictionary('Émile', 'Fritz')",
        -1,
        f"{_COMPARED} WHEN {{a}} IS NOT NULL AND {{b}} IS NOT NULL THEN CAST(0 AS BIGINT) END",
    ),
    (
        "EqualStrings(a: text, b: text) -> bool",
        "Whether both are the same without regard to case and accents.",
        "EqualStrings('HOMER', 'homer')",
        True,
        f"{_IN_ORDER % 'a'} = {_IN_ORDER % 'b'}",
    ),
    (
        "CompareDigits(a: number, b: number, digits: integer) -> bool",
        "Whether both are the same to as many digits.",
        "CompareDigits(12345, 12346, 4)",
        True,
        "CASE WHEN {a} = {b} THEN TRUE ELSE abs({a} - {b}) < pow(10, floor(log10(nullif(greatest(abs({a}), "
        "abs({b})), 0)))"
        " - {digits} + 1) END",
    ),
    (
        "CompareEpsilon(a: number, b: number, epsilon: number) -> bool",
        "Whether both differ by no more than `epsilon`.",
        "CompareEpsilon(1.001, 1.002, 0.01)",
        True,
        "(abs({a} - {b}) <= {epsilon})",
    ),
]

FUNCTIONS = [Function("Test", *row) for row in _ROWS]  # type: ignore[arg-type]
