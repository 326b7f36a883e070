"""Field types: Alteryx's seventeen names, how Arrow carries them, and what else a field knows about itself.

Records travel as `pyarrow.RecordBatch`. The Arrow type says how values are stored; the rest (Alteryx type and size,
where the field came from, what it means) stands in the Arrow field's metadata, so that it survives every tool that
passes a field on. `Field` is that pair unpacked; `Field.arrow()` and `Field.of()` convert.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

import pyarrow as pa

from engine.arrow import without_pandas
from engine.errors import ToolError, did_you_mean, listed

without_pandas()

MAX_TEXT = 1_073_741_823  # characters, as Alteryx writes it for V_WString
MAX_BLOB = 2_147_483_647  # bytes


class FieldType(StrEnum):
    """The seventeen types, in Alteryx's order and spelling."""

    Bool = "Bool"
    Byte = "Byte"
    Int16 = "Int16"
    Int32 = "Int32"
    Int64 = "Int64"
    FixedDecimal = "FixedDecimal"
    Float = "Float"
    Double = "Double"
    String = "String"
    WString = "WString"
    V_String = "V_String"
    V_WString = "V_WString"
    Date = "Date"
    Time = "Time"
    DateTime = "DateTime"
    Blob = "Blob"
    SpatialObj = "SpatialObj"


class Meaning(StrEnum):
    """What a field holds, beyond its type. Tools find their fields by it and the canvas shows them by it."""

    image = "image"  # Blob: a whole image file
    model = "model"  # Blob: a trained model, see tools/_models/model_record.py
    report = "report"  # V_WString: a self-contained HTML page
    label = "label"  # text: the class a record belongs to, or is predicted to
    truth = "truth"  # text: beside a prediction, the class a record does belong to
    probability = "probability"  # Double between 0 and 1
    fleeting = "fleeting"  # differs from one look to the next, as a time of last access; not compared between runs


INTEGERS = (FieldType.Byte, FieldType.Int16, FieldType.Int32, FieldType.Int64)
NUMBERS = (*INTEGERS, FieldType.FixedDecimal, FieldType.Float, FieldType.Double)
TEXTS = (FieldType.String, FieldType.WString, FieldType.V_String, FieldType.V_WString)
BLOBS = (FieldType.Blob, FieldType.SpatialObj)
DATES = (FieldType.Date, FieldType.Time, FieldType.DateTime)

_ARROW = {
    FieldType.Bool: pa.bool_(),
    FieldType.Byte: pa.uint8(),
    FieldType.Int16: pa.int16(),
    FieldType.Int32: pa.int32(),
    FieldType.Int64: pa.int64(),
    FieldType.Float: pa.float32(),
    FieldType.Double: pa.float64(),
    FieldType.Date: pa.date32(),
    FieldType.Time: pa.time64("us"),
    FieldType.DateTime: pa.timestamp("us"),
    FieldType.Blob: pa.binary(),
    FieldType.SpatialObj: pa.binary(),
    **{text: pa.string() for text in TEXTS},
}
_DEFAULT_SIZE = {
    FieldType.FixedDecimal: 19,
    FieldType.String: 254,
    FieldType.WString: 254,
    FieldType.V_String: MAX_TEXT,
    FieldType.V_WString: MAX_TEXT,
    FieldType.Blob: MAX_BLOB,
    FieldType.SpatialObj: MAX_BLOB,
}
_PREFIX = b"flowrun:"
_TYPE_TEXT = re.compile(r"\s*(\w+)\s*(?:\(\s*(\d+)\s*(?:[.,]\s*(\d+)\s*)?\))?\s*")


