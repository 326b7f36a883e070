"""From text to typed values.

Types are guessed so that nothing is lost: text that would not read back as it was written (`007`, `+49`, a number of
17 digits) stays text, and a value that does not fit a guessed type is an error, never rounded or dropped.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import ToolError
from engine.types import BLOBS, INTEGERS, TEXTS, Field, FieldType

_DATE = r"\d{4}-\d{2}-\d{2}"
_TIME = r"\d{2}:\d{2}:\d{2}(\.\d{1,6})?"
_REAL = r"-?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?|-?(nan|inf)"
_WHOLE = r"-?(0|[1-9]\d{0,15})"
_GUESSES = [  # the first whose pattern all values match, and that can hold them
    (FieldType.Bool, "(?i:true|false)"),
    (FieldType.Int64, _WHOLE),
    (FieldType.Double, _REAL),
    (FieldType.Date, _DATE),
    (FieldType.Time, _TIME),
    (FieldType.DateTime, rf"{_DATE}([ T]{_TIME})?"),
]
_PADDING = (r"^\s*\+?(-?)0*(\d+)\s*$", r"\1\2")  # what a whole number may have around it, and what is left
_PADDED = (FieldType.Float, FieldType.Double, FieldType.Date)  # what Arrow's own parser of CSV takes with blanks around
_LONG_DIGITS = r"^-?\d{17,}$"


class Misfit(Exception):
    """A value that is none of its field's type: `row` counts from 0 in the column that was converted."""

    def __init__(self, row: int, value: str, field: Field) -> None:
        size = f"({field.size})" if field.type in TEXTS else ""
        super().__init__(f"'{_shortened(value)}' is no {field.type}{size}")
        self.row = row
        self.value = value
        self.field = field


def guess(column: pa.Array | pa.ChunkedArray) -> FieldType:
    """The type that all values of a text column fit without loss; V_WString where none does, or all are empty."""
    values = column.filter(pc.not_equal(column, ""))
    if len(values) == 0:
        return FieldType.V_WString
    for type_, pattern in _GUESSES:
        if not _all_match(values, pattern):
            continue
        if type_ is FieldType.Double and pc.any(pc.match_substring_regex(values, _LONG_DIGITS)).as_py():
            continue  # numbers of accounts and articles: a Double would change their last digits
        try:
            for chunk in values.chunks if isinstance(values, pa.ChunkedArray) else [values]:
                convert(chunk, Field("", type_), guessed=True)
        except Misfit:
            continue
        return type_
    return FieldType.V_WString


def _all_match(values: pa.Array | pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, f"^(?:{pattern})$")).as_py())


def convert(column: pa.Array, field: Field, *, guessed: bool = False) -> pa.Array:
    """A text column as `field` stores it. Nulls stay null; an empty text is null where the field is no text.

    Args:
        column: of type string.
        field: what the result is; its size does not cut text.
        guessed: whether nobody asked for the type, so that a value must also read back as it was written.

    Raises:
        Misfit: the first value that is no such thing.
        ToolError: text cannot become such a field at all.
    """
    if field.type in TEXTS:
        return column
    if field.type in BLOBS:
        raise ToolError(f"[{field.name}]: text cannot be read as {field.type}.", hint="Read it as V_WString.")
    if pc.any(pc.equal(column, "")).as_py():
        column = pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
    plain = column if guessed and field.type in INTEGERS else _plain(column, field)
    try:
        result = _converted(plain, field)
    except pa.ArrowInvalid:
        row = _first_misfit(plain, field)
        raise Misfit(row, column[row].as_py(), field) from None
    if guessed and field.type in INTEGERS and not _is_plainly_written(result, column):
        back = result.cast(pa.string())
        if not back.equals(column):
            row = pc.index(pc.not_equal(back, column), True).as_py()
            raise Misfit(row, column[row].as_py(), field)
    return result


def _is_plainly_written(numbers: pa.Array, column: pa.Array) -> bool:
    """Whether whole numbers would surely be written as they were: in decimal, and with no character more.

    To write them all again takes five times as long.
    """
    _, offsets, values = column.buffers()
    if values is None:
        return False
    start, end = np.frombuffer(offsets, np.int32)[[column.offset, column.offset + len(column)]]
    if (np.frombuffer(values, np.uint8)[start:end] | 0x20 == ord("x")).any():  # hexadecimal
        return False
    found = numbers.drop_null().to_numpy().astype(np.int64)
    sizes, digits, least = np.abs(found).view(np.uint64), len(found) + np.count_nonzero(found < 0), 10
    while least <= sizes.max(initial=0):
        digits += np.count_nonzero(sizes >= least)
        least *= 10
    return bool(pc.sum(pc.binary_length(column)).as_py() == digits)


def _plain(column: pa.Array, field: Field) -> pa.Array:
    """The column without what may stand around a value, and in front of the digits of a whole number."""
    if field.type in INTEGERS:
        return pc.replace_substring_regex(column, *_PADDING)
    return pc.ascii_trim(column, " \t") if field.type in _PADDED else column


def _converted(column: pa.Array, field: Field) -> pa.Array:
    if field.type is FieldType.Bool:
        lowered = pc.utf8_lower(column)
        if not pc.all(pc.is_in(lowered, pa.array(["true", "false", None]))).as_py():
            raise pa.ArrowInvalid("not true or false")
        return pc.equal(lowered, "true")
    if field.type is FieldType.Time:
        days = pc.binary_join_element_wise("1970-01-01", column, " ")
        return days.cast(pa.timestamp("us")).cast(pa.time64("us"))
    return column.cast(field.arrow_type)


def _first_misfit(column: pa.Array, field: Field) -> int:
    """The row of the first value that is no such thing: halve the column until one is left."""
    start, length = 0, len(column)
    while length > 1:
        half = length // 2
        try:
            _converted(column.slice(start, half), field)
            start, length = start + half, length - half
        except pa.ArrowInvalid:
            length = half
    return start


def _shortened(value: str) -> str:
    return value if len(value) <= 60 else value[:60] + "..."


def to_text(column: pa.Array, field: Field) -> pa.Array:
    """A column as text that `guess` and `convert` read back. Not for blobs."""
    if field.type in TEXTS:
        return column
    text = column.cast(pa.string())
    if field.type in (FieldType.Time, FieldType.DateTime):
        whole = pc.replace_substring_regex(text, r"\.000000$", "")
        return pc.replace_substring_regex(whole, r"(\.\d*[1-9])0+$", r"\1")
    if field.type is FieldType.FixedDecimal and pc.any(pc.match_substring(text, "E")).as_py():
        return pa.array([None if value is None else f"{value:f}" for value in column.to_pylist()], pa.string())
    return text
