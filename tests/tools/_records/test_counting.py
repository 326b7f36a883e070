"""Records are counted in their groups, whether these are few or more than are kept in mind."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.context import Context, Resources
from tests.tools._records import random_tables
from tools._records import counting
from tools._records.counting import Counting
from tools._records.grouped import Grouped


@settings(max_examples=100, deadline=None)
@given(
    rows=random_tables.rows,
    batch_rows=random_tables.batch_rows,
    names=st.lists(st.sampled_from(["text", "whole", "real"]), unique=True),
    most=st.integers(0, 4),
    parts=st.sampled_from([1, 3]),
)
def test_before_each_record(
    rows: list[random_tables.Row], batch_rows: int, names: list[str], most: int, parts: int
) -> None:
    data = random_tables.build(rows)
    resources = Resources()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "_BYTES_A_GROUP", resources.share // (most + 1) + 1)
        patch.setattr(Grouped, "_parts", lambda self, names: parts if self.rows else 1)
        context = Context("node", resources, {"in": data.schema}, {})
        counted = Counting(context, names)
        found = [pair for batch in data.to_batches(max_chunksize=batch_rows) for pair in counted.take(batch)]
        found += counted.rest()
        counted.close()
        resources.close()
    assert pa.Table.from_batches([batch for batch, _ in found], data.schema)["number"].equals(data["number"])
    seen: dict[object, int] = {}
    expected = []
    for row in data.to_pylist():
        key = tuple(random_tables.key(row[name]) for name in names)
        expected.append(seen.get(key, 0))
        seen[key] = expected[-1] + 1
    assert [number for _, before in found for number in before.tolist()] == expected
