"""Fields, packed and unpacked."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ToolError
from engine.types import Field, FieldType, Meaning, find_field, is_open, open_schema, schema_of

_FIELDS = st.builds(
    Field,
    name=st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs"])),
    type=st.sampled_from(FieldType),
    source=st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    description=st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    meaning=st.none() | st.sampled_from(Meaning),
)


@given(_FIELDS)
def test_a_field_survives_arrow(field: Field) -> None:
    assert Field.of(field.arrow()) == field


@pytest.mark.parametrize(
    ("size", "scale", "expected"),
    [(19, 6, pa.decimal128(18, 6)), (5, 0, pa.decimal128(5, 0)), (50, 2, pa.decimal256(49, 2))],
)
def test_decimals(size: int, scale: int, expected: pa.DataType) -> None:
    assert Field("x", FieldType.FixedDecimal, size, scale).arrow_type == expected


@pytest.mark.parametrize(
    ("arrow", "expected"),
    [
        (pa.string(), FieldType.V_WString),
        (pa.int32(), FieldType.Int32),
        (pa.binary(), FieldType.Blob),
        (pa.decimal128(10, 2), FieldType.FixedDecimal),
        (pa.timestamp("us"), FieldType.DateTime),
    ],
)
def test_arrow_fields_without_our_metadata(arrow: pa.DataType, expected: FieldType) -> None:
    assert Field.of(pa.field("x", arrow)).type is expected


def test_an_arrow_type_that_is_not_carried() -> None:
    with pytest.raises(ToolError, match=r"Field \[x\] has the Arrow type list"):
        Field.of(pa.field("x", pa.list_(pa.int8())))


def test_fields_are_found_without_regard_to_case() -> None:
    schema = schema_of(Field("Class", FieldType.V_WString), Field("FullPath", FieldType.V_WString))
    assert find_field(schema, "class").name == "Class"
    with pytest.raises(ToolError) as caught:
        find_field(schema, "Clas")
    assert str(caught.value) == "No field [Clas]; the input has Class, FullPath. Did you mean 'Class'?"


def test_a_new_type_takes_its_own_size() -> None:
    assert Field("x", FieldType.String, 10).with_(type=FieldType.Int32).size is None
    assert Field("x", FieldType.Int32).with_(type=FieldType.String, size=3).size == 3


def test_open_schemas() -> None:
    schema = schema_of(Field("x", FieldType.Int32))
    assert is_open(open_schema(schema))
    assert not is_open(schema)
