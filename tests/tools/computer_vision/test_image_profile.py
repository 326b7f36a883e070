"""ImageProfile: what is measured, and images that cannot be."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
from PIL import Image, TiffImagePlugin

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, table
from tests.tools._images.pictures import BAD, JPEG, file_of, picture
from tools.computer_vision.image_profile import ImageProfile


def images(*files: bytes | None) -> pa.Table:
    return table("n: Int32, image: Blob", *([number, file] for number, file in enumerate(files)))


def contract_cases(folder: Path) -> list[Case]:
    records = images(JPEG, None, file_of(picture(mode="L")), b"not an image")
    return [
        Case(ImageProfile, {}, records),
        Case(ImageProfile, {"profiles": ["base"], "on_bad_image": "skip"}, records),
    ]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def flag() -> Image.Image:
    """Eight pixels: five of one red, one black, two white."""
    image = Image.new("RGB", (4, 2), (200, 16, 46))
    image.putpixel((0, 0), (0, 0, 0))
    image.putpixel((1, 0), (255, 255, 255))
    image.putpixel((2, 0), (255, 255, 255))
    return image


def test_base() -> None:
    (row,) = run_tool(ImageProfile, {"profiles": ["base"]}, images(file_of(flag()))).rows()
    assert {name: value for name, value in row.items() if name not in ("n", "image")} == {
        "Color_Mode": "RGB",
        "Width": 4,
        "Height": 2,
        "Channels": 3,
        "Min_Red": 0,
        "Min_Green": 0,
        "Min_Blue": 0,
        "Max_Red": 255,
        "Max_Green": 255,
        "Max_Blue": 255,
        "Common_RGB": "200, 16, 46",
        "Common_Hex": "#C8102E",
        "Dark_Pixels": 1,
        "Bright_Pixels": 2,
    }


def test_summary() -> None:
    (row,) = run_tool(ImageProfile, {"profiles": ["summary"]}, images(file_of(flag()))).rows()
    assert (row["Pixels"], row["Sum_Red"], row["Squared_Sum_Blue"]) == (8, 1510, 2 * 255**2 + 5 * 46**2)
    assert (row["Mean_Green"], row["Median_Red"]) == (pytest.approx(590 / 8), 200)
    assert row["Std_Dev_Red"] ** 2 == pytest.approx(row["Variance_Red"])
    assert row["RMS_Red"] == pytest.approx(((2 * 255**2 + 5 * 200**2) / 8) ** 0.5)


def test_exif() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Kwik-E-Cam\0"
    rational = TiffImagePlugin.IFDRational
    exif.get_ifd(0x8825).update(
        {1: "S", 2: (rational(44), rational(3), rational(18)), 3: "E", 4: (rational(123), rational(0), rational(0)),
         5: b"\x01", 6: rational(25, 2), 12: "K", 13: rational(90), 14: "T", 15: rational(1, 0),
         7: (rational(13), rational(5), rational(9)), 29: "2024:02:29"}
    )  # fmt: skip
    (row,) = run_tool(ImageProfile, {"profiles": ["exif"]}, images(file_of(picture(), "jpeg", exif=exif))).rows()
    assert json.loads(row["Exif"])["Make"] == "Kwik-E-Cam"
    assert (row["GPS_Latitude"], row["GPS_Longitude"]) == (pytest.approx(-44.055), 123.0)
    assert (row["GPS_Altitude"], row["GPS_Speed"], row["GPS_Speed_Ref"]) == (-12.5, 90.0, "K")
    assert (row["GPS_Track"], row["GPS_Track_Ref"]) == (None, "T")
    assert row["GPS_Time"] == datetime(2024, 2, 29, 13, 5, 9)


def test_without_exif() -> None:
    (row,) = run_tool(ImageProfile, {"profiles": ["exif"]}, images(file_of(picture()))).rows()
    assert set(list(row.values())[2:]) == {None}


@pytest.mark.parametrize(("data", "reason"), BAD.values(), ids=BAD)
def test_bad_images_by_the_setting(data: bytes, reason: str) -> None:
    before = images(JPEG, data, None)
    result = run_tool(ImageProfile, {"profiles": ["exif"]}, before)
    assert result["out"].num_rows == 3
    assert reason in result.said("warning")[0]
    assert run_tool(ImageProfile, {"on_bad_image": "skip"}, before)["out"]["n"].to_pylist() == [0, 2]
    with pytest.raises(ToolError, match=rf"^Record 2: .*{reason}"):
        run_tool(ImageProfile, {"on_bad_image": "stop"}, before)


def test_a_bad_image_is_called_by_its_file() -> None:
    with pytest.raises(ToolError, match=r"^a\.jpg: not an image"):
        run_tool(ImageProfile, {"on_bad_image": "stop"}, table("FullPath: String, image: Blob", ["a.jpg", b"text"]))


def test_names_must_be_free() -> None:
    with pytest.raises(ToolError, match=r"already has a field \[Width\]"):
        run_tool(ImageProfile, {}, table("image: Blob, width: Int32"))
