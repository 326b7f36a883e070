"""JoinMultiple: full outer join of several inputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, table
from tests.tools.join.oracle import joined, records, tables
from tools.join.join_multiple import JoinMultiple

A = table("Id: Int32, a: V_WString", [1, "a1"], [2, "a2"], [None, "a3"])
B = table("Key: Int64, Id: Int32", [2, 20], [3, 30])
C = table("Id: Int16, c: Bool", [3, True], [2, False], [None, None])
THREE = {"in#1": A, "in#2": B, "in#3": C}
BY = {"by": [{"fields": ["Id", "Key", "id"]}]}


def contract_cases(folder: Path) -> list[Case]:
    return [Case(JoinMultiple, BY, THREE), Case(JoinMultiple, {"by_position": True, "only_complete": True}, THREE)]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def test_all_records_leave() -> None:
    out = run_tool(JoinMultiple, BY, THREE)["out"]
    assert out.schema.names == ["Id", "a", "Key", "Input_#2_Id", "Input_#3_Id", "c"]
    assert records(out) == [
        (1, "a1", None, None, None, None),
        (2, "a2", 2, 20, 2, False),
        (None, "a3", None, None, None, None),
        (None, None, 3, 30, 3, True),
    ]


def test_only_complete_ones() -> None:
    out = run_tool(JoinMultiple, {**BY, "only_complete": True}, THREE)["out"]
    assert records(out) == [(2, "a2", 2, 20, 2, False)]


def test_null_finds_null() -> None:
    out = run_tool(JoinMultiple, {"by": [{"fields": ["Id"]}]}, {"in#1": A, "in#2": C})["out"]
    assert records(out)[2] == (None, "a3", None, None)


def test_by_position() -> None:
    out = run_tool(JoinMultiple, {"by_position": True}, THREE)["out"]
    assert [row[0:1] + row[2:3] + row[4:5] for row in records(out)] == [(1, 2, 3), (2, 3, 2), (None, None, None)]


def test_many_combinations() -> None:
    many = {"in#1": A, "in#2": table("Id: Int32", *([1] for _ in range(17)))}
    by = {"by": [{"fields": ["Id"]}]}
    assert run_tool(JoinMultiple, by, many).said("warning") == [
        "A record of the first input leaves in more than 16 combinations."
    ]
    assert not run_tool(JoinMultiple, {**by, "many": "allow"}, many).messages
    with pytest.raises(ToolError, match="more than 16 combinations"):
        run_tool(JoinMultiple, {**by, "many": "error"}, many)


@pytest.mark.parametrize("config", [{}, {**BY, "by_position": True}])
def test_needs_one_way_to_join(config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="give either fields to join by"):
        run_tool(JoinMultiple, config, THREE)


def test_a_field_for_each_input() -> None:
    with pytest.raises(ToolError, match="2 fields are named, and there are 3 inputs"):
        run_tool(JoinMultiple, {"by": [{"fields": ["Id", "Key"]}]}, THREE)


@settings(max_examples=25, deadline=None)
@given(tables(), tables("xyz"))
def test_two_inputs_are_as_in_plain_python(left: pa.Table, right: pa.Table) -> None:
    config = {"by": [{"fields": ["a", "x"]}, {"fields": ["b", "y"]}], "many": "allow"}
    out = records(run_tool(JoinMultiple, config, {"in#1": left, "in#2": right})["out"])
    expected = joined(left, right, [0, 1])
    alone = [(*record, None, None, None) for record in expected["L"]]
    in_order = sorted(expected["J"] + alone, key=lambda record: (record[2], record[5] or 0))
    assert out == in_order + [(None, None, None, *record) for record in expected["R"]]