@dataclass(frozen=True)
class Field:
    """One field of a schema.

    `size` is in characters for text and FixedDecimal (sign and point included), in bytes for blobs, and None
    elsewhere; `scale` counts the decimals of a FixedDecimal. Left out, both take Alteryx's defaults.
    """

    name: str
    type: FieldType
    size: int | None = None
    scale: int | None = None
    source: str = ""
    description: str = ""
    meaning: Meaning | None = None

    def __post_init__(self) -> None:
        if self.size is None:
            object.__setattr__(self, "size", _DEFAULT_SIZE.get(self.type))
        if self.scale is None and self.type is FieldType.FixedDecimal:
            object.__setattr__(self, "scale", 6)

    def arrow(self) -> pa.Field:
        """This field as an Arrow field, nullable, with everything else in its metadata."""
        facts = {
            "type": self.type,
            "size": self.size,
            "scale": self.scale,
            "source": self.source,
            "description": self.description,
            "meaning": self.meaning,
        }
        metadata = {
            _PREFIX + key.encode(): str(value).encode() for key, value in facts.items() if value not in (None, "")
        }
        return pa.field(self.name, self.arrow_type, metadata=metadata)

    @property
    def arrow_type(self) -> pa.DataType:
        """The Arrow type that stores this field's values."""
        if self.type is not FieldType.FixedDecimal:
            return _ARROW[self.type]
        assert self.size is not None
        assert self.scale is not None
        digits = max(self.size - (1 if self.scale else 0), self.scale, 1)
        return pa.decimal128(digits, self.scale) if digits <= 38 else pa.decimal256(min(digits, 76), self.scale)

    @classmethod
    def of(cls, field: pa.Field) -> Field:
        """Unpack an Arrow field.

        Raises:
            ToolError: its Arrow type is none that flowrun carries (formats convert such columns when they read).
        """
        facts = {
            key[len(_PREFIX) :].decode(): value.decode()
            for key, value in (field.metadata or {}).items()
            if key.startswith(_PREFIX)
        }
        type_ = FieldType(facts["type"]) if "type" in facts else _type_of(field)
        size = int(facts["size"]) if "size" in facts else None
        scale = int(facts["scale"]) if "scale" in facts else None
        if type_ is FieldType.FixedDecimal and size is None:
            scale = field.type.scale
            size = field.type.precision + (1 if scale else 0)
        return cls(
            field.name,
            type_,
            size,
            scale,
            facts.get("source", ""),
            facts.get("description", ""),
            Meaning(facts["meaning"]) if "meaning" in facts else None,
        )

    def with_(self, **changes: object) -> Field:
        """A copy with some attributes changed. A changed type takes its own default size unless one is given."""
        if "type" in changes and changes["type"] is not self.type:
            changes = {"size": None, "scale": None, **changes}
        return replace(self, **changes)  # type: ignore[arg-type]


def _type_of(field: pa.Field) -> FieldType:
    if pa.types.is_decimal(field.type):
        return FieldType.FixedDecimal
    if pa.types.is_string(field.type):
        return FieldType.V_WString
    for type_, arrow in _ARROW.items():
        if arrow == field.type:
            return type_
    raise ToolError(f"Field [{field.name}] has the Arrow type {field.type}, which flowrun does not carry.")


def parse_field(name: str, type_text: str, *, setting: str = "") -> Field:
    """A field from its name and `V_WString`, `V_String(20)` or `FixedDecimal(19.2)`; capitals do not matter.

    Raises:
        ToolError: there is no such type.
    """
    match = _TYPE_TEXT.fullmatch(type_text)
    by_key = {member.casefold(): member for member in FieldType}
    type_ = by_key.get(match[1].casefold()) if match else None
    if match is None or type_ is None:
        raise ToolError(
            f"[{name}] has the type '{type_text}'; types are {', '.join(FieldType)}.",
            hint=did_you_mean(match[1] if match else type_text, FieldType),
            setting=setting,
        )
    return Field(name, type_, int(match[2]) if match[2] else None, int(match[3]) if match[3] else None)


def schema_of(*fields: Field) -> pa.Schema:
    """An Arrow schema of these fields."""
    return pa.schema([field.arrow() for field in fields])


def fields_of(schema: pa.Schema) -> list[Field]:
    """The fields of an Arrow schema, unpacked, in order."""
    return [Field.of(field) for field in schema]


def find_field(schema: pa.Schema, name: str, *, setting: str = "", anchor: str = "") -> Field:
    """The field called `name`: exactly, or else without regard to case, as Alteryx does.

    Raises:
        ToolError: there is none; the message lists what there is and guesses what was meant.
    """
    if name in schema.names:
        return Field.of(schema.field(name))
    for candidate in schema.names:
        if candidate.casefold() == name.casefold():
            return Field.of(schema.field(candidate))
    where = f"the input {anchor}" if anchor else "the input"
    raise ToolError(
        f"No field [{name}]; {where} has {listed(schema.names)}.",
        hint=did_you_mean(name, schema.names),
        setting=setting,
        missing=name,
    )


def field_meaning(schema: pa.Schema, meaning: Meaning) -> Field | None:
    """The first field that holds what `meaning` says, or None."""
    return next((field for field in fields_of(schema) if field.meaning is meaning), None)


_OPEN = b"flowrun:open"


def open_schema(schema: pa.Schema) -> pa.Schema:
    """Mark a schema as a promise of *at least* these fields; more come to light when the workflow runs.

    For tools whose fields depend on data (Predict: one probability a label; CrossTab: one field a value). The
    checker stays silent about a field that an open schema lacks, and the scheduler waits for the first batch.
    """
    return schema.with_metadata({**(schema.metadata or {}), _OPEN: b"1"})


def is_open(schema: pa.Schema) -> bool:
    """Whether more fields may come to light at run time."""
    return _OPEN in (schema.metadata or {})
