"""Reading in parts, files of other writers, and what is refused."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from engine.errors import ToolError
from engine.testing import table
from engine.types import Field, FieldType, Meaning, fields_of, schema_of
from tests.tools.in_out.formats.yxdb.files import read, write
from tools.in_out.formats.yxdb import Reader


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.yxdb"
    write(
        path,
        table("Name: V_WString, Age: Int32, Photo: Blob", ["Bart", 10, b"b" * 200], ["Lisa", 8, None]),
        compression=False,
    )
    return path


def test_fields_in_the_order_asked_for_whatever_their_case(people: Path) -> None:
    assert read(people, fields=["age", "Name"]).to_pylist() == [{"Age": 10, "Name": "Bart"}, {"Age": 8, "Name": "Lisa"}]


def test_a_field_that_is_not_there(people: Path) -> None:
    with pytest.raises(ToolError, match=r"No field \[Nam\].*Did you mean 'Name'"):
        Reader(people, fields=["Nam"])


@pytest.mark.parametrize(("limit", "names"), [(0, []), (1, ["Bart"]), (2, ["Bart", "Lisa"]), (9, ["Bart", "Lisa"])])
def test_a_limit(people: Path, limit: int, names: list[str]) -> None:
    assert read(people, limit=limit)["Name"].to_pylist() == names


def test_a_reader_reads_more_than_once(people: Path) -> None:
    reader = Reader(people)
    assert [batch.num_rows for batch in reader] == [batch.num_rows for batch in reader] == [2]


def blobs(path: Path, records: int, size: int) -> None:
    """A file of blobs that differ."""
    values = [np.random.default_rng(number).bytes(size) for number in range(records)]
    write(path, pa.table({"blob": pa.array(values, pa.binary())}))


def test_batches_are_bounded_in_bytes(tmp_path: Path) -> None:
    blobs(tmp_path / "blobs.yxdb", 10, 3 << 20)
    sizes = [batch.nbytes for batch in Reader(tmp_path / "blobs.yxdb")]
    assert len(sizes) > 1
    assert max(sizes) <= 16 << 20


def test_batches_do_not_share_memory(tmp_path: Path) -> None:
    blobs(tmp_path / "blobs.yxdb", 10, 3 << 20)
    kept = pa.Table.from_batches(list(Reader(tmp_path / "blobs.yxdb")))
    assert [value.as_py() == np.random.default_rng(at).bytes(3 << 20) for at, value in enumerate(kept["blob"])] == [
        True
    ] * 10


def test_the_first_batch_comes_before_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "blobs.yxdb"
    blobs(path, 10, 3 << 20)
    damaged = bytearray(path.read_bytes())
    damaged[20 << 20 : 21 << 20] = bytes(1 << 20)
    path.write_bytes(damaged)
    batches = iter(Reader(path))
    assert next(batches).num_rows > 0
    with pytest.raises(ToolError, match=r"blobs\.yxdb is damaged at byte 2\d,\d{3},\d{3}: a block of 0 bytes"):
        list(batches)


def test_without_compression_and_blocks(people: Path) -> None:
    """Compression 0 in the header: the records follow the metadata as they are. Alteryx's own reader takes it."""
    raw = people.read_bytes()
    (units,) = struct.unpack_from("<I", raw, 80)
    (index,) = struct.unpack_from("<q", raw, 96)
    begin = 512 + 2 * units
    expected = read(people)
    bare = bytearray(raw[:begin] + raw[begin + 4 : index])
    struct.pack_into("<q", bare, 96, 0)
    struct.pack_into("<i", bare, 112, 0)
    people.write_bytes(bare)
    assert read(people).equals(expected)


def test_without_an_index(tmp_path: Path) -> None:
    """Alteryx's released C++ library never writes one."""
    path = tmp_path / "many.yxdb"
    write(path, pa.table({"n": pa.array(range(70_000), pa.int32())}))
    raw = bytearray(path.read_bytes())
    (index,) = struct.unpack_from("<q", raw, 96)
    path.write_bytes(raw[:index] + bytes(4))
    assert read(path)["n"].to_pylist() == list(range(70_000))


def test_a_record_block_starts_where_the_index_says(tmp_path: Path) -> None:
    """In files with a spatial index, other blocks stand between the record blocks."""
    path = tmp_path / "many.yxdb"
    write(path, pa.table({"n": pa.array(range(70_000), pa.int32())}))
    raw = path.read_bytes()
    (index,) = struct.unpack_from("<q", raw, 96)
    count, first, second = struct.unpack_from("<Iqq", raw, index)
    assert count == 2
    between = struct.pack("<I", 0x80000000 | 64) + b"s" * 64
    moved = bytearray(raw[:second] + between + raw[second:index] + struct.pack("<Iqq", 2, first, second + len(between)))
    struct.pack_into("<q", moved, 96, index + len(between))
    path.write_bytes(moved)
    assert read(path)["n"].to_pylist() == list(range(70_000))


def test_the_amp_engines_format_is_refused_with_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "amp.yxdb"
    path.write_bytes(b"Alteryx e2 Database file".ljust(64) + bytes(1000))
    with pytest.raises(ToolError, match="AMP engine") as raised:
        Reader(path)
    assert "Turn AMP off" in raised.value.hint


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" + bytes(600), bytes(512)])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other.yxdb").write_bytes(content)
    with pytest.raises(ToolError, match=r"is no \.yxdb file"):
        Reader(tmp_path / "other.yxdb")


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"Cannot read .*missing\.yxdb: No such file"):
        Reader(tmp_path / "missing.yxdb")


def test_a_meaning_stands_in_the_source_only_where_that_is_free(tmp_path: Path) -> None:
    fields = [
        Field("a", FieldType.Blob, meaning=Meaning.image, source="File: x"),
        Field("b", FieldType.Blob, meaning=Meaning.model),
    ]
    write(tmp_path / "file.yxdb", schema_of(*fields).empty_table())
    assert 'source="flowrun:model"' in (tmp_path / "file.yxdb").read_bytes()[512:].decode("utf-16-le")
    a, b = fields_of(read(tmp_path / "file.yxdb").schema)
    assert (a.source, a.meaning) == ("File: x", None)
    assert (b.source, b.meaning) == ("", Meaning.model)
