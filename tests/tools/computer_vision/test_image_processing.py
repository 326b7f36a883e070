"""ImageProcessing: steps done to each image; sizes, order, formats, and what becomes of bad images."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from PIL import Image

from engine.cache.memo import MemoFile
from engine.context import Resources
from engine.errors import ToolError
from engine.images import decode, open_image
from engine.testing import Case, check_tool, run_tool, table
from engine.types import Field, FieldType, Meaning, schema_of
from tests.tools._images.pictures import BAD, JPEG, file_of, picture
from tools._images import pipeline
from tools.computer_vision import image_processing
from tools.computer_vision.image_processing import ImageProcessing

SCALE = {"step": "scale", "width": 8, "height": 6}


def contract_cases(folder: Path) -> list[Case]:
    records = images(*(file_of(picture(width, 20), "png") for width in (9, 30, 31, 64)), None)
    with_bad = pa.concat_tables([records, images(b"no picture")])
    align = [{"step": "align", "to": "template"}]
    return [
        Case(ImageProcessing, {"steps": [SCALE, {"step": "greyscale"}]}, records),
        Case(ImageProcessing, {"output": "small", "format": "png", "on_bad_image": "skip"}, with_bad),
        Case(ImageProcessing, {"image": "IMAGE", "format": "jpeg", "on_bad_image": "null"}, with_bad),
        Case(ImageProcessing, {"steps": align}, {"in": records, "template": images(JPEG)}, empty_input_is_error=True),
    ]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def images(*files: bytes | None) -> pa.Table:
    """Records with an image each."""
    schema = schema_of(
        Field("FullPath", FieldType.V_WString), Field("image", FieldType.Blob, source="x", meaning=Meaning.image)
    )
    names = [f"/pictures/{number}.jpg" for number in range(len(files))]
    return pa.Table.from_arrays([pa.array(names, pa.string()), pa.array(files, pa.binary())], schema=schema)


def opened(result: Any, field: str = "image") -> list[Image.Image | None]:
    return [row[field] and Image.open(io.BytesIO(row[field])) for row in result.rows()]


def test_replaces_the_images() -> None:
    before = images(JPEG, file_of(picture(50, 90), "png"))
    result = run_tool(ImageProcessing, {"steps": [SCALE]}, before)
    assert result["out"].schema.equals(before.schema, check_metadata=True)
    assert result["out"]["FullPath"].equals(before["FullPath"])
    assert [(image.format, image.size) for image in opened(result) if image] == [("BMP", (8, 6))] * 2


def test_or_makes_a_new_field() -> None:
    before = images(JPEG)
    out = run_tool(ImageProcessing, {"steps": [SCALE], "output": "small"}, before)["out"]
    assert out.column_names == ["FullPath", "image", "small"]
    assert out["image"].to_pylist() == [JPEG]
    assert Field.of(out.schema.field("small")).meaning is Meaning.image
    with pytest.raises(ToolError, match=r"already has a field \[Image\]"):
        run_tool(ImageProcessing, {"output": "Image"}, before)


@pytest.mark.parametrize("format_", ["bmp", "png", "jpeg"])
def test_writes_the_format_that_is_asked_for(format_: str) -> None:
    result = run_tool(ImageProcessing, {"format": format_}, images(JPEG, file_of(picture(mode="L"))))
    assert [image and (image.format, image.mode) for image in opened(result)] == [
        (format_.upper(), "RGB"),
        (format_.upper(), "L"),
    ]


def test_without_steps_images_are_only_made_plain() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    result = run_tool(ImageProcessing, {}, images(file_of(picture(30, 20, "CMYK"), "jpeg", exif=exif)))
    assert [image and (image.size, image.mode) for image in opened(result)] == [((20, 30), "RGB")]


def test_steps_are_done_in_order_but_shift_comes_first() -> None:
    crop = {"step": "crop", "left": 0, "top": 0, "width": 4, "height": 4}
    shift = {"step": "shift", "x": 4, "y": 0, "fill": "black"}
    flip = {"step": "flip"}
    first, last, other = (
        run_tool(ImageProcessing, {"steps": steps}, images(file_of(picture()))).rows()[0]["image"]
        for steps in ([shift, crop, flip], [crop, flip, shift], [shift, flip, crop])
    )
    assert first == last != other
    assert not decode(first).any()


def test_finds_the_field_with_the_images() -> None:
    plain = table("n: Int32, Photo: Blob", [1, JPEG])
    out = run_tool(ImageProcessing, {"steps": [SCALE]}, plain)["out"]
    assert Field.of(out.schema.field("Photo")).meaning is Meaning.image
    assert run_tool(ImageProcessing, {"image": "photo", "steps": [SCALE]}, plain)["out"].equals(out)


@pytest.mark.parametrize(
    ("config", "records", "words"),
    [
        ({"image": "n"}, table("n: Int32, b: Blob", [1, JPEG]), "holds Int32, not images"),
        ({}, table("a: Blob, b: Blob", [JPEG, JPEG]), "No field is known to hold images; the input has a, b"),
        ({}, table("n: Int32", [1]), "Read them with ImageInput"),
        ({"image": "imag"}, images(JPEG), "Did you mean 'image'"),
        ({"steps": [{"step": "align", "to": "template"}]}, images(JPEG), "nothing is connected to the anchor 'templ"),
    ],
)
def test_says_what_does_not_fit(config: dict[str, Any], records: pa.Table, words: str) -> None:
    with pytest.raises(ToolError, match=words):
        run_tool(ImageProcessing, config, records)


def test_sums_up_the_sizes() -> None:
    files = [file_of(picture(*size)) for size in ((90, 120), (224, 224), (100, 200))]
    assert run_tool(ImageProcessing, {"steps": [SCALE]}, images(*files)).said("info") == [
        "3 images, 90 x 120 to 224 x 224 -> 8 x 6 pixels."
    ]
    said = run_tool(ImageProcessing, {}, images(file_of(picture(30, 20)))).said("info")
    assert said == ["1 image, 30 x 20 -> 30 x 20 pixels."]


def test_sums_up_the_size_that_a_large_jpeg_had() -> None:
    large = file_of(picture(1600, 1200), "jpeg")
    result = run_tool(ImageProcessing, {"steps": [SCALE]}, images(large))
    assert result.said("info") == ["1 image, 1600 x 1200 -> 8 x 6 pixels."]


@pytest.mark.parametrize(("data", "reason"), BAD.values(), ids=BAD)
def test_bad_images_by_the_setting(data: bytes, reason: str) -> None:
    before = images(JPEG, data, None, JPEG)
    with pytest.raises(ToolError, match=rf"^/pictures/1.jpg: .*{reason}.*on_bad_image"):
        run_tool(ImageProcessing, {}, before)
    skipped = run_tool(ImageProcessing, {"on_bad_image": "skip"}, before)
    assert [row["FullPath"] for row in skipped.rows()] == ["/pictures/0.jpg", "/pictures/2.jpg", "/pictures/3.jpg"]
    assert skipped.said("warning")[1:] == ["1 of 4 images could not be used and was left out."]
    nulled = run_tool(ImageProcessing, {"on_bad_image": "null"}, before)
    assert [row["image"] is None for row in nulled.rows()] == [False, True, True, False]


def test_a_step_that_cannot_be_done_names_the_image() -> None:
    crop = {"step": "crop", "left": 100, "width": 9, "height": 9}
    with pytest.raises(ToolError, match=r"/pictures/0.jpg: nothing is left to crop"):
        run_tool(ImageProcessing, {"steps": [crop]}, images(file_of(picture())))


def test_align_needs_one_good_template() -> None:
    align = {"steps": [{"step": "align", "to": "template"}]}
    for template, words in [
        (images(), "got no record"),
        (images(JPEG, JPEG), "got several records"),
        (images(b"x"), "template cannot be used: not an image"),
        (images(None), "template cannot be used: empty"),
    ]:
        with pytest.raises(ToolError, match=words):
            run_tool(ImageProcessing, align, {"in": images(JPEG), "template": template})
    aligned = run_tool(ImageProcessing, align, {"in": images(JPEG), "template": images(file_of(picture(60, 50)))})
    assert [image and image.size for image in opened(aligned)] == [(60, 50)]


def test_sends_much_in_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_processing, "_PORTION", 500)
    monkeypatch.setattr(pipeline, "_RESULT_BYTES", 500)
    before = images(*[JPEG] * 40)
    many = run_tool(ImageProcessing, {"steps": [SCALE]}, before)["out"]
    assert max(len(chunk) for chunk in many["image"].chunks) == 4
    monkeypatch.undo()
    assert many.combine_chunks().equals(run_tool(ImageProcessing, {"steps": [SCALE]}, before)["out"].combine_chunks())


def test_a_picture_that_went_through_the_same_steps_before_is_not_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []

    def watched(data: bytes, **more: Any) -> Image.Image:
        seen.append(data)
        return open_image(data, **more)

    monkeypatch.setattr(pipeline, "open_image", watched)
    memo = MemoFile(tmp_path / "memo.sqlite")

    def processed(*files: bytes | None, **settings: Any) -> tuple[int, pa.Table]:
        seen.clear()
        resources = Resources(memo=memo)
        result = run_tool(ImageProcessing, {"steps": [SCALE], **settings}, images(*files), resources=resources)
        assert result.said("info")[0].startswith(f"{sum(file is not None for file in files)} image")
        return len(seen), result["out"]

    old = [file_of(picture(width, 20), "png") for width in (30, 31)]
    assert processed(*old)[0] == 2
    count, out = processed(JPEG, *old, None)
    assert count == 1
    assert out.equals(run_tool(ImageProcessing, {"steps": [SCALE]}, images(JPEG, *old, None))["out"])
    assert processed(*old, format="png")[0] == 2
    assert processed(*old, steps=[SCALE, {"step": "greyscale"}])[0] == 2
    memo.close()
