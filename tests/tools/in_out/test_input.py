from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import ToolError
from engine.testing import Case, Result, check_tool, run_tool
from engine.tool import Home
from tools.in_out.input import Input


def make(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return folder


def read(folder: Path, path: str, **config: Any) -> Result:
    return run_tool(Input, {"path": path, **config}, home=Home(folder))


def contract_cases(folder: Path) -> list[Case]:
    make(folder, a_csv="name;age\nBart;10\nLisa;8\n", b_csv="name;age\nHomer;\n", c_jsonl='{"name": "Bart"}\n')
    return [
        Case(Input, {"path": "*.csv", "csv": {"delimiter": ";"}, "file_name_field": "name"}, home=Home(folder)),
        Case(Input, {"path": "c.jsonl", "limit": 1, "fields": ["NAME"]}, home=Home(folder)),
    ]


def test_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def test_reads_many_files_as_one(tmp_path: Path) -> None:
    make(tmp_path, a_csv="x,y\n1,\n", b_csv="y,x\nlate,2\n", c_csv="x,y\n,\n")
    result = read(tmp_path, "?.csv", file_name_field="name")
    assert result.rows() == [
        {"x": 1, "y": None, "FileName": "a.csv"},
        {"x": 2, "y": "late", "FileName": "b.csv"},
        {"x": None, "y": None, "FileName": "c.csv"},
    ]


def test_a_limit_counts_records_of_all_files(tmp_path: Path) -> None:
    make(tmp_path, a_csv="x\n1\n2\n", b_csv="x\n3\n4\n", c_csv="y\n5\n")
    assert read(tmp_path, "*.csv", limit=3).rows() == [{"x": 1}, {"x": 2}, {"x": 3}]
    assert read(tmp_path, "*.csv", limit=0).rows() == []


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ("x,z\n1,2\n", "b.csv has not the fields of the first file: [y] is missing, [z] is new."),
        ("x,y\nword,2\n", "b.csv, line 2, field [x]: 'word' is no Int64."),
        ("x,y\n007,2\n", "b.csv, line 2, field [x]: '007' is no Int64."),
    ],
)
def test_a_file_unlike_the_first_stops_the_run(tmp_path: Path, second: str, message: str) -> None:
    make(tmp_path, a_csv="x,y\n1,2\n", b_csv=second)
    with pytest.raises(ToolError) as caught:
        read(tmp_path, "*.csv")
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("path", "config", "message"),
    [
        ("peple.csv", {}, "There is no file .*Did you mean 'people.csv'"),
        ("*.txt", {}, "No file matches"),
        (".", {}, "is a folder"),
        ("people.data", {}, r"says no format; known are .*\.csv.*format: csv"),
        ("people.csv", {"format": "cvs"}, "no format 'cvs' to read.*Did you mean 'csv'"),
        ("people.csv", {"file_name_field": "path"}, r"has a field \[FileName\]"),
        ("people.csv", {"fields": ["nam"]}, r"No field \[nam\]"),
    ],
)
def test_refuses(tmp_path: Path, path: str, config: dict[str, Any], message: str) -> None:
    make(tmp_path, people_csv="filename\nx\n", people_data="x\n1\n")
    with pytest.raises(ToolError, match=message):
        read(tmp_path, path, **config)


def test_a_format_may_be_named(tmp_path: Path) -> None:
    assert read(make(tmp_path, a_data="x\n1\n"), "a.data", format="csv").rows() == [{"x": 1}]


def test_names_with_brackets_are_names(tmp_path: Path) -> None:
    (tmp_path / "a [1].csv").write_text("x\n1\n")
    assert read(tmp_path, "a [1].csv").rows() == read(tmp_path, "a [1].*").rows() == [{"x": 1}]


def test_options_of_another_format_are_said_to_have_no_effect(tmp_path: Path) -> None:
    result = read(make(tmp_path, a_csv="x\n1\n"), "a.csv", xlsx={"sheet": "S"})
    assert result.said("warning") == ["The options under `xlsx` have no effect on a file of the format csv."]


def test_it_reads_the_files_that_its_pattern_finds(tmp_path: Path) -> None:
    make(tmp_path, a_csv="x\n1\n", b_csv="x\n1\n")
    tool = Input(Input.config_class()(path="*.csv"), Home(tmp_path))  # type: ignore[call-arg,arg-type]
    assert tool.reads() == [tmp_path / "a.csv", tmp_path / "b.csv"]


def test_a_file_that_has_changed_is_looked_at_anew(tmp_path: Path) -> None:
    assert read(make(tmp_path, a_csv="x\n1\n"), "a.csv").rows() == [{"x": 1}]
    assert read(make(tmp_path, a_csv="x\nlate\n"), "a.csv").rows() == [{"x": "late"}]
    assert read(tmp_path, "a.csv", csv={"header": False}).rows() == [{"Field_1": "x"}, {"Field_1": "late"}]
