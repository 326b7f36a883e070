from __future__ import annotations

import numpy as np
import pytest

from engine.context import Context, Resources
from engine.spool import Budget
from tools._models.rows import Rows

BLOCKS = [np.arange(6, dtype=np.uint8).reshape(3, 2), np.arange(10, 14, dtype=np.uint8).reshape(2, 2)]


@pytest.mark.parametrize("memory", [1 << 20, 8, 2], ids=["in memory", "moves to disk", "on disk"])
def test_gives_back_all_rows_in_order(memory: int) -> None:
    resources = Resources()
    resources.budget = Budget(memory)
    rows = Rows(Context("node", resources, {}, {}))
    for block in BLOCKS:
        rows.append(block)
    array, expected = rows.array(), np.concatenate(BLOCKS)
    assert (array.shape, array.dtype, len(array)) == (expected.shape, expected.dtype, len(expected))
    for some in (slice(None), slice(1, 3), slice(4, 99), slice(5, 9), np.array([3, 0, 3]), np.array([], int)):
        np.testing.assert_array_equal(array[some], expected[some])
    assert len(rows) == 5
    rows.close()
    assert not list(resources.folder.iterdir())
    assert resources.budget.take(memory)
    resources.close()
