"""Values in order with how often each comes, by sorting and by grouping."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.server.columns import Columns
from engine.server.counted import counted, runs
from engine.server.kept import Kept
from engine.server.work import Work
from engine.types import Field, FieldType
from tests.engine.server.conftest import keep

NAN = float("nan")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], []),
        ([[]], []),
        ([[1, 1, 2], [2, 2], [], [2, 3]], [(1, 2), (2, 4), (3, 1)]),
        ([[1], [2], [2]], [(1, 1), (2, 2)]),
        ([[-0.0, 0.0, 1.5, NAN], [NAN, NAN]], [(-0.0, 2), (1.5, 1), (NAN, 3)]),
    ],
)
def test_runs_cross_parts(parts: list[list[float]], expected: list[tuple[float, int]]) -> None:
    found = [
        pair for part in runs(map(np.array, parts)) for pair in zip(*(list(column) for column in part), strict=True)
    ]
    assert repr([(float(value), int(count)) for value, count in found]) == repr(
        [(float(value), count) for value, count in expected]
    )


@pytest.mark.parametrize("type_", [FieldType.Double, FieldType.Float, FieldType.Byte, FieldType.Int64])
def test_sorting_and_grouping_come_to_the_same(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, type_: FieldType
) -> None:
    special: list[Any] = [NAN, NAN, float("inf"), -1.5] if type_ in (FieldType.Double, FieldType.Float) else [9]
    field = Field("n", type_)
    keep(folder, "b", [field], [[3, None, 1, *special]], [[1, None, 200, *special]])
    columns = Columns(Kept.of(folder, "b", ""))
    ways = []
    for many in (1, 1 << 16):
        monkeypatch.setattr("engine.server.counted._MANY", many)
        work = Work(tmp_path)
        ways.append([row for batch in counted(columns, field, 2, work) for row in batch.to_pylist()])
        work.close()
    assert repr(ways[0]) == repr(ways[1])
    assert ways[0][0] == {"value": None, "count": 2}
