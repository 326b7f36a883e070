"""Digests of records: the same for the same, wherever batches end."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from engine import types
from engine.digests import Digests
from engine.station import Station
from engine.testing import table
from engine.tool import Config, Home, Tool
from engine.types import Field, FieldType, Meaning


def digest(records: pa.Table, rows: int = 1_000) -> str:
    watching, station = Digests(), Station("a", Tool(Config(), Home()), {}, [])
    for batch in records.to_batches(max_chunksize=rows):
        station.emitted["out"] = batch.schema
        station.records["out"] = station.records.get("out", 0) + batch.num_rows
        watching.sent(station, "out", batch)
    station.declared["out"] = records.schema
    watching.ended(station)
    return watching.of["a", "out"]


ROW = st.tuples(
    st.none() | st.booleans(),
    st.none() | st.integers(-5, 5),
    st.none() | st.text(max_size=3),
    st.none() | st.binary(max_size=3),
    st.none() | st.floats(),
)
COLUMNS = "flag: Bool, n: Int32, text: V_WString, data: Blob, x: Double"


@given(st.lists(ROW, max_size=20), st.integers(1, 7))
def test_where_batches_end_makes_no_difference(rows: list[tuple[object, ...]], size: int) -> None:
    records = table(COLUMNS, *map(list, rows))
    assert digest(records, size) == digest(records)


@given(st.lists(ROW, max_size=8), st.lists(ROW, max_size=8))
def test_other_records_give_another_digest(one: list[tuple[object, ...]], other: list[tuple[object, ...]]) -> None:
    """Compared by their text, as nan is not equal to itself and 0.0 is to -0.0."""
    same = repr(one) == repr(other)
    assert (digest(table(COLUMNS, *map(list, one))) == digest(table(COLUMNS, *map(list, other)))) is same


def test_what_is_null_or_empty_is_told_apart() -> None:
    assert digest(table("a: V_WString", [""])) != digest(table("a: V_WString", [None]))
    assert digest(table("a: V_WString", ["ab"], ["c"])) != digest(table("a: V_WString", ["a"], ["bc"]))


def test_a_field_that_differs_by_nature_does_not_count() -> None:
    schema = types.schema_of(Field("n", FieldType.Int32), Field("seen", FieldType.Int32, meaning=Meaning.fleeting))
    one, other = (pa.table([pa.array([1], pa.int32()), pa.array([n], pa.int32())], schema=schema) for n in (1, 2))
    assert digest(one) == digest(other)


def test_the_last_of_many_records_counts() -> None:
    numbers = pa.array(range(3_000_000), pa.int32())
    one, other = (pa.table({"n": pa.chunked_array([numbers, pa.array([n], pa.int32())])}) for n in (1, 2))
    schema = types.schema_of(Field("n", FieldType.Int32))
    assert digest(one.cast(schema), 65_536) != digest(other.cast(schema), 65_536)
