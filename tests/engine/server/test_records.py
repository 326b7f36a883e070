"""What a run left, as the browser sees it. No process here: the run's folder is made by hand."""

from __future__ import annotations

import datetime
import decimal
import hashlib
import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from engine import events
from engine.previews import LARGEST_VALUE, Previews
from engine.server.pictures import Pictures
from engine.types import Field, FieldType, Meaning
from tests.engine.server.conftest import RUN, Direct, got, keep


def test_pages_cross_batches(browser: Direct, folder: Path) -> None:
    keep(folder, "b", [Field("n", FieldType.Int32)], [[0, 1, 2]], [[]], [[3]], [[4, 5, 6, 7]])
    for offset in range(10):
        for limit in (0, 1, 3, 8):
            page = got(browser, "records", node="b", offset=offset, limit=limit)
            assert [row[0] for row in page["rows"]] == list(range(8))[offset : offset + limit]
            assert (page["total"], page["kept"], page["offset"]) == (8, 8, offset)


def test_an_empty_result_has_its_fields(browser: Direct, folder: Path) -> None:
    keep(folder, "b", [Field("n", FieldType.Int32)])
    page = got(browser, "records", node="b")
    assert (page["total"], page["rows"], page["fields"][0]["type"]) == (0, [], "Int32")


def test_every_type_is_shown_exactly(browser: Direct, folder: Path) -> None:
    cases: list[tuple[Field, Any, Any]] = [
        (Field("a", FieldType.Bool), True, True),
        (Field("b", FieldType.Byte), 255, 255),
        (Field("c", FieldType.Int64), 2**53 + 1, str(2**53 + 1)),
        (Field("d", FieldType.Float), 0.1, 0.1),
        (Field("e", FieldType.Double), 0.1, 0.1),
        (Field("f", FieldType.Double), float("nan"), "nan"),
        (Field("g", FieldType.Double), float("-inf"), "-inf"),
        (Field("h", FieldType.FixedDecimal, 19, 2), decimal.Decimal("12345678901234.50"), "12345678901234.50"),
        (Field("i", FieldType.Date), datetime.date(2024, 2, 29), "2024-02-29"),
        (Field("j", FieldType.Time), datetime.time(1, 2, 3), "01:02:03"),
        (Field("k", FieldType.DateTime), datetime.datetime(2024, 2, 29, 10, 20, 30), "2024-02-29 10:20:30"),
        (Field("l", FieldType.DateTime), datetime.datetime(2024, 1, 1, 0, 0, 0, 500), "2024-01-01 00:00:00.0005"),
        (Field("m", FieldType.V_WString), "<b>ä\n", "<b>ä\n"),
        (Field("n", FieldType.V_WString), "x" * 1001, {"text": "x" * 1000, "length": 1001}),
        (Field("o", FieldType.Blob), b"123", {"blob": 3, "image": None, "kept": True}),
        (Field("p", FieldType.Blob, meaning=Meaning.image), b"1",
         {"blob": 1, "image": hashlib.sha256(b"1").hexdigest(), "kept": True}),
    ]  # fmt: skip
    keep(folder, "b", [case[0] for case in cases], [[case[1], None] for case in cases])
    rows = got(browser, "records", node="b")["rows"]
    assert rows == [[case[2] for case in cases], [None] * len(cases)]


def test_dates_past_what_python_knows(browser: Direct, folder: Path) -> None:
    keep(folder, "b", [Field("d", FieldType.Date)], [[pa.scalar(10_000_000, pa.int32()).cast(pa.date32())]])
    assert got(browser, "records", node="b")["rows"] == [["29349-01-26"]]


def test_a_preview_says_how_many_records_there_were(browser: Direct, folder: Path) -> None:
    batch = pa.record_batch({"n": pa.array(range(1000), pa.int32())})
    Previews(folder / "anchors").see("filter", "T", batch)
    stream = events.EventStream(lambda stamped: _append(folder, stamped))
    stream.emit(events.RunStarted(run=RUN, workflow="x.yaml", nodes={"filter": "Filter"}))
    stream.emit(events.Counts(node="filter", anchor="T", records=70_000, bytes=1))
    stream.emit(events.Counts(node="filter", anchor="F", records=5, bytes=1))
    page = got(browser, "records", node="filter", anchor="T", offset=90, limit=50)
    assert (page["total"], page["kept"], page["rows"][0]) == (70_000, 100, [90])


