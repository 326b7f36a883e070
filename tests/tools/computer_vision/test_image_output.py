"""ImageOutput: names, folders, formats, all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from PIL import Image

from engine.errors import ToolError
from engine.events import FileWritten
from engine.testing import Case, Result, check_tool, run_tool, table
from engine.tool import Home
from tests.tools._images.pictures import JPEG, file_of, picture
from tools.computer_vision.image_output import ImageOutput

PNG = file_of(picture())


def images(*rows: tuple[str | None, bytes | None, str | None]) -> pa.Table:
    return table("FullPath: V_WString, image: Blob, Class: V_WString", *(list(row) for row in rows))


def contract_cases(folder: Path) -> list[Case]:
    return [Case(ImageOutput, {"path": "out", "format": "bmp"}, images(("a.png", PNG, "x")), home=Home(folder))]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def save(place: Path, data: pa.Table, **config: Any) -> Result:
    return run_tool(ImageOutput, {"path": "out", **config}, data, home=Home(place), batch_rows=2)


def written(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder / "out")) for path in (folder / "out").rglob("*") if path.is_file())


def test_files_are_named_and_kept_as_they_are(tmp_path: Path) -> None:
    result = save(tmp_path, images(("/x/a.png", PNG, ""), ("b.tar", JPEG, ""), (None, PNG, ""), ("c.png", None, "")))
    assert written(tmp_path) == ["a.png", "b.tar.jpg", "image_000003.png"]
    assert (tmp_path / "out/b.tar.jpg").read_bytes() == JPEG
    paths = [event.path for event in result.heard if isinstance(event, FileWritten)]
    assert [Path(path).name for path in paths] == ["a.png", "b.tar.jpg", "image_000003.png"]


def test_endings_are_those_of_the_contents(tmp_path: Path) -> None:
    rows = images(("a.jfif", JPEG, ""), ("b.ppm", b"P3\n1 1\n255\n9 9 9\n", ""), ("c", b"P1\n1 1\n1\n", ""))
    save(tmp_path, rows)
    assert written(tmp_path) == ["a.jpg", "b.ppm", "c.pbm"]


def test_names_that_come_twice_or_are_none(tmp_path: Path) -> None:
    rows = [
        ("x/a.png", PNG, ""),
        ("y\\A.jpg", PNG, ""),
        ("../..", PNG, ""),
        ('q:"?.png', PNG, ""),
        ("ä" * 300, PNG, ""),
    ]
    save(tmp_path, images(*rows))
    assert written(tmp_path) == sorted(["a.png", "A_2.png", "image_000003.png", "q___.png", "ä" * 100 + ".png"])


def test_a_folder_for_each_label(tmp_path: Path) -> None:
    rows = images(("a", PNG, "cat"), ("a", PNG, "dog/../x"), ("b", PNG, ".."), ("c", PNG, None))
    save(tmp_path, rows, folder="class", format="jpeg")
    assert written(tmp_path) == ["Null/b.jpg", "Null/c.jpg", "cat/a.jpg", "dog_.._x/a.jpg"]
    with Image.open(tmp_path / "out/cat/a.jpg") as image:
        assert image.format == "JPEG"


def test_a_field_for_the_names(tmp_path: Path) -> None:
    save(tmp_path, images(("a", PNG, "cat"), ("b", PNG, "7")), name="Class")
    assert written(tmp_path) == ["7.png", "cat.png"]


def test_a_run_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"^b.png: not an image.* leave such records out\.$"):
        save(tmp_path, images(("a.png", PNG, "x"), ("c.png", PNG, "y"), ("b.png", b"nonsense", "x")), folder="Class")
    assert not (tmp_path / "out").exists()


def test_bad_images_can_be_left_out(tmp_path: Path) -> None:
    result = save(tmp_path, images(("a.png", b"nonsense", ""), ("b.png", PNG, "")), on_bad_image="skip")
    assert written(tmp_path) == ["b.png"]
    assert result.said("warning")[-1] == "1 of 2 images could not be used and was left out."


def test_existing_files(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/a.png").write_bytes(b"old")
    with pytest.raises(ToolError, match=r"a.png exists"):
        save(tmp_path, images(("a.png", PNG, "")), overwrite=False)
    assert (tmp_path / "out/a.png").read_bytes() == b"old"
    save(tmp_path, images(("a.png", PNG, "")))
    assert (tmp_path / "out/a.png").read_bytes() == PNG


def test_the_folder_must_be_possible(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"no/where does not exist"):
        save(tmp_path, images(), path="no/where/out")
    (tmp_path / "out").write_text("")
    with pytest.raises(ToolError, match="is a file, not a folder"):
        save(tmp_path, images())
