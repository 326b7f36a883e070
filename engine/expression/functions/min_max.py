"""The least and the greatest of several values. Null counts for nothing."""

from __future__ import annotations

from engine.expression.function import Function

_POSITION = "CAST(list_transform([[{{values}}]], lambda every: list_position(every, {of}(every)) - 1)[1] AS BIGINT)"

FUNCTIONS = [
    Function(
        "Min/Max",
        "Between(value: same, least: same, most: same) -> bool",
        "Whether a value lies between two others, or is one of them.",
        "Between(5, 1, 5)",
        True,
        "({value} BETWEEN {least} AND {most})",
    ),
    Function(
        "Min/Max",
        "Bound(value: same, least: same, most: same) -> same",
        "The value, or the bound that it exceeds.",
        "Bound(12, 1, 10)",
        10,
        "CASE WHEN {value} < {least} THEN {least} WHEN {value} > {most} THEN {most} ELSE {value} END",
    ),
    Function(
        "Min/Max",
        "Max(*values: same) -> same",
        "The greatest of those that are not Null.",
        "Max(3, 7.5, Null())",
        7.5,
        "greatest({values})",
    ),
    Function(
        "Min/Max",
        "Min(*values: same) -> same",
        "The least of those that are not Null.",
        "Min('b', 'a')",
        "a",
        "least({values})",
    ),
    Function(
        "Min/Max",
        "MaxIDX(*values: same) -> integer",
        "Which one is the greatest, counted from 0.",
        "MaxIDX(3, 7, 5)",
        1,
        _POSITION.format(of="list_max"),
    ),
    Function(
        "Min/Max",
        "MinIDX(*values: same) -> integer",
        "Which one is the least, counted from 0.",
        "MinIDX(3, 7, 5)",
        0,
        _POSITION.format(of="list_min"),
    ),
]
