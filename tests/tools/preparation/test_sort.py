"""Sort puts records in order, stably, out of core."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.context import Resources
from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from engine.types import Field, FieldType, Meaning, schema_of
from tests.tools._records import random_tables
from tools.preparation.sort import Sort

PEOPLE = table(
    "name: V_String(20), age: Int16, note: V_WString",
    ["Bart", 10, "x"], ["Maggie", 1, None], ["Lisa", 8, "y"], ["Abe", None, "z"], ["lisa", 8, ""],
)  # fmt: skip


def contract_cases(folder: Path) -> list[Case]:
    return [Case(Sort, {"by": [{"field": "age", "order": "descending"}, {"field": "name"}]}, PEOPLE)]


def names(config: dict[str, Any], data: pa.Table = PEOPLE) -> list[Any]:
    return list(run_tool(Sort, config, data)["out"]["name"].to_pylist())


def test_null_is_first_ascending_and_last_descending() -> None:
    assert names({"by": [{"field": "age"}]}) == ["Abe", "Maggie", "Lisa", "lisa", "Bart"]
    assert names({"by": [{"field": "AGE", "order": "descending"}]}) == ["Bart", "Lisa", "lisa", "Maggie", "Abe"]


def test_capitals_come_first_unless_in_dictionary_order() -> None:
    words = table("name: V_WString", *([word] for word in ["b", "ä", "B", "a", None, "A", "Z", "Ä"]))
    assert names({"by": [{"field": "name"}]}, words) == [None, "A", "B", "Z", "a", "b", "Ä", "ä"]
    ordered = [None, "a", "A", "ä", "Ä", "b", "B", "Z"]
    assert names({"by": [{"field": "name"}], "dictionary": True}, words) == ordered
    turned = names({"by": [{"field": "name", "order": "descending"}], "dictionary": True}, words)
    assert turned == ordered[::-1]


def test_fields_pass_with_all_that_is_known_of_them() -> None:
    fields = (
        Field("picture", FieldType.Blob, meaning=Meaning.image),
        Field("price", FieldType.FixedDecimal, 50, 2, description="with tax"),
        Field("Price", FieldType.Int32),
        Field('"; DROP', FieldType.Time),
    )
    data = pa.table(
        [
            pa.array([b"\0\1", None], pa.binary()),
            pa.array([Decimal("1234567890123456789012345678901234567890.25"), Decimal("-1.50")], pa.decimal256(49, 2)),
            pa.array([1, 2], pa.int32()),
            pa.array([None, 5], pa.time64("us")),
        ],
        schema=schema_of(*fields),
    )
    result = run_tool(Sort, {"by": [{"field": "price"}]}, data)["out"]
    assert result.schema.equals(data.schema, check_metadata=True)
    assert result.equals(data.take([1, 0]))


def test_refuses_what_cannot_be_sorted() -> None:
    blobs = table("name: V_WString, picture: Blob")
    with pytest.raises(ToolError, match=r"No field \[nam\].*Did you mean 'name'"):
        run_tool(Sort, {"by": [{"field": "nam"}]}, blobs)
    with pytest.raises(ToolError, match=r"\[picture\] is a Blob"):
        run_tool(Sort, {"by": [{"field": "picture"}]}, blobs)
    with pytest.raises(ToolError, match="listed twice"):
        run_tool(Sort, {"by": [{"field": "name"}, {"field": "Name"}]}, blobs)
    with pytest.raises(ValidationError):
        run_tool(Sort, {"by": []}, blobs)


@settings(max_examples=20, deadline=None)
@given(random_tables.rows, random_tables.batch_rows, st.booleans())
def test_sorts_as_python_does(data: list[random_tables.Row], batch_rows: int, down: bool) -> None:
    order = "descending" if down else "ascending"
    by = [{"field": "text", "order": order}, {"field": "real"}]
    result = run_tool(Sort, {"by": by}, random_tables.build(data), batch_rows=batch_rows)["out"]
    expected = sorted(range(len(data)), key=lambda number: random_tables.ascending(data[number][2]))
    expected.sort(key=lambda number: random_tables.ascending(data[number][0]), reverse=down)
    assert result["number"].to_pylist() == expected


def test_what_does_not_fit_goes_to_disk() -> None:
    numbers = np.random.default_rng(1).permutation(600_000)
    texts = pc.utf8_rpad(pa.array(numbers).cast(pa.string()), 200)
    schema = schema_of(Field("key", FieldType.Int64), Field("text", FieldType.V_WString))
    data = pa.table({"key": numbers, "text": texts}, schema=schema)
    resources = Resources(memory=100 << 20, threads=1)  # half of it for DuckDB; the records take more than twice that
    result = run_tool(Sort, {"by": [{"field": "key", "order": "descending"}]}, data, resources=resources)["out"]
    assert np.array_equal(result["key"].to_numpy(), np.arange(600_000)[::-1])
    assert result["text"][0].as_py().rstrip() == "599999"
