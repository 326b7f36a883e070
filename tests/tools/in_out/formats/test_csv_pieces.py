"""However a text file is cut, the same records come."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pytest

from tools.in_out.formats import csv
from tools.in_out.formats.csv.pieces import Pieces, side_by_side


def pieces(data: bytes, quote: bytes = b'"', size: int = 8) -> tuple[list[bytes], int]:
    """The pieces, and where they end."""
    cut = Pieces(io.BytesIO(data), quote, size)
    return [bytes(piece.data) for piece in cut], cut.end


@pytest.mark.parametrize(
    ("data", "expected", "end"),
    [
        (b"a\nb\nc", [b"a\nb\nc"], 5),
        (b"ab\ncd\nef\ngh\n", [b"ab\ncd\n", b"ef\ngh\n"], 12),
        (b"1234567\n1234567\n", [b"1234567\n", b"1234567\n"], 16),
        (b"", [], 0),
        (b"a\n123456789012345678\nb\n", [b"a\n"], 2),
        (b'ab\ncd\n"f"\ngh\n', [b"ab\ncd\n"], 6),
        (b"ab\ncde\n\xef\xbb\xbfx\n", [b"ab\ncde\n"], 7),
        (b"\xef\xbb\xbfx\n", [b"\xef\xbb\xbfx\n"], 5),
    ],
)
def test_pieces_are_whole_lines_up_to_where_that_is_not_sure(data: bytes, expected: list[bytes], end: int) -> None:
    assert pieces(data) == (expected, end)


def test_where_nothing_is_quoted_a_quote_is_a_character() -> None:
    assert pieces(b'ab\n"d\n"f\n', quote=b"") == ([b'ab\n"d\n', b'"f\n'], 9)


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
