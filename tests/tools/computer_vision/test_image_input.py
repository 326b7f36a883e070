"""ImageInput: paths in, whole image files out; whatever is bad is named, never lost."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from engine.context import Context, Resources
from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, table
from engine.tool import Home
from engine.types import Field, FieldType, Meaning
from tests.tools._images.pictures import BAD, JPEG, bomb, file_of, picture
from tools._files import contents
from tools.computer_vision.image_input import ImageInput, ImageInputConfig


def contract_cases(folder: Path) -> list[Case]:
    good = ["a.png", "b.png", "c.png", "d.png"]
    for name in good:
        (folder / name).write_bytes(file_of(picture(), "png"))
    (folder / "bad.png").write_bytes(b"no picture")
    paths = table("FullPath: V_WString, Class: V_WString(9)", *([name, "x"] for name in [*good, "bad.png", None]))
    home = Home(folder)
    return [
        Case(ImageInput, {}, paths.slice(0, 4), home),
        Case(ImageInput, {"on_bad_image": "skip"}, paths, home),
        Case(ImageInput, {"field": "fullpath", "on_bad_image": "null", "output": "picture"}, paths, home),
        Case(ImageInput, {"path": ".", "on_bad_image": "skip"}, None, home),
    ]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, size in {"b/two.PNG": 2, "a/one.png": 1, "three.png": 3, ".hidden.png": 4, "note.txt": 5}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(file_of(picture(size, 1)))
    return tmp_path


def test_adds_the_image_and_keeps_the_rest(folder: Path) -> None:
    records = table("Class: V_WString(9), FullPath: V_WString", ["x", "a/one.png"], ["y", str(folder / "three.png")])
    out = run_tool(ImageInput, {}, records, home=Home(folder))["out"]
    assert out.column_names == ["Class", "FullPath", "image"]
    assert out.select(["Class", "FullPath"]).equals(records)
    assert out["image"].to_pylist() == [(folder / name).read_bytes() for name in ("a/one.png", "three.png")]
    image = Field.of(out.schema.field("image"))
    assert (image.type, image.meaning) == (FieldType.Blob, Meaning.image)


def test_finds_the_field_with_the_paths(folder: Path) -> None:
    for fields in ("Other: String, fullpath: V_WString", "n: Int32, Path: String"):
        first = "x" if "Other" in fields else 1
        assert run_tool(ImageInput, {}, table(fields, [first, "three.png"]), home=Home(folder))["out"].num_rows == 1
    with pytest.raises(ToolError, match="No field holds text"):
        run_tool(ImageInput, {}, table("n: Int32", [1]))
    with pytest.raises(ToolError, match="holds Int32"):
        run_tool(ImageInput, {"field": "n"}, table("n: Int32", [1]))
    with pytest.raises(ToolError, match=r"No field \[Pth\].*Did you mean 'Path'"):
        run_tool(ImageInput, {"field": "Pth"}, table("Path: String", ["x"]))


def test_refuses_a_name_that_is_taken(folder: Path) -> None:
    records = table("Path: String, Image: Int32", ["three.png", 1])
    with pytest.raises(ToolError, match=r"already has a field \[image\]"):
        run_tool(ImageInput, {}, records, home=Home(folder))
    assert run_tool(ImageInput, {"output": "photo"}, records, home=Home(folder))["out"].column_names[-1] == "photo"


def test_reads_a_folder(folder: Path) -> None:
    result = run_tool(ImageInput, {"path": ".", "recurse": True}, home=Home(folder))
    assert result["out"].column_names == ["file", "page", "image"]
    assert [Path(row["file"]).name for row in result.rows()] == ["one.png", "two.PNG", "three.png"]
    assert {row["page"] for row in result.rows()} == {1}
    assert len(run_tool(ImageInput, {"path": "."}, home=Home(folder)).rows()) == 1
    assert len(run_tool(ImageInput, {"path": "a/one.png"}, home=Home(folder)).rows()) == 1


def test_a_folder_without_images_is_said(folder: Path) -> None:
    result = run_tool(ImageInput, {"path": ".", "pattern": "*.tiff; [x].*"}, home=Home(folder))
    assert result["out"].num_rows == 0
    assert result.said("warning") == ["No image in . matches *.tiff; [x].*."]


def test_one_record_a_page(tmp_path: Path) -> None:
    pages = [picture(width, 4) for width in (1, 2, 3)]
    (tmp_path / "scan.tif").write_bytes(file_of(pages[0], "tiff", save_all=True, append_images=pages[1:]))
    rows = run_tool(ImageInput, {"path": "."}, home=Home(tmp_path)).rows()
    assert [row["page"] for row in rows] == [1, 2, 3]
    assert [row["image"] for row in rows] == [file_of(page, "png", compress_level=1) for page in pages]


def test_a_file_whose_pages_cannot_be_counted(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(file_of(picture()))
    whole = file_of(picture(), "tiff", save_all=True, append_images=[picture()])
    (tmp_path / "cut.tif").write_bytes(whole[: len(whole) // 2])  # the second page is announced, and missing
    with pytest.raises(ToolError, match=r"cut\.tif: .*on_bad_image"):
        run_tool(ImageInput, {"path": "."}, home=Home(tmp_path))
    for policy, names in {"skip": ["a.png"], "null": ["a.png", "cut.tif"]}.items():
        result = run_tool(ImageInput, {"path": ".", "on_bad_image": policy}, home=Home(tmp_path))
        assert [Path(row["file"]).name for row in result.rows()] == names
        assert result.said("warning")[-1].startswith("1 of 2 images could not be used")


@pytest.mark.parametrize(
    ("config", "records", "words"),
    [
        ({}, None, "Nothing says which images"),
        ({"path": "nowhere"}, None, "There is no folder or file"),
        ({"path": "."}, table("Path: String", ["x"]), "Both an input and a path"),
    ],
)
def test_says_what_is_missing(config: dict[str, str], records: pa.Table | None, words: str, tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=words):
        run_tool(ImageInput, config, records, home=Home(tmp_path))


@pytest.fixture
def trouble(tmp_path: Path) -> pa.Table:
    """A record for each thing that may be wrong, among good ones."""
    (tmp_path / "good.jpg").write_bytes(JPEG)
    (tmp_path / "text.jpg").write_bytes(b"hello")
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "bomb.png").write_bytes(bomb())
    (tmp_path / "folder.jpg").mkdir()
    os.mkfifo(tmp_path / "pipe.jpg")
    with (tmp_path / "large.jpg").open("wb") as file:
        file.truncate(600 << 20)
    names = ["text.jpg", "empty.jpg", "bomb.png", "folder.jpg", "pipe.jpg", "large.jpg", "none.jpg", "a\0b", ""]
    rows: list[list[Any]] = [["good.jpg"], *([name] for name in names), [None], ["good.jpg"]]
    return table("FullPath: V_WString", *rows)


REASONS = {
    "text.jpg": "not an image, or cut off at its very start",
    "empty.jpg": "empty (0 bytes)",
    "bomb.png": "too large: 900 megapixels, at most 179",
    "folder.jpg": "a folder, not a file",
    "pipe.jpg": "not a regular file",
    "large.jpg": "too large: 600 MiB, at most 512",
    "none.jpg": "there is no such file",
    "a\0b": "its name is no valid text; rename it",
    "Record 10": "the path is empty",
    "Record 11": "the path is null",
}


def test_bad_images_become_null(trouble: pa.Table, tmp_path: Path) -> None:
    result = run_tool(ImageInput, {"on_bad_image": "null"}, trouble, home=Home(tmp_path))
    assert [row["image"] is None for row in result.rows()] == [False, *[True] * 10, False]
    warnings = result.said("warning")
    assert warnings[:-1] == [
        f"{name if name.startswith('Record') else tmp_path / name}: {reason}." for name, reason in REASONS.items()
    ]
    assert warnings[-1] == "10 of 12 images could not be used and became null."


def test_records_of_bad_images_are_skipped(trouble: pa.Table, tmp_path: Path) -> None:
    result = run_tool(ImageInput, {"on_bad_image": "skip"}, trouble, home=Home(tmp_path))
    assert [row["image"] for row in result.rows()] == [JPEG, JPEG]
    assert result.said("warning")[-1] == "10 of 12 images could not be used and were left out."


@pytest.mark.parametrize("place", range(1, 11))
def test_stops_at_a_bad_image(trouble: pa.Table, tmp_path: Path, place: int) -> None:
    with pytest.raises(ToolError) as caught:
        run_tool(ImageInput, {}, trouble.slice(place, 1), home=Home(tmp_path))
    assert list(REASONS.values())[place - 1] in caught.value.message
    assert "skip" in caught.value.hint


def test_only_the_first_bad_images_are_listed(tmp_path: Path) -> None:
    records = table("Path: String", *([f"{number}.jpg"] for number in range(50)))
    said = run_tool(ImageInput, {"on_bad_image": "skip"}, records, home=Home(tmp_path)).said("warning")
    assert len(said) == 22
    assert said[20:] == ["30 more bad images are not listed.", "50 of 50 images could not be used and were left out."]


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.png")).write_bytes(file_of(picture()))
    (tmp_path / "good.png").write_bytes(file_of(picture()))
    result = run_tool(ImageInput, {"path": "."}, home=Home(tmp_path))
    assert [Path(row["file"]).name for row in result.rows()] == ["caf�.png", "good.png"]


def test_reads_much_in_small_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "PORTION", 3 * len(JPEG))
    (tmp_path / "a.jpg").write_bytes(JPEG)
    (tmp_path / "big.jpg").write_bytes(JPEG + bytes(9 * len(JPEG)))
    names = ["a.jpg"] * 4 + ["big.jpg"] + ["a.jpg"] * 3
    tool = ImageInput(ImageInputConfig(), Home(tmp_path))
    batch = table("Path: String", *([name] for name in names)).to_batches()[0]
    resources = Resources()
    tool.open(Context("read", resources, {"in": batch.schema}, tool.schema({"in": batch.schema})))
    assert [part.num_rows for _, part in tool.process("in", batch) if part is not None] == [3, 1, 1, 3]
    resources.close()


def test_it_reads_the_files_of_the_folder(folder: Path) -> None:
    tool = ImageInput(ImageInputConfig(path=".", pattern="*.png"), Home(folder))
    assert list(tool.reads()) == [str(folder / "three.png")]
    assert list(ImageInput(ImageInputConfig(), Home(folder)).reads()) == []


def test_it_tells_which_files_it_read_because_the_data_named_them(folder: Path) -> None:
    tool, resources = ImageInput(ImageInputConfig(), Home(folder)), Resources()
    batch = table("Path: String", ["three.png"], [None]).to_batches()[0]
    context = Context("read", resources, {"in": batch.schema}, tool.schema({"in": batch.schema}))
    tool.open(context)
    with suppress(ToolError):
        list(tool.process("in", batch))
    assert list(context.read) == [str(folder / "three.png")]
    resources.close()


@pytest.mark.parametrize("name", [name for name in BAD if name.startswith("half")])
def test_pixels_are_not_decoded_here(name: str, tmp_path: Path) -> None:
    (tmp_path / "cut").write_bytes(BAD[name][0])
    assert run_tool(ImageInput, {}, table("Path: String", ["cut"]), home=Home(tmp_path))["out"].num_rows == 1


def test_a_workflow_is_checked_without_pillow() -> None:
    modules = "tools.computer_vision.image_input, tools.computer_vision.image_processing"
    code = f"import sys, {modules}; sys.exit('PIL' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
