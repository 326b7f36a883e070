"""A translated part of an expression: its SQL and its type, and how one type stands in for another.

Inside an expression there are eight types: Bool, Int64, Double, V_WString, Date, Time, DateTime and Blob; fields of the
other nine are read as the nearest of them (an Int16 as Int64, a FixedDecimal as Double, ...). `Null()` has none.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from engine.errors import ToolError
from engine.expression import convert
from engine.expression.nodes import NOWHERE, Place
from engine.remarks import remark_sql
from engine.sql import in_template, quote_text
from engine.types import DATES, FieldType

TEXT, INTEGER, NUMBER, BOOL = FieldType.V_WString, FieldType.Int64, FieldType.Double, FieldType.Bool
_LONGEST_SHOWN = 60  # characters of a value in a message
_SERIALS = 2_958_466  # days of Excel, from 1899-12-30 to the end of 9999
UNKNOWN: Any = object()
"""The `constant` of a value that only the data tells."""


@dataclass(frozen=True)
class Value:
    """A part of an expression.

    Attributes:
        sql: self-contained SQL that never raises; it needs no brackets around it.
        type: one of the eight, or None for a null without type.
        place: where it stands in the text.
        constant: its value where that is known before any data is.
        parts: the pieces of a text that was put together by `+`.
    """

    sql: str
    type: FieldType | None
    place: Place = NOWHERE
    constant: Any = UNKNOWN
    parts: tuple[Value, ...] = ()

    @property
    def atomic(self) -> bool:
        """Whether repeating the SQL costs nothing: a column or a literal."""
        return self.constant is not UNKNOWN or self.sql.startswith('"')

    @property
    def never_null(self) -> bool:
        return self.constant is not UNKNOWN and self.constant is not None

    @property
    def spoken(self) -> str:
        """The type in a sentence."""
        return _SPOKEN[self.type]


_SPOKEN = {
    None: "Null", TEXT: "a text", INTEGER: "a number", NUMBER: "a number", BOOL: "true or false",
    FieldType.Date: "a date", FieldType.Time: "a time", FieldType.DateTime: "a date and time", FieldType.Blob: "a Blob",
}  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """What a remark is about.

    Attributes:
        record: SQL of the number of the record at hand; empty: nobody listens.
        field: the field that is computed; empty: none is.
    """

    record: str = ""
    field: str = ""


class WrongType(Exception):
    """A value cannot stand where it does; `hint` is a way out."""

    def __init__(self, hint: str = "") -> None:
        super().__init__(hint)
        self.hint = hint


def literal(value: object, place: Place = NOWHERE) -> Value:
    """A constant as a value."""
    match value:
        case None:
            return Value("NULL", None, place, None)
        case bool():
            return Value("TRUE" if value else "FALSE", BOOL, place, value)
        case int():
            return Value(f"CAST({value} AS BIGINT)", INTEGER, place, value)
        case float():
            return Value(f"CAST('{value!r}' AS DOUBLE)", NUMBER, place, value)
        case _:
            return Value(quote_text(str(value)), TEXT, place, str(value))


def of_field(column: str, type_: FieldType, place: Place) -> Value:
    """A field as a value; `column` is the SQL that names it."""
    carrier = convert.carrier(type_)
    same = convert.SQL_NAME.get(type_) == convert.SQL_NAME[carrier]
    return Value(column if same else f"CAST({column} AS {convert.SQL_NAME[carrier]})", carrier, place)


def as_text(value: Value) -> Value:
    """For where a text is wanted. Dates stand for their text, as in Alteryx, where they are texts."""
    if value.type is None:
        return converted(value, TEXT)
    if value.type in DATES:
        return converted(value, TEXT)
    if value.type is not TEXT:
        raise WrongType("Wrap it in ToString()." if value.type in (INTEGER, NUMBER, BOOL) else "")
    return value


def as_number(value: Value) -> Value:
    """For where a number is wanted, Int64 or Double. True counts as 1."""
    if value.type is None:
        return converted(value, NUMBER)
    if value.type is BOOL:
        return converted(value, INTEGER)
    if value.type not in (INTEGER, NUMBER):
        raise WrongType("Wrap it in ToNumber()." if value.type is TEXT else "")
    return value


def as_double(value: Value) -> Value:
    """For where a Double is wanted."""
    return converted(as_number(value), NUMBER)


def as_integer(value: Value) -> Value:
    """For where a whole number is wanted; decimals are cut off."""
    number = converted(value, INTEGER) if value.type is None else as_number(value)
    if number.type is INTEGER:
        return number
    if isinstance(number.constant, float) and abs(number.constant) < 2**63:
        return literal(int(number.constant), value.place)
    return Value(f"TRY_CAST(trunc({number.sql}) AS BIGINT)", INTEGER, value.place)


def as_bool(value: Value) -> Value:
    """For where a condition is wanted. Any number but 0 counts as True."""
    if value.type is None:
        return converted(value, BOOL)
    if value.type in (INTEGER, NUMBER):
        return converted(value, BOOL)
    if value.type is not BOOL:
        raise WrongType("Compare it with something, as in [Field] = 'value'.")
    return value


def as_datetime(value: Value) -> Value:
    """For where a date and time is wanted. A text counts if it is written yyyy-mm-dd hh:mm:ss."""
    return _as_date(value, FieldType.DateTime)


def as_date(value: Value) -> Value:
    """For where a date is wanted. A text counts if it is written yyyy-mm-dd."""
    return _as_date(value, FieldType.Date)


def as_day(value: Value) -> Value:
    """The same, or a number: a day as Excel counts them."""
    return _of_serial(value, "DATE '1899-12-30' + CAST(floor({x}) AS INTEGER)", FieldType.Date) or as_date(value)


def as_moment(value: Value) -> Value:
    """For where a date and time is wanted, or a number: days and their fractions as Excel counts them."""
    sql = "TIMESTAMP '1899-12-30' + to_seconds(round({x} * 86400))"
    return _of_serial(value, sql, FieldType.DateTime) or as_datetime(value)


def _of_serial(value: Value, template: str, wanted: FieldType) -> Value | None:
    if value.type not in (INTEGER, NUMBER):
        return None
    known = f"CASE WHEN {{x}} >= 0 AND {{x}} < {_SERIALS} THEN {template} END"
    return Value(fill(known, {"x": value}), wanted, value.place)


def _as_date(value: Value, wanted: FieldType) -> Value:
    if value.type in (NUMBER, INTEGER, BOOL, FieldType.Time, FieldType.Blob):
        raise WrongType("A date is a Date or DateTime field, or a text such as '2024-12-31'.")
    return converted(value, wanted)


def reported(value: Value, wanted: FieldType, subject: Subject, why: str) -> Value:
    """A text as another type, with a remark on the record where that cannot be; `why`: such as `is no date`."""
    template = convert.template(TEXT, wanted)
    complaint = complaint_sql(subject, "{x}", why, wanted)
    return Value(fill(f"coalesce({template}, {complaint})", {"x": value}), wanted, value.place)


def complaint_sql(subject: Subject, text: str, why: str, wanted: FieldType) -> str:
    """A template of a Null of type `wanted` that says of a text what it is not; of a blank one it says nothing."""
    quote, whose = "chr(39)", f", for [{subject.field}]" if subject.field else ""
    what = in_template(quote_text(f" {why}{whose}."))
    words = f"concat({quote}, left({text}, {_LONGEST_SHOWN}), {quote}, {what})"
    said = remark_sql(subject.record, "'conversion_error'", words)
    return f"CASE WHEN trim({text}) <> '' THEN CAST({said} AS {convert.SQL_NAME[wanted]}) END"


def converted(value: Value, wanted: FieldType) -> Value:
    """A value as another of the eight types, null where it cannot be; the pair must be a sensible one."""
    if value.type is wanted:
        return value
    if value.type is None:
        return Value(f"CAST({value.sql} AS {convert.SQL_NAME[wanted]})", wanted, value.place, value.constant)
    if isinstance(value.constant, int | float) and wanted in (BOOL, INTEGER, NUMBER):
        return literal({BOOL: bool, INTEGER: int, NUMBER: float}[wanted](value.constant), value.place)
    try:
        template = convert.template(value.type, wanted)
    except ToolError:
        raise WrongType from None
    return Value(fill(template, {"x": value}), wanted, value.place)


def unified(values: list[Value]) -> list[Value]:
    """Values as the one type that can hold them all.

    Raises:
        WrongType: there is none.
    """
    types = {value.type for value in values if value.type is not None}
    if not types:
        return [converted(value, TEXT) for value in values]
    if len(types) == 1:
        wanted = next(iter(types))
    elif types <= {BOOL, INTEGER}:
        wanted = INTEGER
    elif types <= {BOOL, INTEGER, NUMBER}:
        wanted = NUMBER
    elif types == {FieldType.Date, FieldType.DateTime}:
        wanted = FieldType.DateTime
    elif types <= {TEXT, *DATES}:
        wanted = TEXT
    else:
        mixed_with_text = TEXT in types and types <= {TEXT, BOOL, INTEGER, NUMBER}
        raise WrongType("Wrap the number in ToString(), or the text in ToNumber()." if mixed_with_text else "")
    return [converted(value, wanted) for value in values]


def attempt(template: str) -> str:
    """The same, null where it fails. SQL that draws at random cannot be attempted; ours never fails."""
    return f"({template})" if _is_volatile(template) else f"TRY({template})"


def fill(template: str, values: dict[str, Value]) -> str:
    """Put values into an SQL template with `{name}` for each.

    What stands in it more than once and is more than a column is computed once: bound to a name by a lambda. Without
    that, nesting would double the SQL at every level. Random values are always bound: DuckDB itself doubles what stands
    before IN, and refuses to TRY them.
    """
    parts = {name: value.sql for name, value in values.items()}
    counts = {name: template.count("{" + name + "}") for name in values}
    apart = [
        name
        for name, value in values.items()
        if not value.atomic and (counts[name] > 1 or (counts[name] and _is_volatile(value.sql)))
    ]
    bound = {name: _name_for(name, parts[name]) for name in apart}
    sql = template.format_map(parts | bound)
    for name in apart:
        sql = f"list_transform([{parts[name]}], lambda {bound[name]}: {sql})[1]"
    return sql


def _is_volatile(sql: str) -> bool:
    """Whether it may give something else each time; a text that only looks like it does no harm."""
    return "random()" in sql or "uuid()" in sql


def _name_for(argument: str, sql: str) -> str:
    """A name that no field bears by chance, and no other part."""
    return "let_" + hashlib.sha256(f"{argument}: {sql}".encode()).hexdigest()[:16]
