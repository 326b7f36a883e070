from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ToolError
from engine.testing import Case, Result, check_tool, run_tool
from engine.tool import Home
from tools.in_out.directory import Directory, DirectoryConfig


def make(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def listed(folder: Path, **config: Any) -> Result:
    return run_tool(Directory, {"path": ".", **config}, home=Home(folder))


def names(result: Result) -> list[str]:
    return [row["FileName"] for row in result.rows()]


def contract_cases(folder: Path) -> list[Case]:
    make(folder / "pictures", "a.jpg", "sub/b.png")
    return [Case(Directory, {"path": "pictures", "pattern": "*.jpg;*.png", "recurse": True}, home=Home(folder))]


def test_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def test_describes_a_file(tmp_path: Path) -> None:
    path = make(tmp_path, "bart.jpg") / "bart.jpg"
    os.utime(path, (1_700_000_000.5, 1_700_000_001.5))
    path.chmod(0o444)
    [row] = listed(tmp_path).rows()
    assert row["FullPath"] == str(path)
    assert (row["Directory"], row["FileName"], row["ShortFileName"]) == (str(tmp_path), "bart.jpg", "bart.jpg")
    assert row["LastAccessTime"] == datetime.fromtimestamp(1_700_000_000)
    assert row["LastWriteTime"] == datetime.fromtimestamp(1_700_000_001)
    assert row["Size"] == 8
    assert [key for key, value in row.items() if value is True] == ["AttributeReadOnly"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", ["A.JPG", "[1].jpg", "b.png", "c"]),
        ("*.*", ["A.JPG", "[1].jpg", "b.png", "c"]),
        ("*.jpg", ["A.JPG", "[1].jpg"]),
        ("*.jpg; *.png", ["A.JPG", "[1].jpg", "b.png"]),
        (["?", "b*"], ["b.png", "c"]),
        ("[1].*", ["[1].jpg"]),
    ],
)
def test_takes_what_matches(tmp_path: Path, pattern: str | list[str], expected: list[str]) -> None:
    assert names(listed(make(tmp_path, "A.JPG", "b.png", "c", "[1].jpg", "sub/d.jpg"), pattern=pattern)) == expected


def test_sorts_whole_paths(tmp_path: Path) -> None:
    make(tmp_path, "a/z.txt", "a.txt", "a/b/c.txt", "a0.txt", "B.txt")
    paths = [row["FullPath"] for row in listed(tmp_path, recurse=True).rows()]
    assert len(paths) == 5
    assert paths == sorted(paths)


def test_leaves_hidden_files_out_and_says_so(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", ".b.jpg", "Thumbs.db", ".git/c.jpg")
    result = listed(tmp_path, recurse=True)
    assert names(result) == ["a.jpg"]
    assert result.said("info") == ["3 hidden files or folders were left out."]
    everything = listed(tmp_path, recurse=True, hidden=True)
    assert names(everything) == [".b.jpg", "c.jpg", "Thumbs.db", "a.jpg"]
    assert everything.rows()[0]["AttributeHidden"]


def test_warns_where_nothing_matches(tmp_path: Path) -> None:
    result = listed(make(tmp_path, "sub/a.jpg"), pattern="*.jpg")
    assert result.rows() == []
    assert result.said("warning") == [f"No file in {tmp_path} matches *.jpg."]


def test_refuses_a_missing_folder_before_the_run(tmp_path: Path) -> None:
    make(tmp_path, "pictures/a.jpg")
    tool = Directory(DirectoryConfig(path="picture"), Home(tmp_path))
    with pytest.raises(ToolError, match=r"no folder .*picture\. Did you mean 'pictures'") as caught:
        tool.schema({})
    assert caught.value.setting == "path"


def test_refuses_a_file(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="is a file"):
        listed(make(tmp_path, "a.jpg"), path="a.jpg")


def test_follows_links_but_not_in_circles(tmp_path: Path) -> None:
    make(tmp_path, "one/a.jpg")
    (tmp_path / "one" / "back").symlink_to(tmp_path)
    (tmp_path / "two").symlink_to(tmp_path / "one")
    (tmp_path / "dead.jpg").symlink_to(tmp_path / "nowhere")
    result = listed(tmp_path, recurse=True)
    assert [row["FullPath"] for row in result.rows()] == [f"{tmp_path}/one/a.jpg", f"{tmp_path}/two/a.jpg"]
    assert sorted(text.split(" ")[1:4] for text in result.said("warning")) == [
        ["links", "back", "to"],
        ["links", "back", "to"],
        ["was", "left", "out:"],
    ]


def test_a_name_that_is_no_text_is_left_out_with_a_warning(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.jpg")).touch()
    result = listed(tmp_path)
    assert names(result) == ["a.jpg"]
    assert "b\N{REPLACEMENT CHARACTER}.jpg was left out: its name is no valid text" in result.said("warning")[0]


def test_it_reads_the_files_that_it_lists(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "b.txt")
    tool = Directory(DirectoryConfig(path=".", pattern="*.jpg"), Home(tmp_path))
    assert list(tool.reads()) == [str(tmp_path / "a.jpg")]
