"""An expression that is accepted gives a result for every record, whatever the data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.expression import ExpressionError, evaluate
from engine.expression.function import Argument, Function
from engine.expression.functions import functions
from engine.sql import Session
from engine.testing import table

RECORDS = table(
    "text: V_WString, whole: Int64, number: Double, flag: Bool",
    ["", 0, 0.0, False],
    ["(*[", 2**63 - 1, 1e308, True],
    ["2024-02-30", -(2**63), float("nan"), None],
    ["\N{PILE OF POO}é 12:00\t$1", -1, -0.5, True],
    [None, None, None, None],
)
LEAVES = {
    "text": ["[text]", "''", "'a\\'", "'%Y$1{x}'", "'[0-9]+'", "'day'", "'NFC'"],
    "number": ["[number]", "[whole]", "0", "-1", "0.01", "9223372036854775807", "1e308"],
    "bool": ["[flag]", "True", "0"],
}
KINDS = {"integer": "number", "numeric": "number", "date": "text", "datetime": "text"}


def leaf(kind: str, constant: bool = False) -> st.SearchStrategy[str]:
    choices = LEAVES.get(KINDS.get(kind, kind), LEAVES["text"])
    return st.sampled_from([choice for choice in choices if not (constant and "[" in choice)])


def call(row: Function, draw: Callable[..., Any], depth: int) -> str:
    given = [argument(one, draw, depth) for one in row.arguments]
    return f"{row.name}({', '.join(given)})"


def argument(one: Argument, draw: Callable[..., Any], depth: int) -> str:
    kind = KINDS.get(one.kind, one.kind)
    fitting = [row for row in functions().values() if KINDS.get(row.result, row.result) == kind and row.arguments]
    if one.constant or depth == 0 or not fitting or draw(st.booleans()):
        return str(draw(leaf(one.kind, one.constant)))
    return call(draw(st.sampled_from(fitting)), draw, depth - 1)


@st.composite
def expressions(draw: Callable[..., Any]) -> str:
    return call(draw(st.sampled_from(list(functions().values()))), draw, depth=2)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(expression=expressions())
def test_accepted_expressions_never_fail(session: Session, expression: str) -> None:
    batch = RECORDS.to_batches()[0]
    try:
        result = evaluate(session, expression, batch)
    except ExpressionError:
        return
    assert len(result.to_pylist()) == batch.num_rows
