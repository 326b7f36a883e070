"""The type of a field that takes the values of several."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import ToolError
from engine.types import BLOBS, INTEGERS, NUMBERS, TEXTS, Field, FieldType

_DIGITS = 76  # of the largest decimal that Arrow holds


def widest(fields: Sequence[Field], setting: str = "") -> Field:
    """The first field, with a type and size that hold the values of all.

    Whole numbers become the larger type, numbers with decimals FixedDecimal or Double, Date and DateTime DateTime;
    texts keep the longest size; what has nothing else in common becomes V_WString.

    Raises:
        ToolError: there are Blobs among other types.
    """
    first = fields[0]
    type_, size, scale = _type(fields, setting)
    meanings = {field.meaning for field in fields}
    meaning = first.meaning if len(meanings) == 1 else None
    return first.with_(type=type_, size=size, scale=scale, meaning=meaning)


def _type(fields: Sequence[Field], setting: str) -> tuple[FieldType, int | None, int | None]:
    types = {field.type for field in fields}
    if types <= set(NUMBERS):
        return _number(fields, types)
    if types <= set(TEXTS):
        return _text(types), max(field.size or 0 for field in fields), None
    if types <= set(BLOBS):
        kind = FieldType.Blob if FieldType.Blob in types else FieldType.SpatialObj
        return kind, max(field.size or 0 for field in fields), None
    if len(types) == 1:
        return fields[0].type, None, None
    if types == {FieldType.Date, FieldType.DateTime}:
        return FieldType.DateTime, None, None
    if types & set(BLOBS):
        raise ToolError(
            f"[{fields[0].name}] is {' and '.join(sorted(types))}; these do not go into one field.",
            hint="Rename one of them, or take it out, with Select.",
            setting=setting,
        )
    return FieldType.V_WString, None, None


def _number(fields: Sequence[Field], types: set[FieldType]) -> tuple[FieldType, int | None, int | None]:
    if types <= set(INTEGERS):
        return max(types, key=INTEGERS.index), None, None
    if len(types) == 1 and FieldType.FixedDecimal not in types:
        return fields[0].type, None, None
    if types & {FieldType.Float, FieldType.Double}:
        return FieldType.Double, None, None
    scale = max(field.scale or 0 for field in fields)
    whole = max(19 if field.type in INTEGERS else field.arrow_type.precision - (field.scale or 0) for field in fields)
    if whole + scale > _DIGITS:
        return FieldType.Double, None, None
    if types == {FieldType.FixedDecimal} and len({(field.size, field.scale) for field in fields}) == 1:
        return FieldType.FixedDecimal, fields[0].size, scale
    return FieldType.FixedDecimal, whole + scale + (1 if scale else 0), scale


def _text(types: set[FieldType]) -> FieldType:
    variable = "V_" if any(type_.startswith("V_") for type_ in types) else ""
    wide = "W" if any("W" in type_ for type_ in types) else ""
    return FieldType(f"{variable}{wide}String")
