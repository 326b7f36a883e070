"""Random tables with what goes wrong first: nulls, NaN, duplicates, unicode, empty texts; and plain Python beside."""

from __future__ import annotations

from typing import Any, TypeAlias

import pyarrow as pa
from hypothesis import strategies as st

from engine.testing import table

Row: TypeAlias = tuple[Any, ...]
FIELDS = "text: V_WString, whole: Int32, real: Double"

_TEXTS = st.one_of(
    st.none(), st.sampled_from(["", "a", "A", "b", "é", "e\u0301", "日本", "🍩", "a b", "'", '"', "NaN"])
)
_WHOLES = st.one_of(st.none(), st.integers(-3, 3), st.sampled_from([-(2**31), 2**31 - 1]))
_REALS = st.one_of(
    st.none(), st.sampled_from([0.0, -0.0, 1.5, -2.25, float("nan"), float("inf"), float("-inf"), 1e300])
)

rows: st.SearchStrategy[list[Row]] = st.lists(st.tuples(_TEXTS, _WHOLES, _REALS), max_size=24)
batch_rows = st.sampled_from([1, 2, 5, 65_536])


def build(data: list[Row]) -> pa.Table:
    """The rows with a last field that numbers them."""
    return table(FIELDS + ", number: Int64", *([*row, number] for number, row in enumerate(data)))


def key(value: Any) -> Any:
    """A value as one that Python compares by equality as flowrun does: NaN is NaN, 0 is -0."""
    return "NaN of a number" if value != value else value


def ascending(value: Any) -> tuple[int, Any]:
    """A value as one that Python sorts as flowrun does: Null, then values, then NaN."""
    if value is None:
        return (0, 0)
    if value != value:
        return (2, 0)
    return (1, value.encode() if isinstance(value, str) else value)
