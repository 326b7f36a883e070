"""Any table comes back as it was."""

from __future__ import annotations

import datetime
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.types import Field, FieldType, schema_of
from tests.tools.in_out.formats.yxdb.files import read, write

UNICODE = st.characters(exclude_categories=["Cs"])
LATIN = st.characters(max_codepoint=0xFF)
NO_NUL = st.characters(exclude_categories=["Cs"], exclude_characters="\0", max_codepoint=0xFFFF)
LENGTHS = st.sampled_from([0, 1, 2, 3, 4, 5, 62, 63, 64, 65, 126, 127, 128, 129, 254, 255, 256])
DAYS = st.dates(min_value=datetime.date(1400, 1, 1))


def long_text(letters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Short texts of any letters, or one letter as often as it takes to come near a border."""
    return st.text(letters, max_size=8) | st.builds(lambda letter, size: letter * size, letters, LENGTHS)


VALUES: dict[FieldType, st.SearchStrategy[Any]] = {
    FieldType.Bool: st.booleans(),
    FieldType.Byte: st.integers(0, 255),
    FieldType.Int16: st.integers(-(2**15), 2**15 - 1),
    FieldType.Int32: st.integers(-(2**31), 2**31 - 1),
    FieldType.Int64: st.integers(-(2**63), 2**63 - 1),
    FieldType.FixedDecimal: st.decimals(-9999999, 9999999, places=3, allow_nan=False),
    FieldType.Float: st.floats(width=32, allow_nan=False),
    FieldType.Double: st.floats(allow_nan=False),
    FieldType.String: st.text(st.characters(max_codepoint=0xFF, exclude_characters="\0"), max_size=9),
    FieldType.WString: st.text(NO_NUL, max_size=9),
    FieldType.V_String: long_text(LATIN),
    FieldType.V_WString: long_text(UNICODE),
    FieldType.Date: DAYS,
    FieldType.Time: st.times().map(lambda time: time.replace(microsecond=0)),
    FieldType.DateTime: st.datetimes(min_value=datetime.datetime(1400, 1, 1)).map(lambda at: at.replace(microsecond=0)),
    FieldType.Blob: st.binary(max_size=300),
    FieldType.SpatialObj: st.binary(max_size=30),
}
SIZES = {FieldType.String: (9, None), FieldType.WString: (9, None), FieldType.FixedDecimal: (12, 3)}
NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=9
)


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    """A table of a few fields of any types under any names, with a few records, some values null."""
    types = draw(st.lists(st.sampled_from(FieldType), min_size=1, max_size=6))
    names = draw(st.lists(NAMES, min_size=len(types), max_size=len(types), unique_by=str.casefold))
    fields = [Field(name, type_, *SIZES.get(type_, (None, None))) for name, type_ in zip(names, types, strict=True)]
    rows = draw(st.integers(0, 6))
    columns = [
        pa.array(draw(st.lists(st.none() | VALUES[field.type], min_size=rows, max_size=rows)), field.arrow_type)
        for field in fields
    ]
    return pa.table(columns, schema=schema_of(*fields))


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=tables(), compression=st.booleans(), batch_rows=st.integers(1, 7))
def test_round_trip(data: pa.Table, compression: bool, batch_rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.yxdb"
        assert write(path, data, compression=compression, batch_rows=batch_rows) == []
        back = read(path)
        assert back.schema.equals(data.schema, check_metadata=True)
        assert back.equals(data)
        names = data.column_names[::-1][:2]
        assert read(path, fields=names, limit=2).equals(data.select(names).slice(0, 2))


@settings(max_examples=100, deadline=None)
@given(value=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=18))
def test_decimals_of_any_length(value: Decimal) -> None:
    field = Field("x", FieldType.FixedDecimal, 45, 18)
    data = pa.table([pa.array([value, None, -value], field.arrow_type)], schema=schema_of(field))
    with tempfile.TemporaryDirectory() as folder:
        assert write(Path(folder) / "x.yxdb", data) == []
        assert read(Path(folder) / "x.yxdb").equals(data)
