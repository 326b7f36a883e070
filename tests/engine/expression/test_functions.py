"""The function table: its examples are tests, and every row says what it must."""

from __future__ import annotations

import pytest

from engine.expression import compile_expression, completions, convert
from engine.expression.function import Function
from engine.expression.functions import functions
from engine.sql import Session
from engine.testing import schema_from, table
from tests.engine.expression.conftest import Compute

ROWS = list(functions().values())
NOTHING = schema_from("")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_example(row: Function, compute: Compute) -> None:
    result = compute(row.example)
    assert result == (pytest.approx(row.gives) if isinstance(row.gives, float) else row.gives)
    assert type(result) is type(row.gives)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_example_has_the_declared_type(row: Function, session: Session) -> None:
    compiled = compile_expression(row.example, NOTHING)
    batch = table("nothing: Int32", [0]).to_batches()[0]
    with session.per_batch(f"SELECT typeof({compiled.sql}) FROM batch", batch.schema, []) as query:
        assert query(batch)[0][0].as_py() == convert.SQL_NAME[compiled.type]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_null_is_no_crash(row: Function, compute: Compute) -> None:
    constants = {"text": "'a'", "bool": "0", "integer": "1"}
    units = {"unit": "'day'", "form": "'NFC'", "pattern": "Null()"}
    given = [
        units.get(argument.name, constants[argument.kind] if argument.constant else "Null()")
        for argument in row.arguments
    ]
    compute(f"{row.name}({', '.join(given)})")


def test_every_row_is_described() -> None:
    assert len(ROWS) == len({row.name.lower() for row in ROWS}) > 120
    for row in ROWS:
        assert row.help.endswith("."), row.name
        assert row.name.lower() in row.example.lower(), row.name


def test_completions_tell_how_a_function_is_written() -> None:
    usages = {entry["name"]: entry["usage"] for entry in completions()}
    assert usages["Contains"] == "Contains(text, find, [ignore_case])"
    assert usages["Coalesce"] == "Coalesce(values, ...)"
    assert usages["Switch"] == "Switch(value, default, case, ..., result, ...)"
