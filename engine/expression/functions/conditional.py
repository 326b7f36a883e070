"""Conditions written as functions; IF ... ENDIF is part of the grammar."""

from __future__ import annotations

from collections.abc import Sequence

from engine.expression.function import Function
from engine.expression.value import Value


def _switch(taken: Sequence[Value]) -> str:
    arms = (f"WHEN {{value}} IS NOT DISTINCT FROM {{case{i}}} THEN {{result{i}}}" for i in range(len(taken) // 2 - 1))
    return f"CASE {' '.join(arms)} ELSE {{default}} END"


FUNCTIONS = [
    Function(
        "Conditional",
        "IIF(condition: bool, then: same, otherwise: same) -> same",
        "One value if the condition holds, else the other.",
        "IIF(2 > 1, 'yes', 'no')",
        "yes",
        "CASE WHEN {condition} THEN {then} ELSE {otherwise} END",
    ),
    Function(
        "Conditional",
        "Switch(value: key, default: same, *case: key, *result: same) -> same",
        "The result of the first case that equals the value, else the default.",
        "Switch('b', 0, 'a', 1, 'b', 2)",
        2,
        _switch,
    ),
]
