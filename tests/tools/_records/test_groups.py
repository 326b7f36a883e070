"""Groups are numbered in order of their first record, whatever the batches."""

from __future__ import annotations

import math

import pyarrow as pa
from hypothesis import given

from tests.tools._records import random_tables
from tools._records.groups import Groups


@given(random_tables.rows, random_tables.batch_rows)
def test_numbers_and_counts_agree_with_python(data: list[random_tables.Row], batch_rows: int) -> None:
    groups = Groups(["text", "real"])
    got = []
    for batch in random_tables.build(data).to_batches(max_chunksize=batch_rows):
        got += list(zip(*(numbers.tolist() for numbers in groups.count(batch)), strict=True))
    seen: dict[object, list[int]] = {}
    expected = []
    for text, _, real in data:
        number, count = seen.setdefault((text, random_tables.key(real)), [len(seen), 0])
        expected.append((number, count))
        seen[text, random_tables.key(real)][1] += 1
    assert got == expected
    assert groups.sizes.tolist() == [count for _, count in seen.values()]


def test_null_nan_and_zeros() -> None:
    values = [None, math.nan, 0.0, -0.0, None, math.nan]
    batch = pa.RecordBatch.from_pydict({"x": pa.array(values, pa.float64())})
    assert Groups(["x"]).number(batch).tolist() == [0, 1, 2, 2, 0, 1]


def test_without_names_all_are_one_group() -> None:
    assert Groups([]).number(pa.RecordBatch.from_pydict({"x": [1, 2, 3]})).tolist() == [0, 0, 0]
