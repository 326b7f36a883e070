"""Summarize groups records and sums their fields up."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from engine.context import Resources
from engine.errors import ToolError
from engine.testing import Case, run_tool, schema_from, table
from engine.types import Field, FieldType, Meaning, schema_of
from tests.tools._records import random_tables
from tools.transform.summarize import Summarize

SALES = table(
    "region: V_String(10), units: Int32, price: FixedDecimal(10.2), note: V_WString, rate: Double",
    ["north", 3, Decimal("1.50"), "a", 0.0],
    ["south", None, Decimal("2.25"), "", 1.5],
    ["north", 5, None, "ccc", 2.5],
    [None, 7, Decimal("4.00"), None, None],
    ["north", 3, Decimal("0.25"), "bbb", 4.0],
)


def contract_cases(folder: Path) -> list[Case]:
    lines = [
        {"field": "region", "action": "GroupBy"},
        {"action": "Count"},
        {"field": "price", "action": "Sum"},
        {"field": "note", "action": "Concat", "separator": "; "},
        {"field": "units", "action": "First"},
        {"field": "rate", "action": "Avg"},
    ]
    return [Case(Summarize, {"actions": lines}, SALES), Case(Summarize, {"actions": lines[1:]}, SALES)]


def one(action: str, field: str, data: pa.Table = SALES, **more: Any) -> Any:
    """What an action gives for all records."""
    result = run_tool(Summarize, {"actions": [{"field": field, "action": action, "rename": "x", **more}]}, data)
    (value,) = result["out"]["x"].to_pylist()
    return value


def test_groups_are_sorted_null_first() -> None:
    lines = [{"field": "Region", "action": "GroupBy", "rename": "Where"}, {"field": "units", "action": "Sum"}]
    result = run_tool(Summarize, {"actions": lines}, SALES)
    assert result.rows() == [
        {"Where": None, "Sum_units": 7},
        {"Where": "north", "Sum_units": 11},
        {"Where": "south", "Sum_units": None},
    ]


@pytest.mark.parametrize(
    ("action", "field", "expected"),
    [
        ("Sum", "units", 18),
        ("Sum", "price", Decimal("8.00")),
        ("Count", "units", 5),
        ("CountNonNull", "units", 4),
        ("CountNull", "units", 1),
        ("CountDistinct", "units", 4),
        ("CountDistinctNonNull", "units", 3),
        ("CountBlank", "note", 2),
        ("CountNonBlank", "note", 3),
        ("Min", "region", "north"),
        ("Max", "price", Decimal("4.00")),
        ("First", "units", 3),
        ("Last", "rate", 4.0),
        ("First", "region", "north"),
        ("Mode", "units", 3),
        ("Mode", "note", "a"),
        ("Longest", "note", "ccc"),
        ("Shortest", "note", ""),
        ("Concat", "units", "3,5,7,3"),
        ("Avg", "units", 4.5),
        ("Avg", "price", 2.0),
        ("AvgNo0", "rate", 8 / 3),
        ("Median", "units", 4.0),
        ("StdDev", "units", statistics.stdev([3, 5, 7, 3])),
        ("Variance", "price", statistics.variance([1.5, 2.25, 4.0, 0.25])),
    ],
)
def test_action(action: str, field: str, expected: object) -> None:
    assert one(action, field) == (pytest.approx(expected) if isinstance(expected, float) else expected)


def test_last_is_null_where_the_last_record_has_none() -> None:
    assert one("Last", "rate", SALES.slice(0, 4)) is None
    assert one("First", "units", SALES.slice(1)) is None


def test_options_of_concat_and_percentile() -> None:
    assert one("Concat", "note", start="<", separator="'|'", end=">") == "<a'|''|'ccc'|'bbb>"
    assert one("Percentile", "units", percentile=25) == 3.0
    assert one("Percentile", "units", percentile=100) == 7.0


def test_types_of_the_results() -> None:
    schema = schema_of(
        Field("label", FieldType.String, 9, meaning=Meaning.label),
        Field("pay", FieldType.FixedDecimal, 12, 2),
        Field("wide", FieldType.FixedDecimal, 50, 2),
        Field("count", FieldType.Byte),
    )
    lines = [
        ("label", "GroupBy"),
        ("pay", "Sum"),
        ("wide", "Sum"),
        ("wide", "Max"),
        ("count", "Sum"),
        ("label", "Concat"),
    ]
    config = {"actions": [{"field": field, "action": action} for field, action in lines]}
    number = Decimal("1234567890123456789012345678901234567890.25")
    data = pa.table([["x"], [Decimal("1.25")], [number], [200]], schema=schema)
    result = run_tool(Summarize, config, data)["out"]
    expected = [
        schema.field("label"),
        Field("Sum_pay", FieldType.FixedDecimal, 39, 2).arrow(),
        Field("Sum_wide", FieldType.Double).arrow(),
        schema.field("wide").with_name("Max_wide"),
        Field("Sum_count", FieldType.Int64).arrow(),
        Field("Concat_label", FieldType.V_WString).arrow(),
    ]
    assert result.schema.equals(pa.schema(expected), check_metadata=True)
    assert result.to_pylist()[0] == {
        "label": "x", "Sum_pay": Decimal("1.25"), "Sum_wide": float(number), "Max_wide": number, "Sum_count": 200,
        "Concat_label": "x",
    }  # fmt: skip


def test_names_are_made_unique() -> None:
    lines = [
        {"action": "Count"},
        {"field": "units", "action": "Count"},
        {"field": "units", "action": "Sum", "rename": "COUNT"},
    ]
    assert run_tool(Summarize, {"actions": lines}, SALES)["out"].column_names == ["Count", "Count2", "COUNT3"]


def test_a_sum_beyond_int64_is_null_and_reported() -> None:
    data = table("x: Int64", [2**63 - 1], [1])
    result = run_tool(Summarize, {"actions": [{"field": "x", "action": "Sum"}]}, data)
    assert result.rows() == [{"Sum_x": None}]
    assert result.said("conversion_error") == ["[Sum_x]: a sum is too large for Int64."]


def test_infinite_and_huge_values() -> None:
    assert one("Sum", "x", table("x: Double", [math.inf], [1.0])) == math.inf
    assert one("Avg", "x", table("x: Double", [1e308], [1e308])) == math.inf
    assert math.isnan(one("StdDev", "x", table("x: Double", [math.nan], [1.0])))
    assert one("Sum", "x", table("x: Double", *([0.1] for _ in range(10)))) == 1.0


def test_no_record_without_groups_gives_one_record() -> None:
    lines = [{"action": "Count"}, {"field": "units", "action": "Max"}]
    assert run_tool(Summarize, {"actions": lines}, SALES.slice(0, 0)).rows() == [{"Count": 0, "Max_units": None}]


def test_refuses_what_makes_no_sense() -> None:
    lines = [{"field": "note", "action": "Sum"}, {"field": "unit", "action": "Avg"}]
    with pytest.raises(ExceptionGroup) as group:
        run_tool(Summarize, {"actions": lines}, SALES)
    first, second = group.value.exceptions
    assert "Sum does not work on [note], which is V_WString" in str(first)
    assert "Did you mean 'units'" in str(second)
    with pytest.raises(ToolError, match="GroupBy does not work on"):
        run_tool(Summarize, {"actions": [{"field": "b", "action": "GroupBy"}]}, schema_from("b: Blob").empty_table())


@settings(max_examples=20, deadline=None)
@given(random_tables.rows, random_tables.batch_rows)
def test_sums_up_as_python_does(data: list[random_tables.Row], batch_rows: int) -> None:
    names = ["Sum", "Count", "CountDistinct", "Min", "First", "Last", "Mode"]
    lines = [{"field": "text", "action": "GroupBy"}, {"field": "real", "action": "GroupBy"}]
    lines += [{"field": "whole", "action": name, "rename": name} for name in names]
    result = run_tool(Summarize, {"actions": lines}, random_tables.build(data), batch_rows=batch_rows)

    groups: dict[Any, list[Any]] = {}
    for text, whole, real in sorted(
        data, key=lambda row: [random_tables.ascending(row[0]), random_tables.ascending(row[2])]
    ):
        groups.setdefault((text, random_tables.key(real)), []).append(whole)
    got = [list(row.values()) for row in result.rows()]
    assert [(text, random_tables.key(real)) for text, real, *_ in got] == list(groups)
    assert [row[2:] for row in got] == [oracle(values) for values in groups.values()]


def oracle(values: list[int | None]) -> list[int | None]:
    known = [value for value in values if value is not None]
    mode = Counter(known).most_common(1)[0][0] if known else None
    least = min(known) if known else None
    total = sum(known) if known else None
    return [total, len(values), len(set(values)), least, values[0], values[-1], mode]


def test_more_groups_than_memory_holds() -> None:
    keys = np.random.default_rng(1).permutation(np.repeat(np.arange(700_000), 2))
    data = pa.table({"key": keys}, schema=schema_of(Field("key", FieldType.Int64)))
    lines = [{"field": "key", "action": "GroupBy"}, {"action": "Count"}]
    result = run_tool(Summarize, {"actions": lines}, data, resources=Resources(memory=50 << 20, threads=1))["out"]
    assert np.array_equal(result["key"].to_numpy(), np.arange(700_000))
    assert result["Count"].unique().to_pylist() == [2]


@pytest.mark.parametrize("action", ["Sum", "Avg", "StdDev", "Variance"])
def test_the_last_digit_is_the_same_every_time(action: str) -> None:
    random = np.random.default_rng(1)
    numbers = random.normal(100, 50, 2_000_000)
    data = pa.table({"group": random.integers(0, 20, len(numbers)), "number": numbers})
    lines = [{"field": "group", "action": "GroupBy"}, {"field": "number", "action": action}]

    def result() -> pa.Table:
        return run_tool(Summarize, {"actions": lines}, data)["out"]

    first = result()
    assert all(result().equals(first) for _ in range(3))


def test_many_groups_in_little_memory() -> None:
    count = 300_000
    draw = np.random.default_rng(1)
    data = pa.table(
        {
            "x": draw.random(count),
            "key": [f"key {number}" for number in draw.integers(0, 200_000, count)],
            "sign": draw.choice([0.0, -0.0, 1.5, np.nan], count),
        }
    )
    actions = [
        {"field": "x", "action": "Sum"},
        {"field": "key", "action": "GroupBy"},
        {"field": "sign", "action": "GroupBy"},
        {"field": "x", "action": "Last"},
    ]
    much, little = (
        run_tool(Summarize, {"actions": actions}, data, resources=Resources(memory=memory << 20, threads=1))["out"]
        for memory in (2048, 48)
    )
    assert much.num_rows > 200_000
    np.testing.assert_allclose(little["Sum_x"], much["Sum_x"], rtol=1e-15)  # added up in other portions
    assert repr(little.drop(["Sum_x"]).to_pylist()) == repr(much.drop(["Sum_x"]).to_pylist())  # NaN is like NaN
