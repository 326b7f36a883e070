"""Columns from Python values of mixed kinds, as JSON and spreadsheets have them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from engine.types import DATES, TEXTS, Field, FieldType
from tools.in_out._text import Misfit, convert, guess

_KINDS: dict[FieldType, set[type]] = {  # which Python types make up a field's type
    FieldType.Bool: {bool},
    FieldType.Int64: {int},
    FieldType.Double: {int, float},
    FieldType.Date: {dt.date},
    FieldType.DateTime: {dt.datetime, dt.date},
    FieldType.Time: {dt.time},
}
_INT64 = range(-(2**63), 2**63)
_EXACT = range(-(2**53), 2**53 + 1)  # whole numbers that a Double holds


def guess_type(values: Iterable[Any], *, dates_in_text: bool) -> FieldType:
    """The type that all values have in common; V_WString where there is none.

    `dates_in_text`: whether texts that all look like `2024-01-31`, a time or both become that.
    """
    present = [value for value in values if value is not None]
    kinds = set(map(type, present))
    whole = [value for value in present if type(value) is int]
    exact = _EXACT if float in kinds else _INT64
    if not kinds or not all(value in exact for value in whole):
        return FieldType.V_WString
    if dates_in_text and kinds == {str}:
        type_ = guess(pa.array(present, pa.string()))
        return type_ if type_ in DATES else FieldType.V_WString
    for type_, allowed in _KINDS.items():
        if kinds <= allowed:
            return type_
    return FieldType.V_WString


def column(values: Sequence[Any], field: Field) -> pa.Array:
    """Values as the field stores them; in a text field, what is no text becomes its JSON form.

    Raises:
        Misfit: the first value that does not fit.
    """
    if field.type in TEXTS:
        return pa.array([value if value is None else as_text(value) for value in values], pa.string())
    kinds = set(map(type, values)) - {type(None)}
    if field.type in DATES and kinds == {str}:
        return convert(pa.array(values, pa.string()), field)
    allowed = _KINDS.get(field.type, set())
    if not kinds <= allowed:
        raise _misfit(values, field, lambda value: type(value) not in allowed)
    if field.type is FieldType.DateTime and dt.date in kinds:
        values = [dt.datetime(*value.timetuple()[:3]) if type(value) is dt.date else value for value in values]
    try:
        return pa.array(values, field.arrow_type)
    except (pa.ArrowInvalid, OverflowError):
        raise _misfit(values, field, lambda value: type(value) is int and value not in _INT64) from None


def _misfit(values: Sequence[Any], field: Field, is_wrong: Any) -> Misfit:
    row = next(row for row, value in enumerate(values) if value is not None and is_wrong(value))
    return Misfit(row, as_text(values[row]), field)


def as_text(value: Any) -> str:
    """A value as text: text as it is, dates in ISO form, all else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_unknown)


def _unknown(value: Any) -> Any:
    """For JSON, what it has no word for."""
    if isinstance(value, bytes):
        return value.hex()
    return as_text(value) if isinstance(value, (dt.date, dt.time)) else str(value)
