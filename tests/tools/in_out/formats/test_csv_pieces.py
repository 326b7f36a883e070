"""However a text file is cut, the same records come."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import csv as arrow_csv

from engine.errors import ToolError
from tools.in_out.formats import csv
from tools.in_out.formats.csv.pieces import Pieces, side_by_side


def pieces(data: bytes, quote: bytes = b'"', size: int = 8) -> tuple[list[bytes], int]:
    """The pieces, and where they end."""
    cut = Pieces(io.BytesIO(data), b",", quote, size)
    found = [bytes(piece.data) for piece in cut]
    assert cut.is_whole == (cut.end == len(data))
    return found, cut.end


@pytest.mark.parametrize(
    ("data", "expected", "end"),
    [
        (b"a\nb\nc", [b"a\nb\nc"], 5),
        (b"ab\ncd\nef\ngh\n", [b"ab\ncd\n", b"ef\ngh\n"], 12),
        (b"1234567\n1234567\n", [b"1234567\n", b"1234567\n"], 16),
        (b"1234567\n1234567", [b"1234567\n", b"1234567"], 15),
        (b"", [], 0),
        (b"a\n123456789012345678\nb\n", [b"a\n"], 2),
        (b'ab\ncd\n"f"\ngh\n', [b"ab\ncd\n", b'"f"\ngh\n'], 13),
        (b'ab\n"c\nd"\n', [b"ab\n", b'"c\nd"\n'], 9),
        (b'5"\n6"\n7"\n', [b'5"\n6"\n', b'7"\n'], 9),
        (b'"a""\n""b"\n', [], 0),
        (b'a\n"",""\n,\n', [b'a\n"",""\n', b",\n"], 10),
        (b'a\n",\n",\n,\n', [b'a\n",\n",\n', b",\n"], 10),
        (b'"x"y"\n"z\n', [b'"x"y"\n', b'"z\n'], 9),
        (b"ab\ncde\n\xef\xbb\xbfx\n", [b"ab\ncde\n"], 7),
        (b"\xef\xbb\xbfx\n", [b"\xef\xbb\xbfx\n"], 5),
        (b'\xef\xbb\xbf"a\nb"\n', [], 0),
    ],
)
def test_pieces_are_whole_records_up_to_a_longer_one(data: bytes, expected: list[bytes], end: int) -> None:
    assert pieces(data) == (expected, end)


def test_where_nothing_is_quoted_a_quote_is_a_character() -> None:
    assert pieces(b'ab\n"d\n"f\n', quote=b"") == ([b'ab\n"d\n', b'"f\n'], 9)


def test_pieces_end_where_it_takes_too_long_to_find_a_records_end(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b'""\n' * 10
    assert pieces(data, size=20)[1] == len(data)
    monkeypatch.setattr("tools.in_out.formats.csv.pieces._STEPS", 5)
    assert pieces(data, size=20) == ([], 0)


def records(data: bytes | memoryview, columns: int) -> tuple[list[dict[str, Any]], list[str]]:
    """What Arrow reads, and what it leaves out."""
    bad: list[str] = []
    if data in (b"", codecs.BOM_UTF8):
        return [], bad
    names = [f"c{number}" for number in range(columns)]
    table = arrow_csv.read_csv(
        pa.py_buffer(data),
        arrow_csv.ReadOptions(column_names=names, use_threads=False),
        arrow_csv.ParseOptions(
            newlines_in_values=True,
            ignore_empty_lines=columns > 1,
            invalid_row_handler=lambda row: bad.append(row.text) or "skip",  # type: ignore[func-returns-value]
        ),
        arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    return table.to_pylist(), bad


VALUES = st.one_of(
    st.text('",\n\r a', max_size=8),
    st.text('",\n\r a', max_size=8).map(lambda text: '"' + text.replace('"', '""') + '"'),
)


@given(
    st.lists(st.tuples(VALUES, st.sampled_from([",", ",", "\n", "\r\n", "\r", ""]))),
    st.integers(1, 3),
    st.integers(1, 30),
    st.booleans(),
)
def test_arrow_reads_the_same_from_the_pieces(
    parts: list[tuple[str, str]], columns: int, size: int, has_mark: bool
) -> None:
    data = ("\ufeff" * has_mark + "".join(value + behind for value, behind in parts)).encode()
    cut = Pieces(io.BytesIO(data), b",", b'"', size)
    found = [records(piece.data, columns) for piece in cut]
    found.append(records(data[cut.end :], columns))
    together = [row for rows, _ in found for row in rows], [text for _, bad in found for text in bad]
    assert together == records(data, columns)


def test_results_come_in_order() -> None:
    assert list(side_by_side(lambda number: number * 2, range(100))) == list(range(0, 200, 2))


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("late", "read"), [("plain", "plain"), ('5" pipe', '5" pipe'), ('"quoted\nline"', "quoted\nline")]
)
def test_a_quote_anywhere_changes_nothing(tmp_path: Path, ending: str, late: str, read: str) -> None:
    rows = [f"{number},text {number},2024-01-31" for number in range(200_000)]
    rows[150_000] = f"150000,{late},2024-01-31"
    (tmp_path / "some.csv").write_bytes(ending.join(["n,t,d", *rows]).encode())
    reader = csv.Reader(tmp_path / "some.csv")
    found = pa.Table.from_batches(reader, schema=reader.schema)
    assert found["n"].to_pylist() == list(range(200_000))
    assert found["t"][150_000].as_py() == read
    assert found["t"][-1].as_py() == "text 199999"


def test_records_that_are_left_out_are_counted_in_all_pieces(tmp_path: Path) -> None:
    rows = [f"{number},x" for number in range(400_000)]
    for place in (10, 200_000, 399_999):
        rows[place] += ",more"
    (tmp_path / "some.csv").write_text("\n".join(["n,t", *rows]))
    reader = csv.Reader(tmp_path / "some.csv", csv.ReadOptions(bad_records="skip"))
    assert sum(batch.num_rows for batch in reader) == 399_997
    assert reader.warnings == ["some.csv: 3 records with too few or too many values were left out."]


def test_fields_that_are_no_longer_wanted_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.in_out.formats.csv.reader._PIECE", 1 << 16)
    path = tmp_path / "large.csv"
    lines = [f"{number},some text,{'?' if number == 90_000 else number},{number % 7}" for number in range(100_000)]
    path.write_text("\n".join(["n,text,odd,end", *lines]))
    reader = csv.Reader(path)
    batches = []
    for batch in reader:  # pieces that were being read already have everything
        batches.append(batch)
        reader.wanted = {"n"}
    found = pa.Table.from_batches(batches)
    assert found["n"].to_pylist() == list(range(100_000))
    assert found["end"].to_pylist() == [number % 7 for number in range(100_000)]  # tells of a quote that stays open
    assert found["text"][0].as_py() == "some text"
    assert found["text"][-1].as_py() is None


def packed(path: Path, data: bytes) -> Path:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.csv", data)
        return path
    pack: dict[str, Callable[[bytes], bytes]] = {".csv": bytes, ".gz": gzip.compress, ".bz2": bz2.compress}
    path.write_bytes(pack[path.suffix](data))
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.csv.bz2", "a.csv.zip"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1"])
def test_packed_files_and_other_encodings_are_cut_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, encoding: str
) -> None:
    rows = [f'{number},"ü\n{number}, ""x""",5" pipe' for number in range(10_000)]
    path = packed(tmp_path / name, "\n".join(["n,t,p", *rows]).encode(encoding))
    monkeypatch.setattr("tools.in_out.formats.csv.reader._PIECE", 1 << 12)
    monkeypatch.delattr(csv.Reader, "_streamed")
    found = pa.Table.from_batches(csv.Reader(path, csv.ReadOptions(types="text", encoding=encoding))).to_pylist()
    assert found == [{"n": str(number), "t": f'ü\n{number}, "x"', "p": '5" pipe'} for number in range(10_000)]


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_the_rest_behind_a_long_record_is_read_in_one_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    long = "x\n" * 5_000
    rows = [f'{number},"{long if number == 5_000 else number}"' for number in range(10_000)]
    path = packed(tmp_path / name, "\n".join(["n,t", *rows]).encode())
    monkeypatch.setattr("tools.in_out.formats.csv.reader._PIECE", 1 << 12)
    reader = csv.Reader(path)
    found = pa.Table.from_batches(reader, schema=reader.schema)
    assert found["n"].to_pylist() == list(range(10_000))
    assert found["t"][5_000].as_py() == long


@pytest.mark.parametrize("left", [1, 5_000])
def test_a_quote_that_is_never_closed_is_found_in_any_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    rows = [f'{number},"x"' for number in range(10_000 - left)]
    rows += ['1,"x', *["1,x"] * (left - 1)]
    (tmp_path / "a.csv").write_text("\n".join(["n,t", *rows, ""]))
    monkeypatch.setattr("tools.in_out.formats.csv.reader._PIECE", 1 << 12)
    with pytest.raises(ToolError, match=f"a quote in the record of line {10_002 - left} is never closed"):
        list(csv.Reader(tmp_path / "a.csv"))
