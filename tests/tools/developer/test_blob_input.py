"""BlobInput reads whole files as bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import ToolError
from engine.testing import Case, Result, run_tool, table
from engine.tool import Home
from tools.developer.blob_input import BlobInput

BY_PATH = {"name_from": {"field": "to", "mode": "path"}}


def home(folder: Path) -> Home:
    (folder / "a.bin").write_bytes(b"\0a")
    (folder / "a_1.bin").write_bytes(b"one")
    (folder / "2.bin").write_bytes(b"")
    return Home(folder)


def read(folder: Path, config: dict[str, Any], *to: str | int | None, type_: str = "V_String") -> Result:
    return run_tool(BlobInput, config, table(f"to: {type_}", *([one] for one in to)) if to else None, home=home(folder))


def contract_cases(folder: Path) -> list[Case]:
    data = table("to: V_String, x: Int32", ["a.bin", 1], ["2.bin", 2], ["none", 3], [None, 4])
    return [
        Case(BlobInput, {"path": "a.bin"}, home=home(folder)),
        Case(BlobInput, {**BY_PATH, "on_missing": "skip", "output": "b"}, data, home=home(folder)),
        Case(BlobInput, {**BY_PATH, "on_missing": "null"}, data, home=home(folder)),
    ]


def test_one_file_without_an_input(tmp_path: Path) -> None:
    assert read(tmp_path, {"path": "a.bin"}).rows() == [{"Blob": b"\0a"}]


def test_a_file_for_each_record(tmp_path: Path) -> None:
    absolute = str(tmp_path / "a.bin")
    assert read(tmp_path, BY_PATH, absolute, "2.bin").rows() == [
        {"to": absolute, "Blob": b"\0a"},
        {"to": "2.bin", "Blob": b""},
    ]


@pytest.mark.parametrize(("mode", "value", "expected"), [("suffix", 1, b"one"), ("name", 2, b"")])
def test_a_value_in_the_name_of_the_file(tmp_path: Path, mode: str, value: int, expected: bytes) -> None:
    config = {"path": "a.bin", "name_from": {"field": "to", "mode": mode}}
    assert read(tmp_path, config, value, type_="Int32").rows() == [{"to": value, "Blob": expected}]


def test_what_is_missing_stops_or_is_left_out_or_becomes_null(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"none\.bin: there is no such file.*Set on_missing to skip"):
        read(tmp_path, BY_PATH, "none.bin")
    skipped = read(tmp_path, {**BY_PATH, "on_missing": "skip"}, "none.bin", "2.bin", None)
    assert skipped.rows() == [{"to": "2.bin", "Blob": b""}]
    assert skipped.said("warning")[1:] == [
        "Record 3: the path is null.",
        "2 of 3 files could not be used and were left out.",
    ]
    kept = read(tmp_path, {**BY_PATH, "on_missing": "null"}, ".")
    assert kept.rows() == [{"to": ".", "Blob": None}]
    assert "a folder, not a file" in kept.said("warning")[0]


def test_refuses_what_makes_no_sense(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="name_from needs an input"):
        read(tmp_path, BY_PATH)
    with pytest.raises(ToolError, match="Nothing says which file a record gets"):
        read(tmp_path, {"path": "a.bin"}, "x")
    with pytest.raises(ToolError, match=r"There is no file .*b\.bin"):
        read(tmp_path, {"path": "b.bin"})
    with pytest.raises(ToolError, match=r"\[to\] holds Int32; a path is text"):
        read(tmp_path, BY_PATH, 1, type_="Int32")
    with pytest.raises(ToolError, match=r"There is a field \[TO\] already"):
        read(tmp_path, {**BY_PATH, "output": "TO"}, "x")
