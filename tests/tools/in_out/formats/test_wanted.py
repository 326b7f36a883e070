"""Fields that are no longer wanted while a file is read: those that are stay right, whatever the format."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.testing import table
from tests.tools.in_out.formats.yxdb.test_properties import tables
from tools.in_out.formats import arrow, jsonl, parquet, xlsx, yxdb

Write = Callable[[Path, pa.Table], None]


def written(module: Any) -> Write:
    """By the writer of a format of ours."""

    def write(path: Path, data: pa.Table) -> None:
        writer = module.Writer(path, data.schema)
        for batch in data.to_batches(max_chunksize=2):
            writer.write(batch)
        writer.close()

    return write


def feather(packed: str | None) -> Write:
    def write(path: Path, data: pa.Table) -> None:
        options = pa.ipc.IpcWriteOptions(compression=packed)
        with pa.ipc.new_file(path, data.schema, options=options) as file:
            file.write_table(data, max_chunksize=2)

    return write


FORMATS: dict[str, tuple[Any, Write]] = {
    "parquet": (parquet, lambda path, data: pq.write_table(data, path, row_group_size=3)),
    "yxdb": (yxdb, written(yxdb)),
    "arrow": (arrow, feather(None)),
    "lz4": (arrow, feather("lz4")),
    "zstd": (arrow, feather("zstd")),
}


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_rows_of_batch", lambda *_: 2)
    monkeypatch.setattr("tools.in_out.formats.yxdb.scan.WINDOW", 64)


@pytest.mark.parametrize("name", FORMATS)
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=tables(), times=st.integers(1, 4), choices=st.data())
def test_what_is_wanted_is_the_same(name: str, data: pa.Table, times: int, choices: st.DataObject) -> None:
    module, write = FORMATS[name]
    data = pa.concat_tables([data] * times).combine_chunks()
    data = data.rename_columns([f"f{place}" for place in range(data.num_columns)])  # not all formats take all names
    some = st.lists(st.sampled_from(data.column_names), min_size=1, unique=True)
    fields = choices.draw(st.none() | some)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "any", data)
        reader = module.Reader(Path(folder) / "any", fields=fields, limit=choices.draw(st.none() | st.integers(1, 9)))
        expected = pa.Table.from_batches(module.Reader(reader.path, fields=fields, limit=reader._limit), reader.schema)
        done = 0
        for batch in reader:
            wanted = reader.wanted
            assert batch.schema.equals(reader.schema, check_metadata=True)
            for field in fields or data.column_names:
                if wanted is None or field in wanted:
                    assert batch[field].equals(expected[field].slice(done, batch.num_rows).combine_chunks()), field
            done += batch.num_rows
            reader.wanted = choices.draw(st.just([]) | some)
        assert done == expected.num_rows


@pytest.mark.parametrize(("module", "options"), [(jsonl, jsonl.ReadOptions(sample=1)), (xlsx, None)], ids=str)
def test_what_is_not_wanted_is_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: Any, options: Any
) -> None:
    monkeypatch.setattr(module, "_BATCH_ROWS", 1)
    written(module)(tmp_path / "some", table("a: Int32, b: V_WString", [1, "x"], [2, "y"]))
    reader = module.Reader(tmp_path / "some", options)
    reader.wanted = {"a"}
    assert pa.Table.from_batches(reader).to_pylist() == [{"a": 1, "b": None}, {"a": 2, "b": None}]


def test_nested_values_are_written_out_only_where_they_are_wanted(tmp_path: Path) -> None:
    days = pa.array([[date(2024, 1, 31)]] * 3)
    pq.write_table(pa.table({"days": days, "n": [1, 2, 3]}), tmp_path / "x.parquet")
    reader = parquet.Reader(tmp_path / "x.parquet")
    found = []
    for batch in reader:
        found += batch.to_pylist()
        reader.wanted = {"n"}
    assert [row["days"] for row in found] == ['["2024-01-31"]', '["2024-01-31"]', None]
    assert [row["n"] for row in found] == [1, 2, 3]


def test_values_of_a_dictionary_in_a_packed_file(tmp_path: Path) -> None:
    words = pa.array(["a", "b", "a", None]).dictionary_encode()
    feather("zstd")(tmp_path / "x.feather", pa.table({"n": [1, 2, 3, 4], "word": words, "m": [5, 6, 7, 8]}))
    reader = arrow.Reader(tmp_path / "x.feather")
    found = []
    for batch in reader:
        found += batch.to_pylist()
        reader.wanted = {"word"}
    assert [row["word"] for row in found] == ["a", "b", "a", None]
    assert [row["m"] for row in found] == [5, 6, None, None]
