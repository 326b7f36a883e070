"""`yxdb`, an independent reader, reads what we write. It knows no Time, and takes a Date for a moment at midnight."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from yxdb.yxdb_reader import YxdbReader

from tests.tools.in_out.formats.yxdb.files import write
from tests.tools.in_out.formats.yxdb.test_round_trip import everything


def read_outside(path: Path) -> list[dict[str, Any]]:
    """All records, by that reader."""
    reader = YxdbReader(path=str(path))
    names = [field.name for field in reader.list_fields()]
    records = []
    while reader.next():
        records.append({name: reader.read_index(index) for index, name in enumerate(names)})
    return records


@pytest.mark.parametrize("compression", [True, False])
def test_every_type_but_time(tmp_path: Path, compression: bool) -> None:
    data = everything().drop_columns(["Time"])
    write(tmp_path / "every.yxdb", data, compression=compression)
    expected = data.to_pylist()
    for record in expected:
        if record["Date"] is not None:
            record["Date"] = datetime.datetime.combine(record["Date"], datetime.time())
        if record["Decimal"] is not None:
            record["Decimal"] = float(record["Decimal"])
    assert read_outside(tmp_path / "every.yxdb") == expected


@pytest.mark.parametrize("size", [0, 1, 3, 4, 126, 127, 128, 65_536, 300_000])
def test_lengths(tmp_path: Path, size: int) -> None:
    data = pa.table({"a": ["x" * size, "y"], "b": pa.array([b"b" * size, None], pa.binary())})
    write(tmp_path / "lengths.yxdb", data)
    assert read_outside(tmp_path / "lengths.yxdb") == data.to_pylist()


def test_two_record_blocks(tmp_path: Path) -> None:
    data = pa.table({"n": pa.array(range(65_540), pa.int32())})
    write(tmp_path / "blocks.yxdb", data)
    assert [record["n"] for record in read_outside(tmp_path / "blocks.yxdb")] == list(range(65_540))
