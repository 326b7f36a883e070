"""What gets lost when values become another type, told to the user: record by record, or as a count."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from engine.context import CONVERSION_ERRORS_SHOWN, Context
from engine.expression import convert
from engine.types import TEXTS, Field, FieldType

_LONGEST_SHOWN = 60  # characters of a value in a message


class Cut(NamedTuple):
    """Texts of a batch that were cut: to what, how many, and the number of the first record."""

    to: str
    texts: int
    first: str


class Losses:
    """Watches the conversions of one tool over its whole stream; its notes come back by `take`."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._cut: Counter[str] = Counter()
        self._first_cut: dict[str, str] = {}

    def watch(self, field: Field, source: FieldType, before: pa.Array, after: pa.Array, start: int = 0) -> None:
        """Compare a column before and after its conversion to `field`; it begins at record `start` of the batch."""
        if convert.can_fail(source, field) and after.null_count > before.null_count:
            self._report_failed(field, before, after, start)
        if source in TEXTS and convert.limited(field):
            self._count_cut(field, before, start)

    def _report_failed(self, field: Field, before: pa.Array, after: pa.Array, start: int) -> None:
        failed = pc.and_(before.is_valid(), after.is_null())
        if pa.types.is_string(before.type):  # a blank text is no value, so that nothing is lost
            failed = pc.and_(failed, pc.not_equal(pc.utf8_trim_whitespace(before), ""))
        indices = pc.indices_nonzero(pc.fill_null(failed, False))
        shown = indices[:CONVERSION_ERRORS_SHOWN].to_pylist()
        for index in shown:
            what = f"{_quoted(before[index])} cannot become {spoken_field(field)} in [{field.name}]"
            self._context.conversion_error(f"Record {self._context.record(start + index)}: {what}.")
        self._context.conversion_error(count=len(indices) - len(shown))

    def _count_cut(self, field: Field, before: pa.Array, start: int) -> None:
        cut = pc.indices_nonzero(pc.fill_null(pc.greater(pc.utf8_length(before), field.size), False))
        if len(cut):
            first = self._context.record(start + cut[0].as_py())
            self._context.note(Cut(f"the {field.size} characters of [{field.name}]", len(cut), first))

    def take(self, note: Cut) -> None:
        """Add to the texts that were cut."""
        self._cut[note.to] += note.texts
        self._first_cut.setdefault(note.to, note.first)

    def tell(self) -> None:
        """Warn of the texts that were cut, once all records have come."""
        for to, count in self._cut.items():
            texts = "1 text was" if count == 1 else f"{count:,} texts were"
            message = f"{texts} cut to {to}, the first in record {self._first_cut[to]}."
            self._context.warning(message, hint="Give the field a greater size.")


def _quoted(value: pa.Scalar) -> str:
    text = str(value.as_py())
    return f"'{text}'" if len(text) <= _LONGEST_SHOWN else f"'{text[: _LONGEST_SHOWN - 3]}...'"


def spoken_field(field: Field) -> str:
    """A field's type and size in a sentence: `a Date`, `a V_String(20)`."""
    if field.type is FieldType.FixedDecimal:
        return f"a FixedDecimal({field.size}.{field.scale})"
    return f"{convert.spoken(field.type)}({field.size})" if convert.limited(field) else convert.spoken(field.type)
