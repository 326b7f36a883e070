"""The index of keys: whole numbers close together and far apart, nulls, the ends of the range."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from tools._joining.index import KeyIndex

LEAST, MOST = -(2**63), 2**63 - 1


@pytest.mark.parametrize(
    "keys",
    [[5, 3, 4, 3], [LEAST, MOST, 0], [LEAST, LEAST + 1], [MOST, MOST - 3], [None, 1, None], [], [0, 10**12]],
)
def test_finds_whole_numbers(keys: list[int | None]) -> None:
    wanted = [*keys, LEAST, MOST, -1, 0, 7, None, 10**12 - 1]
    index = KeyIndex([pa.array(keys, pa.int64())])
    codes = index.find([pa.array(wanted, pa.int64())])
    pairs = [
        (int(place), int(row))
        for places, rows in index.pairs(codes, 3)
        for place, row in zip(np.atleast_1d(np.arange(len(wanted))[places]), rows, strict=True)
    ]
    assert pairs == [(place, row) for place, key in enumerate(wanted) for row, own in enumerate(keys) if own == key]


def test_pairs_keep_to_the_limit_and_say_all_at_once_as_a_slice() -> None:
    index = KeyIndex([pa.array(np.arange(10))])
    assert [places for places, _ in index.pairs(index.find([pa.array([3, 4, 5])]), 2)] == [slice(0, 2), slice(2, 3)]
    doubled = KeyIndex([pa.array([1, 1, 1])])
    assert [len(rows) for _, rows in doubled.pairs(doubled.find([pa.array([1, 1])]), 4)] == [4, 2]
