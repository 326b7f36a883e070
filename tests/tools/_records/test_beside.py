"""What a query found comes back to its records, however both are cut."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tools._records.beside import beside, chosen

sizes = st.lists(st.integers(0, 5), max_size=6)


def cut(numbers: list[int], parts: list[int]) -> list[pa.RecordBatch]:
    """The numbers in batches of these sizes, and one with the rest."""
    batches, start = [], 0
    for size in [*parts, len(numbers)]:
        batches.append(pa.RecordBatch.from_pydict({"n": pa.array(numbers[start : start + size], pa.int64())}))
        start += size
    return batches


@given(sizes, sizes)
def test_columns_stand_beside_their_records(left: list[int], right: list[int]) -> None:
    numbers = list(range(20))
    records, found = cut(numbers, left), cut([-number for number in numbers], right)
    pairs = list(beside(records, iter(found)))
    assert [batch["n"].to_pylist() for batch, _ in pairs] == [
        [-x for x in columns[0].to_pylist()] for _, columns in pairs
    ]
    assert [number for batch, _ in pairs for number in batch["n"].to_pylist()] == numbers


@given(sizes, sizes, st.sets(st.integers(0, 19)))
def test_the_mask_marks_the_chosen(left: list[int], right: list[int], wanted: set[int]) -> None:
    masked = chosen(cut(list(range(20)), left), iter(cut(sorted(wanted), right)))
    kept = [number for batch, mask in masked for number in batch.filter(mask)["n"].to_pylist()]
    assert kept == sorted(wanted)
