"""Text files that are packed are read, and .gz is written."""

from __future__ import annotations

import bz2
import gzip
import zipfile
from pathlib import Path

import pytest

from engine.errors import ToolError
from engine.testing import run_tool, table
from engine.tool import Home
from tools.in_out.input import Input
from tools.in_out.output import Output

TEXT = 'name;note\nBart;"a\nb"\nLisa;ü\n'.encode()
RECORDS = [{"name": "Bart", "note": "a\nb"}, {"name": "Lisa", "note": "ü"}]


def zipped(path: Path, *names: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, TEXT)


def read(folder: Path, name: str) -> list[dict[str, object]]:
    return run_tool(Input, {"path": name}, home=Home(folder)).rows()


def test_reads(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(TEXT))
    (tmp_path / "a.CSV.bz2").write_bytes(bz2.compress(TEXT))
    zipped(tmp_path / "a.txt.zip", "inside/a.csv")
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(b'[{"a": 1}]'))
    for name in ("a.csv.gz", "a.CSV.bz2", "a.txt.zip"):
        assert read(tmp_path, name) == RECORDS
    assert read(tmp_path, "a.json.gz") == [{"a": 1}]


def test_writes_what_it_reads(tmp_path: Path) -> None:
    data = table("n: Int64, kind: V_WString", *[[number, "ab"[number % 2]] for number in range(1000)])
    run_tool(Output, {"path": "a.csv.gz"}, data, home=Home(tmp_path))
    assert gzip.decompress((tmp_path / "a.csv.gz").read_bytes()).startswith(b"n,kind\n0,a\n")
    assert read(tmp_path, "a.csv.gz") == data.to_pylist()
    run_tool(Output, {"path": "b.csv.gz", "name_from": {"field": "kind"}}, data, home=Home(tmp_path))
    assert {path.name for path in tmp_path.glob("b*")} == {"b_a.csv.gz", "b_b.csv.gz"}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv.gz", b"no gzip at all", "is damaged and cannot be unpacked"),
        ("a.csv.gz", gzip.compress(b"a,b\n" * 10**6)[:-3000], "is damaged and cannot be unpacked|cannot be read"),
        ("a.csv.zip", b"PK no zip", "is damaged and cannot be unpacked"),
    ],
)
def test_a_file_that_is_damaged(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ToolError, match=message):
        read(tmp_path, name)


def test_an_archive_of_several_files(tmp_path: Path) -> None:
    zipped(tmp_path / "a.csv.zip", "a.csv", "b.csv")
    with pytest.raises(ToolError, match=r"holds a\.csv, b\.csv; one file can be read"):
        read(tmp_path, "a.csv.zip")


def test_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b'a,b\n1,"x\ny\n'))
    with pytest.raises(ToolError, match="is never closed"):
        read(tmp_path, "a.csv.gz")
