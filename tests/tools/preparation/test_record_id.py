"""RecordID numbers records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from engine.errors import ToolError
from engine.testing import Case, run_tool, schema_from, table
from tools.preparation.record_id import RecordID

LETTERS = table("letter: String(1)", ["a"], ["b"], ["a"], ["a"])


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(RecordID, {}, LETTERS),
        Case(RecordID, {"type": "String", "position": "last", "by": ["letter"]}, LETTERS),
    ]


def ids(**config: Any) -> list[Any]:
    return list(run_tool(RecordID, {"field": "id", **config}, LETTERS, batch_rows=3)["out"]["id"].to_pylist())


def test_counts_from_the_start() -> None:
    assert ids() == [1, 2, 3, 4]
    assert ids(start=-2, type="Int64") == [-2, -1, 0, 1]
    assert ids(by=["letter"]) == [1, 1, 2, 3]


def test_texts_are_filled_up_with_zeros() -> None:
    assert ids(type="String") == ["000001", "000002", "000003", "000004"]
    assert ids(type="V_WString", size=3, start=98) == ["098", "099", "100", "101"]


def test_position_and_type() -> None:
    first = run_tool(RecordID, {}, LETTERS)["out"].schema
    assert first.names == ["RecordID", "letter"]
    last = run_tool(RecordID, {"type": "WString", "position": "last"}, LETTERS)["out"].schema
    assert last.field(1).metadata[b"flowrun:size"] == b"6"
    assert last.field(0).equals(schema_from("letter: String(1)").field(0), check_metadata=True)


def test_a_number_that_does_not_fit_stops() -> None:
    with pytest.raises(ToolError, match=r"too large for the Byte \[id\]"):
        ids(type="Byte", start=255, by=[])
    with pytest.raises(ToolError, match=r"too large for the String\(1\)"):
        ids(type="String", size=1, start=8)
    with pytest.raises(ToolError, match="too large for the Int64"):
        ids(type="Int64", start=2**63 - 1)


def test_refuses_a_name_that_is_taken_and_a_size_of_a_number() -> None:
    with pytest.raises(ToolError, match=r"There is a field \[LETTER\] already"):
        run_tool(RecordID, {"field": "LETTER"}, LETTERS)
    with pytest.raises(ValidationError, match="has no size"):
        run_tool(RecordID, {"size": 3}, LETTERS)
