"""Joins in plain Python, and random tables for them."""

from __future__ import annotations

import math
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from engine.testing import table

Record = tuple[Any, ...]

NUMBERS = st.sampled_from([None, 0.0, -0.0, 1.0, math.nan, math.inf, 1e300])
TEXTS = st.sampled_from([None, "", "a", "A", "ä", "a\u0308", "Ωmega", "\0", "🍩", " a"])


@st.composite
def tables(draw: st.DrawFn, names: str = "abc") -> pa.Table:
    """Fields a (Double) and b (V_WString), full of doubles, nulls and NaN, and c, the number of the record."""
    rows = draw(st.lists(st.tuples(NUMBERS, TEXTS), max_size=12))
    number, text, place = list(names)
    return table(f"{number}: Double, {text}: V_WString, {place}: Int32", *([*row, i] for i, row in enumerate(rows)))


def records(data: pa.Table) -> list[Record]:
    """The records, with values that compare as the tools do: NaN equals NaN, 0.0 equals -0.0."""
    return [tuple(_plain(value) for value in row.values()) for row in data.to_pylist()]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else value + 0.0
    return value


def joined(left: pa.Table, right: pa.Table, keys: list[int]) -> dict[str, list[Record]]:
    """What a join by the fields at these places gives, in order."""
    lefts, rights = records(left), records(right)

    def key(record: Record) -> Record:
        return tuple(record[place] for place in keys)

    return {
        "J": [one + other for one in lefts for other in rights if key(one) == key(other)],
        "L": [one for one in lefts if key(one) not in {key(other) for other in rights}],
        "R": [other for other in rights if key(other) not in {key(one) for one in lefts}],
    }
