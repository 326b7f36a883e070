"""Numbers of three fields that depend on each other, with holes, for the tests of correlations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from engine.types import Field, FieldType, schema_of

SCHEMA = schema_of(
    Field("x", FieldType.Double),
    Field("y", FieldType.Int32),
    Field("even", FieldType.Bool),
    Field("t", FieldType.V_String),
)


def holed(records: int = 200) -> pa.Table:
    """`y` follows `x` in a curve with many equal values; every seventh `x` is Null and the first NaN."""
    chance = np.random.default_rng(3)
    x = chance.normal(size=records)
    y = (np.exp(x) * 3 + chance.normal(size=records)).astype(int)
    columns: list[Any] = [
        [None if place % 7 == 6 else float("nan") if place == 0 else float(value) for place, value in enumerate(x)],
        y,
        [value % 2 == 0 for value in y],
        ["yes" if value > 0 else "no" for value in x],
    ]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def complete(data: pa.Table) -> np.ndarray[Any, Any]:
    """The records with a number in `x`, `y` and `even`, as a matrix."""
    rows = [
        (row["x"], row["y"], row["even"]) for row in data.to_pylist() if row["x"] is not None and row["x"] == row["x"]
    ]
    return np.array(rows, float)
