"""Blocks: nothing is lost or moved, and their size follows the time they take."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from engine.cluster.blocks import Blocks


@given(st.lists(st.integers(1, 200), max_size=8), st.lists(st.floats(0.001, 10), min_size=1, max_size=8))
def test_all_records_come_in_their_order(sizes: list[int], seconds: list[float]) -> None:
    blocks, numbers, came = Blocks(), iter(range(10_000)), []
    for index, size in enumerate(sizes):
        for block in blocks.add(pa.record_batch({"n": [next(numbers) for _ in range(size)]})):
            came.append(block)
            blocks.learn(sum(batch.num_rows for batch in block), seconds[index % len(seconds)])
    came += blocks.rest()
    assert [n for block in came for batch in block for n in batch["n"].to_pylist()] == list(range(sum(sizes)))


def test_small_batches_are_put_together_and_large_ones_cut() -> None:
    blocks = Blocks()
    one = pa.record_batch({"n": [1]})
    assert [len(block) for _ in range(64) for block in blocks.add(one)] == [64]
    cut = blocks.add(pa.record_batch({"n": range(150)}))
    assert [[batch.num_rows for batch in block] for block in cut] == [[64], [64]]


def test_quick_blocks_grow_and_slow_ones_shrink() -> None:
    blocks, long = Blocks(), pa.record_batch({"n": range(100_000)})
    blocks.learn(64, 0.001)
    assert next(blocks.add(long))[0].num_rows == 256
    blocks = Blocks()
    blocks.learn(64, 100.0)
    assert next(blocks.add(long))[0].num_rows == 64  # what a network computes at once


def test_a_block_of_large_records_is_small() -> None:
    pictures = pa.record_batch({"image": [b"x" * (4 << 20)] * 10})
    assert [sum(batch.num_rows for batch in block) for block in Blocks().add(pictures)] == [4, 4]


def test_blocks_for_many_workers_may_take_longer() -> None:
    long = pa.record_batch({"n": range(10_000)})
    found = []
    for workers in (1, 40):
        blocks = Blocks(workers=workers)
        for _ in range(3):
            blocks.learn(1_000, 1.0)
        found.append(next(blocks.add(long))[0].num_rows)
    assert found == [448, 1_984]