def _append(folder: Path, stamped: events.Stamped) -> None:
    with (folder / "events.jsonl").open("a") as file:
        file.write(stamped.model_dump_json() + "\n")


def test_a_value_too_large_to_keep_is_told_of(browser: Direct, folder: Path) -> None:
    blob = pa.array([b"x" * (LARGEST_VALUE + 1)])
    Previews(folder / "anchors").see("train", "M", pa.record_batch({"Name": ["model"], "Object": blob}))
    page = got(browser, "records", node="train", anchor="M")
    assert page["rows"] == [["model", {"blob": LARGEST_VALUE + 1, "image": None, "kept": False}]]
    answer = browser.get("image", params={"node": "train", "anchor": "M", "row": 0, "field": "Object"})
    assert "too large" in answer.json()["message"]


def test_the_whole_of_a_long_text(browser: Direct, folder: Path) -> None:
    keep(folder, "b", [Field("t", FieldType.V_WString)], [["ab" * 2000, None]])
    assert got(browser, "value", node="b", row=0, field="T") == {"text": "ab" * 2000, "length": 4000}
    assert got(browser, "value", node="b", row=1, field="t") == {"text": "", "length": 0}
    assert browser.get("value", params={"node": "b", "row": 0, "field": "nope"}).status_code == 422
    assert browser.get("value", params={"node": "b", "row": 2, "field": "t"}).status_code == 404


@pytest.mark.parametrize("node", ["../b", "b/../b", "", "b.arrow", "none"])
def test_no_file_but_results(browser: Direct, folder: Path, node: str) -> None:
    (folder / "b.arrow").write_text("secret")
    assert browser.get("records", params={"node": node}).status_code in (404, 422)
    assert browser.get("records", params={"node": "b", "anchor": "../x"}).status_code == 422


@pytest.mark.parametrize("query", [{"limit": 501}, {"limit": -1}, {"offset": -1}, {"offset": "x"}])
def test_pages_are_bounded(browser: Direct, folder: Path, query: dict[str, Any]) -> None:
    keep(folder, "b", [Field("n", FieldType.Int32)], [[1]])
    assert browser.get("records", params={"node": "b", **query}).status_code == 422


def test_very_many_fields_make_short_pages(browser: Direct, folder: Path) -> None:
    fields = [Field(f"f{index}", FieldType.Byte) for index in range(2_000)]
    keep(folder, "b", fields, [[1] * 100 for _ in fields])
    assert len(got(browser, "records", node="b", limit=500)["rows"]) == 50


def test_a_report_comes_without_power(browser: Direct, folder: Path) -> None:
    page = "<script>alert(1)</script>"
    keep(folder, "r", [Field("Report", FieldType.V_WString, meaning=Meaning.report)], [[page]])
    answer = browser.get("report", params={"node": "r"})
    assert answer.text == page
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-same-origin; default-src 'none'")
    assert "script" not in policy
    keep(folder, "n", [Field("n", FieldType.Int32)], [[1]])
    assert browser.get("report", params={"node": "n"}).status_code == 404


def _picture(mode: str = "RGB", size: tuple[int, int] = (300, 200), kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, 0 if mode in "LPI;16F" else None).save(file, kind, **options)
    return file.getvalue()


def _image(browser: Direct, folder: Path, data: bytes, **query: Any) -> Any:
    keep(folder, "i", [Field("image", FieldType.Blob, meaning=Meaning.image)], [[data]])
    return browser.get("image", params={"node": "i", "row": 0, "field": "image", **query})


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("RGB", "PNG"), ("RGB", "JPEG"), ("RGBA", "PNG"), ("L", "BMP"), ("P", "GIF"), ("CMYK", "JPEG"), ("I;16", "TIFF"),
     ("F", "TIFF"), ("1", "PNG"), ("RGBA", "WEBP")],
)  # fmt: skip
def test_thumbnails_of_all_kinds(browser: Direct, folder: Path, mode: str, kind: str) -> None:
    answer = _image(browser, folder, _picture(mode, kind=kind), size=96)
    assert answer.headers["content-type"] in ("image/png", "image/jpeg")
    assert Image.open(io.BytesIO(answer.content)).size == (96, 64)
    assert "immutable" in answer.headers["cache-control"]
    full = _image(browser, folder, _picture(mode, kind=kind), size=0)
    assert full.headers["content-type"] in ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
    assert Image.open(io.BytesIO(full.content)).size == (300, 200)


