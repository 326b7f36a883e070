"""Join: partners, those without, names, types, order, on disk as in memory."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, table
from engine.types import Field, FieldType, Meaning, open_schema
from tests.tools.join.oracle import joined, records, tables
from tools.join import join
from tools.join.join import Join

PEOPLE = table("Id: Int32, Name: V_WString", [1, "Bart"], [2, "Lisa"], [3, "Maggie"], [1, "Homer"])
TOWNS = table("Id: Int64, Town: V_WString, name: V_WString", [3, "Paris", "x"], [1, "Rome", "y"], [9, "Oslo", "z"])
BY_ID = {"by": [{"left": "Id"}]}


def contract_cases(folder: Path) -> list[Case]:
    both = {"L": PEOPLE, "R": TOWNS}
    return [
        Case(Join, BY_ID, both),
        Case(Join, {**BY_ID, "right_keys": False}, both),
        Case(Join, {"by_position": True}, both),
        Case(Join, {"by": [{"left": "Id"}, {"left": "Name", "right": "name"}]}, both),
    ]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def test_pairs_and_those_without() -> None:
    result = run_tool(Join, BY_ID, {"L": PEOPLE, "R": TOWNS})
    assert records(result["J"]) == [
        (1, "Bart", 1, "Rome", "y"),
        (3, "Maggie", 3, "Paris", "x"),
        (1, "Homer", 1, "Rome", "y"),
    ]
    assert records(result["L"]) == [(2, "Lisa")]
    assert records(result["R"]) == [(9, "Oslo", "z")]
    assert result["J"].schema.names == ["Id", "Name", "Right_Id", "Town", "Right_name"]


def test_by_position() -> None:
    result = run_tool(Join, {"by_position": True}, {"L": PEOPLE, "R": TOWNS}, batch_rows=2)
    assert [(row["Name"], row["Town"]) for row in result.rows("J")] == [
        ("Bart", "Paris"),
        ("Lisa", "Rome"),
        ("Maggie", "Oslo"),
    ]
    assert records(result["L"]) == [(1, "Homer")]
    assert result["R"].num_rows == 0


def test_without_the_keys_of_the_right() -> None:
    out = run_tool(Join, {**BY_ID, "right_keys": False}, {"L": PEOPLE, "R": TOWNS})["J"]
    assert out.schema.names == ["Id", "Name", "Town", "Right_name"]


def test_names_that_are_taken_twice() -> None:
    left = table("A: Int32, Right_A: Int32", [1, 2])
    right = table("A: Int32, right_a: Int32", [1, 3])
    assert run_tool(Join, {"by": [{"left": "a"}]}, {"L": left, "R": right})["J"].schema.names == [
        "A",
        "Right_A",
        "Right_A2",
        "Right_right_a",
    ]


def test_metadata_passes_through() -> None:
    schema = pa.schema(
        [Field("Id", FieldType.Int32).arrow(), Field("i", FieldType.Blob, meaning=Meaning.image).arrow()]
    )
    pictures = pa.Table.from_arrays([pa.array([1], pa.int32()), pa.array([b"x"])], schema=schema)
    out = run_tool(Join, BY_ID, {"L": PEOPLE, "R": pictures})["J"].schema
    assert Field.of(out.field("i")).meaning is Meaning.image
    assert out.field("Id").equals(PEOPLE.schema.field("Id"), check_metadata=True)


def test_open_inputs_make_an_open_output() -> None:
    tool = Join(join.JoinConfig.model_validate(BY_ID), None)  # type: ignore[arg-type]
    out = tool.schema({"L": open_schema(PEOPLE.schema), "R": TOWNS.schema})
    assert (out["J"].metadata, out["R"].metadata) == ({b"flowrun:open": b"1"}, None)


@settings(max_examples=60, deadline=None)
@given(tables(), tables("xyz"), st.sampled_from([[0], [1], [0, 1], [1, 0]]), st.integers(1, 5))
def test_is_as_in_plain_python(left: pa.Table, right: pa.Table, keys: list[int], batch_rows: int) -> None:
    by = [{"left": "abc"[key], "right": "xyz"[key]} for key in keys]
    result = run_tool(Join, {"by": by}, {"L": left, "R": right}, batch_rows=batch_rows)
    assert {anchor: records(result[anchor]) for anchor in "JLR"} == joined(left, right, keys)


@settings(max_examples=25, deadline=None)
@given(tables(), tables("xyz"), st.sampled_from([[0], [1], [0, 1]]), st.sampled_from([1, 3]))
def test_and_so_it_is_on_disk(left: pa.Table, right: pa.Table, keys: list[int], parts: int) -> None:
    by = [{"left": "abc"[key], "right": "xyz"[key]} for key in keys]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.spool.Budget.take", lambda self, size: False)
        patch.setattr("tools._joining.outer._parts", lambda context, sides: parts)
        result = run_tool(Join, {"by": by}, {"L": left, "R": right}, batch_rows=5)
    assert {anchor: records(result[anchor]) for anchor in "JLR"} == joined(left, right, keys)


@pytest.mark.parametrize("on_disk", [False, True])
@pytest.mark.parametrize(
    ("one", "other", "values", "others"),
    [
        ("Byte", "Int64", [7], [7]),
        ("Int32", "Double", [7], [7.0]),
        ("Int64", "FixedDecimal(19.2)", [7], [Decimal("7.00")]),
        ("FixedDecimal(10.4)", "FixedDecimal(60.2)", [Decimal("7.5000")], [Decimal("7.50")]),
        ("FixedDecimal(70.40)", "FixedDecimal(60.2)", [Decimal("7.5")], [Decimal("7.50")]),
        ("String(3)", "V_WString", ["a"], ["a"]),
        ("Date", "Date", [date(2024, 1, 1)], [date(2024, 1, 1)]),
    ],
)
def test_types_that_go_together(
    one: str, other: str, values: list[Any], others: list[Any], on_disk: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if on_disk:
        monkeypatch.setattr("engine.spool.Budget.take", lambda self, size: False)
        monkeypatch.setattr("tools._joining.outer._parts", lambda context, sides: 3)
    inputs = {"L": table(f"k: {one}", values, [None]), "R": table(f"k: {other}", others)}
    result = run_tool(Join, {"by": [{"left": "k"}]}, inputs)
    assert records(result["J"]) == [(*values, *others)]
    assert records(result["L"]) == [(None,)]


@pytest.mark.parametrize(
    ("one", "other"), [("Int32", "V_WString"), ("Date", "DateTime"), ("Bool", "Int32"), ("Blob", "Blob")]
)
def test_types_that_do_not(one: str, other: str) -> None:
    inputs = {"L": table(f"k: {one}"), "R": table(f"k: {other}")}
    with pytest.raises(ToolError, match=re.escape(f"[k] ({one}) and [k] ({other}) cannot be compared")) as caught:
        run_tool(Join, {"by": [{"left": "k"}]}, inputs)
    assert caught.value.setting == "by.0"


def test_warns_of_inexact_keys() -> None:
    inputs = {"L": table("k: Double"), "R": table("k: Int32")}
    assert run_tool(Join, {"by": [{"left": "k"}]}, inputs).said("warning")


def test_says_which_field_is_missing() -> None:
    with pytest.raises(ToolError, match=r"No field \[Idd\]; the input R has Id, Town, name. Did you mean 'Id'"):
        run_tool(Join, {"by": [{"left": "Id", "right": "Idd"}]}, {"L": PEOPLE, "R": TOWNS})


@pytest.mark.parametrize("config", [{}, {**BY_ID, "by_position": True}])
def test_needs_one_way_to_join(config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="give either fields to join by"):
        run_tool(Join, config, {"L": PEOPLE, "R": TOWNS})


def test_many_to_many_goes_out_in_small_batches() -> None:
    same = pa.table({"k": pa.array(np.zeros(1500, np.int32)), "n": pa.array(np.arange(1500, dtype=np.int32))})
    result = run_tool(Join, {"by": [{"left": "k"}]}, {"L": same, "R": same})["J"]
    assert result.num_rows == 1500 * 1500
    assert max(len(chunk) for chunk in result["n"].chunks) <= 65_536
    assert result["n"][1500].as_py() == 1
    assert result["Right_n"][1499].as_py() == 1499


def test_more_keys_than_a_batch_has_records() -> None:
    numbers = np.random.default_rng(1).permutation(200_000)
    left = pa.table({"k": pa.array(numbers[:150_000])})
    right = pa.table({"k": pa.array(np.arange(100_000, 250_000)), "v": pa.array(np.arange(100_000, 250_000) * 2)})
    result = run_tool(Join, {"by": [{"left": "k"}]}, {"L": left, "R": right}, batch_rows=40_000)
    expected = numbers[:150_000][numbers[:150_000] >= 100_000]
    assert result["J"]["k"].to_numpy().tolist() == expected.tolist()
    assert result["J"]["v"].to_numpy().tolist() == (expected * 2).tolist()
    assert result["L"].num_rows + result["J"].num_rows == 150_000
    assert result["R"].num_rows == 150_000 - len(expected)


def test_inputs_larger_than_the_memory() -> None:
    count, memory = 1_700_000, 160 << 20
    keys = np.random.default_rng(1).permutation(count)
    text = pa.array(np.char.mod("a text of some length and more of it, number %d", keys))
    left = pa.table({"k": pa.array(keys), "t": text})
    right = pa.table({"k": pa.array(np.arange(10, count + 10)), "v": pa.array(np.arange(10, count + 10) * 2)})
    assert left.nbytes > memory / 2  # what spools may hold
    result = run_tool(Join, {"by": [{"left": "k"}], "right_keys": False}, {"L": right, "R": left}, memory=memory)
    assert result["J"]["k"].to_numpy().tolist() == list(range(10, count))
    assert result["J"]["t"][5].as_py() == "a text of some length and more of it, number 15"
    assert sorted(result["L"]["k"].to_pylist()) == list(range(count, count + 10))
    assert sorted(result["R"]["k"].to_pylist()) == list(range(10))


def test_whole_numbers_beyond_those_that_a_double_tells_apart() -> None:
    left, right = table("k: Int64", [2**53 + 1], [7]), table("k: Double", [7.0], [0.5])
    result = run_tool(Join, {"by": [{"left": "k"}], "right_keys": False}, {"L": left, "R": right})
    assert [result.rows(anchor) for anchor in "LJR"] == [[{"k": 2**53 + 1}], [{"k": 7}], [{"k": 0.5}]]
