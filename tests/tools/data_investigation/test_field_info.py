"""FieldInfo: one record a field."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from engine.testing import Case, check_tool, run_tool, table
from engine.types import Field, FieldType, Meaning
from tests.engine.tiny import Numbers, run_tiny
from tools.data_investigation.field_info import FieldInfo

DATA = table("Id: Int32, Name: V_String(20), Price: FixedDecimal(10.2)", [1, "a", None])


def contract_cases(folder: Path) -> list[Case]:
    return [Case(FieldInfo, {}, DATA)]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def test_a_record_for_each_field() -> None:
    image = Field("i", FieldType.Blob, source="ImageInput", description="d", meaning=Meaning.image)
    data = DATA.append_column(image.arrow(), pa.array([b""]))
    assert [list(row.values()) for row in run_tool(FieldInfo, {}, data).rows()] == [
        ["Id", "Int32", None, None, None, None, None],
        ["Name", "V_String", 20, None, None, None, None],
        ["Price", "FixedDecimal", 10, 2, None, None, None],
        ["i", "Blob", 2147483647, None, "ImageInput", "d", "image"],
    ]


def test_looks_at_no_records() -> None:
    run_tiny("""
        nodes: {a: {tool: Numbers, count: 1000000, start: 5}, f: {tool: FieldInfo}}
        connections: [a -> f]
    """)
    assert Numbers.asked[5] < 50
