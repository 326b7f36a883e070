from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from engine.context import Resources
from engine.testing import Case, check_tool, run_tool, table
from tools.in_out.browse import Browse

PEOPLE = table("name: V_WString, age: Int32", ["Bart", 10], ["Lisa", 8], ["Homer", None])


def contract_cases(folder: Path) -> list[Case]:
    return [Case(Browse, {"title": "People"}, PEOPLE)]


def test_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


@pytest.mark.parametrize("batch_rows", [1, 3])
def test_keeps_every_record_and_the_schema(tmp_path: Path, batch_rows: int) -> None:
    run_tool(Browse, {}, PEOPLE, resources=Resources(results=tmp_path), batch_rows=batch_rows)
    [path] = tmp_path.glob("*.arrow")
    kept = pa.ipc.open_file(path.read_bytes()).read_all()
    assert kept.equals(PEOPLE)
    assert kept.schema.equals(PEOPLE.schema, check_metadata=True)


def test_keeps_the_fields_of_no_records(tmp_path: Path) -> None:
    run_tool(Browse, {}, PEOPLE.slice(0, 0), resources=Resources(results=tmp_path))
    [path] = tmp_path.glob("*.arrow")
    assert pa.ipc.open_file(path.read_bytes()).schema.names == ["name", "age"]
