from __future__ import annotations

from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import pytest

from engine.context import Context, Resources
from engine.spool import Budget
from tools._models.rows import Rows, _OnDisk

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


class _Short(FileIO):
    """Gives a few bytes at once, as a system does of more than it can read in one piece."""

    def readinto(self, buffer: Any) -> int:
        return super().readinto(memoryview(buffer)[:3])


def test_a_short_read_is_gone_on_with(tmp_path: Path) -> None:
    whole = np.arange(40, dtype=np.int32).reshape(5, 4, 2)
    whole.tofile(tmp_path / "some.rows")
    with _Short(tmp_path / "some.rows") as file:
        array = _OnDisk(cast(BinaryIO, file), whole.dtype, whole.shape)
        np.testing.assert_array_equal(array[1:5], whole[1:5])
        np.testing.assert_array_equal(array[np.array([4, 0])], whole[[4, 0]])


def test_rows_that_are_not_there_are_no_rows(tmp_path: Path) -> None:
    (tmp_path / "some.rows").write_bytes(bytes(10))
    with FileIO(tmp_path / "some.rows") as file:
        array = _OnDisk(cast(BinaryIO, file), np.dtype(np.int32), (5, 2))
        with pytest.raises(OSError, match="ends before its rows do"):
            array[:]
