"""BlobConvert: there and back, and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, schema_from, table
from engine.types import Field, Meaning
from tools.developer.blob_convert import BlobConvert

BLOBS = table("n: Int32, b: Blob, z: Bool", [1, b"Bart \xc3\xa4", True], [2, None, True], [3, b"", None])


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(BlobConvert, {"field": "B"}, BLOBS),
        Case(BlobConvert, {"field": "t", "encoding": "hex", "output": "b"}, table("t: V_WString", ["00ff"], ["x"])),
    ]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("base64", "QmFydCDDpA=="), ("hex", "4261727420C3A4"), ("utf-8", "Bart ä"), ("latin-1", "Bart Ã¤")],
)
def test_there_and_back(encoding: str, text: str) -> None:
    written = run_tool(BlobConvert, {"field": "b", "encoding": encoding}, BLOBS)["out"]
    assert written.schema.equals(schema_from("n: Int32, b: V_WString, z: Bool"), check_metadata=True)
    assert written["b"].to_pylist() == [text, None, ""]
    assert run_tool(BlobConvert, {"field": "b", "encoding": encoding}, written)["out"].equals(BLOBS)


def test_utf_16() -> None:
    out = run_tool(BlobConvert, {"field": "t", "encoding": "utf-16"}, table("t: V_WString", ["aä"]))["out"]
    assert out["t"].to_pylist() == [b"a\0\xe4\0"]


def test_a_new_field_with_images() -> None:
    out = run_tool(BlobConvert, {"field": "t", "output": "i", "image": True}, table("t: V_WString", ["AAAA\n AA=="]))[
        "out"
    ]
    assert Field.of(out.schema.field("i")).meaning is Meaning.image
    assert out["i"].to_pylist() == [bytes(4)]


def test_what_is_none_is_reported() -> None:
    result = run_tool(BlobConvert, {"field": "t"}, table("t: V_WString", ["AA=="], ["A"], ["ä"]), batch_rows=1)
    assert result["out"]["t"].to_pylist() == [b"\0", None, None]
    assert result.said("conversion_error")[0] == "Record 2: 'A' in [t] is no base64."
    bad = run_tool(BlobConvert, {"field": "b", "encoding": "utf-8"}, table("b: Blob", [b"\xff\xfe"]))
    assert bad.said("conversion_error") == ["Record 1: 2 bytes in [b] is no utf-8."]


def test_only_blobs_and_texts() -> None:
    with pytest.raises(ToolError, match=r"\[n\] is Int32"):
        run_tool(BlobConvert, {"field": "n"}, BLOBS)
    with pytest.raises(ToolError, match=r"already has a field \[N\]"):
        run_tool(BlobConvert, {"field": "b", "output": "N"}, BLOBS)
