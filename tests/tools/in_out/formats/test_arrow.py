from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from engine.errors import ToolError
from engine.testing import table
from engine.types import FieldType, fields_of
from tools.in_out.formats import arrow

DATA = table("name: V_String(20), n: Int32, image: Blob", ["ä", 1, b"x"], [None, None, None], ["", 3, b""])


def write(path: Path, *batches: pa.RecordBatch) -> None:
    writer = arrow.Writer(path, DATA.schema)
    for batch in batches:
        writer.write(batch)
    writer.close()


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    write(tmp_path / "x.arrow", *DATA.to_batches())
    reader = arrow.Reader(tmp_path / "x.arrow")
    assert pa.Table.from_batches(reader, schema=reader.schema).equals(DATA, check_metadata=True)
    assert reader.warnings == []


def test_some_fields_of_the_first_records(tmp_path: Path) -> None:
    write(tmp_path / "x.arrow", *DATA.to_batches(max_chunksize=1))
    reader = arrow.Reader(tmp_path / "x.arrow", fields=["N", "name"], limit=2)
    found = pa.Table.from_batches(reader, schema=reader.schema)
    assert found.to_pylist() == [{"n": 1, "name": "ä"}, {"n": None, "name": None}]


def test_an_empty_file_has_its_fields(tmp_path: Path) -> None:
    write(tmp_path / "x.arrow")
    reader = arrow.Reader(tmp_path / "x.arrow")
    assert (reader.schema.names, list(reader)) == (["name", "n", "image"], [])


def test_types_of_others_become_ours(tmp_path: Path) -> None:
    column = pa.array(["é"], pa.large_string())
    with (
        pa.OSFile(str(tmp_path / "x.feather"), "wb") as sink,
        pa.ipc.new_file(sink, pa.schema([("x", column.type)])) as w,
    ):
        w.write_batch(pa.record_batch([column], ["x"]))
    reader = arrow.Reader(tmp_path / "x.feather")
    assert (fields_of(reader.schema)[0].type, next(iter(reader)).to_pylist()) == (FieldType.V_WString, [{"x": "é"}])


@pytest.mark.parametrize("content", [b"", b"no arrow", b"ARROW1\0\0 cut off"])
def test_what_is_no_arrow_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.arrow").write_bytes(content)
    with pytest.raises(ToolError, match="cannot be read as an Arrow file"):
        arrow.Reader(tmp_path / "x.arrow")


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="There is no file"):
        arrow.Reader(tmp_path / "none.arrow")
