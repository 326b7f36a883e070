"""The first records of each output anchor, kept as they pass."""

from __future__ import annotations

import gc
from pathlib import Path

import pyarrow as pa

from engine.previews import BYTES, LARGEST_VALUE, RECORDS, Previews
from engine.server.kept import Kept


def _numbers(count: int, start: int = 0) -> pa.RecordBatch:
    return pa.record_batch({"n": pa.array(range(start, start + count), pa.int64())})


def _blobs(*sizes: int) -> pa.RecordBatch:
    return pa.record_batch({"blob": pa.array([b"x" * size for size in sizes], pa.binary())})


def test_the_first_records_of_many_batches(tmp_path: Path) -> None:
    previews = Previews(tmp_path / "anchors")
    for start in range(0, 1000, 30):
        previews.see("node", "out", _numbers(30, start))
    assert Kept.of(tmp_path, "node", "out").read(0, 1000).records["n"].to_pylist() == list(range(RECORDS))


def test_they_can_be_read_while_more_are_to_come(tmp_path: Path) -> None:
    previews = Previews(tmp_path / "anchors")
    previews.see("node", "out", _numbers(3))
    kept = Kept.of(tmp_path, "node", "out")
    assert kept.count == 3
    assert kept.read(1, 1).records["n"].to_pylist() == [1]
    previews.end("node", {})


def test_what_was_cut_off_in_writing_is_left_out(tmp_path: Path) -> None:
    previews = Previews(tmp_path / "anchors")
    previews.see("node", "out", _numbers(3))
    path = tmp_path / "anchors" / "node.out.arrows"
    whole = path.read_bytes()
    previews.see("node", "out", _numbers(3))
    path.write_bytes(path.read_bytes()[: len(whole) + 20])
    assert Kept.of(tmp_path, "node", "out").count == 3


def test_an_anchor_by_which_nothing_left_shows_its_fields(tmp_path: Path) -> None:
    previews = Previews(tmp_path / "anchors")
    previews.see("node", "T", _numbers(0))
    previews.end("node", {"T": _numbers(0).schema, "F": _blobs().schema, "R": None})
    assert Kept.of(tmp_path, "node", "T").schema.names == ["n"]
    assert Kept.of(tmp_path, "node", "F").count == 0
    assert sorted(path.name for path in (tmp_path / "anchors").iterdir()) == ["node.F.arrows", "node.T.arrows"]


def test_large_records_fill_the_budget_early(tmp_path: Path) -> None:
    previews = Previews(tmp_path / "anchors")
    previews.see("node", "out", _blobs(*[BYTES // 4 - 100] * 10))
    assert Kept.of(tmp_path, "node", "out").count == 4
    assert (tmp_path / "anchors" / "node.out.arrows").stat().st_size <= BYTES + 4096


def test_a_photo_larger_than_the_budget_is_kept_alone(tmp_path: Path) -> None:
    previews = Previews(tmp_path / "anchors")
    previews.see("node", "out", _blobs(BYTES + 1, 1, 1))
    assert Kept.of(tmp_path, "node", "out").count == 1


def test_a_value_that_is_too_large_leaves_its_size(tmp_path: Path) -> None:
    previews = Previews(tmp_path / "anchors")
    previews.see("node", "out", _blobs(5, LARGEST_VALUE + 1, 7))
    part = Kept.of(tmp_path, "node", "out").read(0, 10)
    assert part.records["blob"].to_pylist() == [b"x" * 5, None, b"x" * 7]
    assert part.cut == {("blob", 1): LARGEST_VALUE + 1}
    assert (tmp_path / "anchors" / "node.out.arrows").stat().st_size < 4096


def test_nothing_of_a_batch_stays_alive(tmp_path: Path) -> None:
    previews = Previews(tmp_path / "anchors")
    before = pa.total_allocated_bytes()
    batch = _numbers(1_000_000)
    previews.see("node", "out", batch.slice(0, 10))
    del batch
    gc.collect()
    assert pa.total_allocated_bytes() - before < 100_000
    previews.end("node", {})


def test_a_disk_that_takes_nothing_costs_the_preview_and_not_the_run(tmp_path: Path) -> None:
    (tmp_path / "anchors").write_text("a file where a folder should be")
    previews = Previews(tmp_path / "anchors")
    previews.see("node", "out", _numbers(3))
    previews.end("node", {"out": _numbers(0).schema})
