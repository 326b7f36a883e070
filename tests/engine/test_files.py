"""Files appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ToolError
from engine.files import NewFile


def test_the_old_file_stays_until_the_commit(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("old")
    file = NewFile(path)
    file.temporary.write_text("new")
    assert path.read_text() == "old"
    file.commit()
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_discarding_leaves_nothing(tmp_path: Path) -> None:
    file = NewFile(tmp_path / "x.txt")
    file.temporary.write_text("half")
    file.discard()
    file.discard()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (".", "it is a folder"),
        ("a\0b", "no file name holds a NUL character"),
        ("nowhere/x.txt", "does not exist"),
        ("file/x.txt", "does not exist"),
    ],
)
def test_places_that_cannot_be(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ToolError, match=message):
        NewFile(tmp_path / name)


def test_what_a_killed_process_left_of_the_same_file_is_swept(tmp_path: Path) -> None:
    dead = tmp_path / ".a.csv.999999999-0a1b2c3d.part"
    mine = NewFile(tmp_path / "a.csv")
    mine.temporary.write_text("on its way")
    dead.write_text("half")
    NewFile(tmp_path / "a.csv")
    assert not dead.exists()
    assert mine.temporary.exists()
