"""Records as a file to take home, written by the tools themselves in a process of their own."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from engine.types import Field, FieldType, Meaning, fields_of
from tests.engine.server.conftest import Direct, keep
from tools.in_out.formats import formats

FIELDS = [Field("name", FieldType.V_WString, 40, source="here"), Field("n", FieldType.Int32)]
COLUMNS: list[list[Any]] = [["c", "ä", None], [3, 1, 2]]


def download(browser: Direct, **request: Any) -> bytes:
    ready = browser.post("downloads", {"node": "b", **request})
    assert ready.status_code == 200, ready.text
    base = browser.base
    file = Direct(browser.app).get(f"api/downloads/{ready.json()['id']}")
    assert base == browser.base
    assert file.headers["content-disposition"].endswith(f'"b.{request["format"]}"')
    assert len(file.content) == ready.json()["bytes"]
    assert Direct(browser.app).get(f"api/downloads/{ready.json()['id']}").status_code == 404
    return file.content


@pytest.mark.parametrize("format_", ["csv", "parquet", "yxdb", "xlsx", "arrow"])
def test_every_format_in_the_order_of_a_view(browser: Direct, folder: Path, tmp_path: Path, format_: str) -> None:
    keep(folder, "b", FIELDS, COLUMNS)
    view = browser.post("views", {"node": "b", "sort": [{"field": "n"}]}).json()["id"]
    file = tmp_path / f"b.{format_}"
    file.write_bytes(download(browser, view=view, fields=["n", "name"], format=format_))
    found = pa.Table.from_batches(formats()[format_].Reader(file))
    assert [str(value) for value in found["n"].to_pylist()] == ["1", "2", "3"]
    assert [value or None for value in found["name"].to_pylist()] == ["ä", None, "c"]
    assert found.column_names == ["n", "name"]


def test_all_of_it_keeps_what_a_field_knows(browser: Direct, folder: Path, tmp_path: Path) -> None:
    keep(folder, "b", FIELDS, COLUMNS)
    content = download(browser, format="arrow")
    with pa.ipc.open_file(io.BytesIO(content)) as reader:
        assert fields_of(reader.schema) == FIELDS
        assert reader.read_all().num_rows == 3
    assert not any((tmp_path / ".flowrun" / "downloads").iterdir())


def test_what_a_format_cannot_hold_is_said(browser: Direct, folder: Path, tmp_path: Path) -> None:
    keep(folder, "b", [Field("image", FieldType.Blob, meaning=Meaning.image)], [[b"x"]])
    answer = browser.post("downloads", {"node": "b", "format": "csv"})
    assert (answer.status_code, answer.json()["message"]) == (
        422,
        "A text file cannot hold [image]: bytes are no text.",
    )
    assert "extension" in browser.post("downloads", {"node": "b", "format": "nope"}).json()["message"]
    assert not any((tmp_path / ".flowrun" / "downloads").iterdir())