def test_a_thumbnail_stands_upright(browser: Direct, folder: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    answer = _image(browser, folder, _picture(kind="JPEG", exif=exif), size=96)
    assert Image.open(io.BytesIO(answer.content)).size == (64, 96)


def test_deep_grey_is_spread_over_the_screen(browser: Direct, folder: Path) -> None:
    file = io.BytesIO()
    Image.fromarray(np.array([[1000, 1200], [1400, 2000]], np.uint16)).save(file, "TIFF")
    answer = _image(browser, folder, file.getvalue(), size=0)
    assert np.asarray(Image.open(io.BytesIO(answer.content))).tolist() == [[0, 51], [102, 255]]


def test_a_thumbnail_is_made_once(browser: Direct, folder: Path, tmp_path: Path) -> None:
    data = _picture()
    made = _image(browser, folder, data).content
    files = [path for path in (tmp_path / ".flowrun" / "thumbnails").rglob("*") if path.is_file()]
    assert [path.name for path in files] == [f"{hashlib.sha256(data).hexdigest()}-96"]
    files[0].write_bytes(_picture(size=(5, 5)))
    assert _image(browser, folder, data).content != made


def test_old_thumbnails_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.server.pictures.KEPT", 2)
    (tmp_path / "ab").mkdir()
    for age, name in enumerate(["new", "middle", "old"]):
        (tmp_path / "ab" / name).write_text("")
        os.utime(tmp_path / "ab" / name, (100 - age, 100 - age))
    pictures = Pictures(tmp_path)
    pictures.tidy()
    pictures.close(wait=True)
    assert sorted(path.name for path in (tmp_path / "ab").iterdir()) == ["middle", "new"]


def _bomb() -> bytes:
    """A BMP whose header announces 60,000 x 60,000 pixels."""
    data = bytearray(_picture(kind="BMP"))
    data[18:26] = (60_000).to_bytes(4, "little") * 2
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [b"", b"no picture", _picture()[:100], _picture(kind="JPEG")[:300], _bomb(), b"<svg onload='alert(1)'/>",
     b"%!PS-Adobe-3.0 EPSF-3.0\n"],
)  # fmt: skip
@pytest.mark.parametrize("size", [0, 96])
def test_what_is_no_picture_is_refused_with_a_reason(browser: Direct, folder: Path, data: bytes, size: int) -> None:
    answer = _image(browser, folder, data, size=size)
    if size == 0 and answer.status_code == 200:  # a cut-off file is the browser's to show as far as it goes
        assert answer.content == data
        assert answer.headers["content-type"] in ("image/png", "image/jpeg")
    else:
        assert answer.status_code == 422
        assert answer.json()["message"]


def test_sizes_are_bounded(browser: Direct, folder: Path) -> None:
    assert _image(browser, folder, _picture(), size=1025).status_code == 422
    keep(folder, "i", [Field("image", FieldType.Blob, meaning=Meaning.image)], [[None]])
    assert browser.get("image", params={"node": "i", "row": 0, "field": "image"}).status_code == 404


def test_the_first_bytes_of_a_blob(browser: Direct, folder: Path) -> None:
    fields = [Field("b", FieldType.Blob), Field("t", FieldType.V_WString)]
    keep(folder, "b", fields, [[bytes(range(256)) * 100, b"", None], ["x", "y", "z"]])

    def asked(row: int, field: str = "b") -> Any:
        return browser.get("bytes", params={"node": "b", "row": row, "field": field})

    assert asked(0).content == bytes(range(256)) * 16
    assert asked(0).headers["content-type"] == "application/octet-stream"
    assert (asked(1).status_code, asked(1).content) == (200, b"")
    for row, field, said in ((2, "b", "has no bytes"), (0, "t", "has no bytes"), (3, "b", "There is no record 4")):
        assert asked(row, field).status_code == 404
        assert said in asked(row, field).json()["message"]
