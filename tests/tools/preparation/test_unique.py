"""Unique tells first records from duplicates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from engine.context import Resources
from engine.errors import ToolError
from engine.testing import Case, run_tool, schema_from, table
from engine.types import Field, FieldType, schema_of
from tests.tools._records import random_tables
from tools.preparation.unique import Unique

NAMES = table(
    "first: V_WString, last: V_WString, age: Int32",
    ["Ann", "Lee", 1], ["Bob", "Lee", 2], ["Ann", "Lee", 3], ["ann", "Lee", 4],
    [None, "Lee", 5], [None, "Lee", 6],
)  # fmt: skip


def contract_cases(folder: Path) -> list[Case]:
    return [Case(Unique, {"by": ["first", "last"]}, NAMES)]


def test_the_first_of_each_is_unique_and_null_equals_null() -> None:
    result = run_tool(Unique, {"by": ["LAST", "first"]}, NAMES)
    assert result["U"]["age"].to_pylist() == [1, 2, 4, 5]
    assert result["D"]["age"].to_pylist() == [3, 6]


def test_refuses_blobs() -> None:
    with pytest.raises(ToolError, match=r"\[b\] is a Blob"):
        run_tool(Unique, {"by": ["b"]}, schema_from("b: Blob").empty_table())


@settings(max_examples=20, deadline=None)
@given(random_tables.rows, random_tables.batch_rows)
def test_agrees_with_python(data: list[random_tables.Row], batch_rows: int) -> None:
    result = run_tool(Unique, {"by": ["text", "real"]}, random_tables.build(data), batch_rows=batch_rows)
    first: dict[object, int] = {}
    for number, (text, _, real) in enumerate(data):
        first.setdefault((text, random_tables.key(real)), number)
    rest = [number for number in range(len(data)) if number not in first.values()]
    assert result["U"]["number"].to_pylist() == list(first.values())
    assert result["D"]["number"].to_pylist() == rest


def test_more_keys_than_memory_holds() -> None:
    keys = np.concatenate([np.arange(600_000), np.arange(600_000)[::-1]])
    data = pa.table({"key": keys}, schema=schema_of(Field("key", FieldType.Int64)))
    result = run_tool(Unique, {"by": ["key"]}, data, resources=Resources(memory=40 << 20, threads=1))
    assert np.array_equal(result["U"]["key"].to_numpy(), np.arange(600_000))
    assert np.array_equal(result["D"]["key"].to_numpy(), np.arange(600_000)[::-1])
