"""BlobOutput writes the bytes of each record into a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import ToolError
from engine.testing import Case, Result, run_tool, table
from engine.tool import Home
from tools.developer.blob_output import BlobOutput

FIELDS = "name: V_String, b: Blob"


def write(folder: Path, config: dict[str, Any], *rows: list[Any]) -> Result:
    return run_tool(BlobOutput, config, table(FIELDS, *rows), home=Home(folder), batch_rows=2)


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def by(mode: str, **more: Any) -> dict[str, Any]:
    return {"path": "l.bin", "name_from": {"field": "name", "mode": mode}, **more}


def contract_cases(folder: Path) -> list[Case]:
    data = table(FIELDS, ["a", b"1"], ["b", None], ["c", b""])
    return [Case(BlobOutput, by("suffix"), data, home=Home(folder))]


@pytest.mark.parametrize(
    ("mode", "names"),
    [("suffix", ["l_a.bin", "l_b.bin"]), ("prefix", ["a_l.bin", "b_l.bin"]), ("name", ["a.bin", "b.bin"])],
)
def test_a_value_in_the_name(tmp_path: Path, mode: str, names: list[str]) -> None:
    result = write(tmp_path, by(mode), ["a", b"1"], ["x", None], ["b", b"2"])
    assert written(tmp_path) == dict(zip(names, [b"1", b"2"], strict=True))
    assert result.said("warning") == ["1 record was left out: [b] is Null."]


def test_whole_paths_stay_within_the_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write(tmp_path, {"name_from": {"field": "name", "mode": "path"}}, ["in/x", b"1"])
    assert (tmp_path / "in" / "x").read_bytes() == b"1"
    for path in ("../x", "/etc/x"):
        with pytest.raises(ToolError, match="no path within the workflow's folder"):
            write(tmp_path, {"name_from": {"field": "name", "mode": "path"}}, [path, b"1"])


def test_one_file_for_one_record(tmp_path: Path) -> None:
    write(tmp_path, {"path": "one"}, ["a", b"1"])
    assert written(tmp_path) == {"one": b"1"}


def test_no_file_is_written_twice_and_a_failed_run_leaves_the_old_ones(tmp_path: Path) -> None:
    (tmp_path / "l_a.bin").write_bytes(b"old")
    with pytest.raises(ToolError, match=r"Record 3 would be written into l_A\.bin, as one before"):
        write(tmp_path, by("suffix"), ["a", b"1"], ["b", b"2"], ["A", b"3"])
    with pytest.raises(ToolError, match=r"l_a\.bin exists"):
        write(tmp_path, by("suffix", if_exists="fail"), ["a", b"1"])
    with pytest.raises(ToolError, match=r"Record 2: \[name\] is empty"):
        write(tmp_path, by("suffix"), ["a", b"1"], [None, b"2"])
    assert written(tmp_path) == {"l_a.bin": b"old"}
    write(tmp_path, by("suffix"), ["a", b"1"])
    assert written(tmp_path) == {"l_a.bin": b"1"}


def test_refuses_what_makes_no_sense(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="The input has no Blob"):
        run_tool(BlobOutput, {"path": "x"}, table("a: Int32"), home=Home(tmp_path))
    with pytest.raises(ToolError, match=r"more than one Blob: a, b"):
        run_tool(BlobOutput, {"path": "x"}, table("a: Blob, b: Blob"), home=Home(tmp_path))
    with pytest.raises(ToolError, match=r"\[name\] is V_String, no Blob"):
        write(tmp_path, {"path": "x", "field": "name"})
    with pytest.raises(ToolError, match=r"The folder .* does not exist"):
        write(tmp_path, {"path": "none/x"})
    with pytest.raises(ToolError, match="Nothing says which file"):
        write(tmp_path, {})
