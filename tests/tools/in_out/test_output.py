from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import events
from engine.errors import ToolError
from engine.testing import Case, Result, check_tool, run_tool, table
from engine.tool import Home
from tools.in_out.input import Input
from tools.in_out.output import Output

PEOPLE = table("name: V_WString, age: Int64", ["Bart", 10], ["Lisa", 8])
RICH = table(
    "text: V_WString(9), whole: Int64, real: Double, yes: Bool, day: Date, at: Time, when: DateTime",
    ["=1+1", 1, 1.5, True, date(2024, 1, 31), time(12, 30), datetime(2024, 1, 31, 12, 30)],
    [None, None, None, None, None, None, None],
    ['a,"b"\nc', -2, 2.25, False, date(1999, 12, 31), time(0, 0, 1), datetime(2000, 1, 1)],
)


def write(folder: Path, path: str, data: Any = PEOPLE, **config: Any) -> Result:
    return run_tool(Output, {"path": path, **config}, data, home=Home(folder))


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(Output, {"path": f"people.{kind}"}, PEOPLE, Home(folder)) for kind in ("csv", "parquet", "jsonl", "xlsx")
    ]


def test_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "xlsx", "parquet", "yxdb"])
def test_what_is_written_is_read_again(tmp_path: Path, kind: str) -> None:
    write(tmp_path, f"rich.{kind}", RICH)
    again = run_tool(Input, {"path": f"rich.{kind}"}, home=Home(tmp_path))["out"]
    assert again.to_pylist() == RICH.to_pylist()
    assert again.schema.types == RICH.schema.types


@pytest.mark.parametrize("kind", ["parquet", "yxdb"])
def test_these_keep_every_type(tmp_path: Path, kind: str) -> None:
    data = table("a: V_String(20), b: FixedDecimal(9.2), c: Byte, d: Blob", ["x", Decimal("1.50"), 255, b"\0\1"])
    write(tmp_path, f"some.{kind}", data)
    again = run_tool(Input, {"path": f"some.{kind}"}, home=Home(tmp_path))["out"]
    assert again.equals(data, check_metadata=kind == "parquet")


def test_says_what_it_wrote(tmp_path: Path) -> None:
    result = write(tmp_path, "people.csv")
    [written] = [event for event in result.heard if isinstance(event, events.FileWritten)]
    assert (Path(written.path), written.records, written.bytes) == (tmp_path / "people.csv", 2, 24)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "yxdb"])
def test_without_records_the_fields_are_written(tmp_path: Path, kind: str) -> None:
    write(tmp_path, f"people.{kind}", PEOPLE.slice(0, 0))
    again = run_tool(Input, {"path": f"people.{kind}"}, home=Home(tmp_path))["out"]
    assert again.schema.names == ["name", "age"]
    assert again.num_rows == 0


@pytest.mark.parametrize(
    ("path", "config", "message"),
    [
        ("missing/people.csv", {}, "folder .*missing does not exist"),
        ("folder.csv", {}, "it is a folder"),
        ("people", {}, "says no format"),
        ("people.xls", {}, "says no format"),
        ("there.csv", {"if_exists": "fail"}, "is there already"),
    ],
)
def test_refuses(tmp_path: Path, path: str, config: dict[str, Any], message: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "there.csv").touch()
    with pytest.raises(ToolError, match=message):
        write(tmp_path, path, **config)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl"])
def test_refuses_pictures_where_they_do_not_fit_before_the_run(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ToolError, match=r"cannot hold \[image\].*\.yxdb"):
        write(tmp_path, f"pictures.{kind}", table("image: Blob", [b"x"]))
    assert list(tmp_path.iterdir()) == []


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Files cannot grow beyond `size` bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"numbers.{kind}"
    path.write_text("the old file")
    numbers = table("x: Int64", *([number**3] for number in range(9000)))
    with full_disk(4096), pytest.raises(ToolError, match="cannot be written"):
        write(tmp_path, path.name, numbers)
    assert path.read_text() == "the old file"
    assert list(tmp_path.iterdir()) == [path]


SALES = table(
    "region: V_WString, amount: Int64", ["East", 1], ["West/North", 2], ["East", 3], [None, 4], ["West/North", 5]
)


@pytest.mark.parametrize(
    ("mode", "names"),
    [
        ("suffix", ["sales_.csv", "sales_East.csv", "sales_West_North.csv"]),
        ("prefix", ["East_sales.csv", "West_North_sales.csv", "_sales.csv"]),
        ("name", ["East.csv", "West_North.csv", "_.csv"]),
    ],
)
def test_writes_a_file_for_each_value(tmp_path: Path, mode: str, names: list[str]) -> None:
    write(tmp_path, "sales.csv", SALES, name_from={"field": "REGION", "mode": mode, "keep": False})
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert (tmp_path / next(name for name in names if "East" in name)).read_text() == "amount\n1\n3\n"


def test_a_value_may_be_the_whole_path(tmp_path: Path) -> None:
    (tmp_path / "east").mkdir()
    paths = table("to: V_WString, amount: Int32", ["east/a.csv", 1], ["b.csv", 2])
    write(tmp_path, "any.csv", paths, name_from={"field": "to", "mode": "path", "keep": False})
    assert (tmp_path / "east" / "a.csv").read_text() == "amount\n1\n"
    assert (tmp_path / "b.csv").read_text() == "amount\n2\n"
    assert not (tmp_path / "any.csv").exists()


@pytest.mark.parametrize("path", ["../a.csv", "/etc/a.csv", "a.txt", "", "~/a.csv"])
def test_data_leads_no_file_out_of_the_workflows_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(ToolError, match=r"no path of a \.csv file within the workflow's folder"):
        write(tmp_path, "any.csv", table("to: V_WString", [path]), name_from={"field": "to", "mode": "path"})
    assert list(tmp_path.iterdir()) == []


def test_a_field_in_the_name_may_stay_in_the_file(tmp_path: Path) -> None:
    write(tmp_path, "sales.csv", SALES, name_from={"field": "region"})
    assert (tmp_path / "sales_East.csv").read_text() == "region,amount\nEast,1\nEast,3\n"


def test_no_record_makes_no_file(tmp_path: Path) -> None:
    result = write(tmp_path, "sales.csv", SALES.slice(0, 0), name_from={"field": "region"})
    assert result.said("warning") == ["No record came, so no file was written."]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[f"v{number}"] for number in range(501)], "more than 500 values"),
        ([["a/b"], ["A:b"]], "'a/b' and 'A:b' would both be written into sales_A_b.csv"),
    ],
)
def test_names_that_cannot_be_leave_no_file(tmp_path: Path, rows: list[list[str]], message: str) -> None:
    with pytest.raises(ToolError, match=message):
        write(tmp_path, "sales.csv", table("region: V_WString", *rows), name_from={"field": "region"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["x.csv", "x.parquet", "x.yxdb", "x.sqlite"])
def test_refuses_no_field_and_fields_without_a_name(tmp_path: Path, path: str) -> None:
    config = {"table": "t"} if path == "x.sqlite" else {}
    with pytest.raises(ToolError, match="no field to write"):
        write(tmp_path, path, PEOPLE.select([]), **config)
    with pytest.raises(ToolError, match="A field has no name"):
        write(tmp_path, path, table("a: Int32, : Int32", [1, 2]), **config)
    assert list(tmp_path.iterdir()) == []
