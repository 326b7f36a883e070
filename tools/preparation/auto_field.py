"""AutoField: the smallest type that holds the texts of a field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc

from engine.context import Context
from engine.errors import ToolError, listed
from engine.expression import convert
from engine.spool import Spool
from engine.sql import quote_name
from engine.tool import Config, Emission, Gather, Schemas, TextName, hint
from engine.types import TEXTS, Field, FieldType, fields_of, find_field

_WHOLE = r"^-?(0|[1-9][0-9]{0,18})$"
_PATTERNS = {
    FieldType.Bool: r"^(?i:true|false)$",
    FieldType.Int64: _WHOLE,
    FieldType.Double: r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$",
    FieldType.Date: r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$",
    FieldType.Time: r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$",
    FieldType.DateTime: r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$",
}
_CHECKED = (FieldType.Int64, FieldType.Date, FieldType.DateTime)
"""Where a text may look right and still be none: 2024-02-30, or a number beyond Int64."""
_EXACT_DIGITS = 15  # that a Double keeps
_FIXED_SIZE = 15  # characters up to which a text takes less room at fixed length
_RANGES = {FieldType.Byte: (0, 255), FieldType.Int16: (-(2**15), 2**15 - 1), FieldType.Int32: (-(2**31), 2**31 - 1)}


class AutoFieldConfig(Config):
    fields: Annotated[list[TextName], hint(none="all of them")] = []
    """The text fields to look at; none: all."""


@dataclass
class _Seen:
    """What a text field could be, from the values so far."""

    types: list[FieldType] = field(default_factory=lambda: list(_PATTERNS))
    longest: int = 0
    narrow: bool = True
    lowest: int = 0
    highest: int = 0
    values: int = 0

    def see(self, column: pa.Array) -> None:
        texts = pc.drop_null(column)
        self.longest = max(self.longest, pc.max(pc.utf8_length(texts)).as_py() or 0)
        self.narrow = self.narrow and not _any(pc.match_substring_regex(texts, r"[^\x{00}-\x{FF}]"))
        texts = texts.filter(pc.not_equal(texts, ""))
        self.values += len(texts)
        self.types = [type_ for type_ in self.types if _all(pc.match_substring_regex(texts, _PATTERNS[type_]))]
        self.types = [type_ for type_ in self.types if type_ not in _CHECKED or _castable(texts, type_)]
        if FieldType.Int64 in self.types and len(texts):
            self._see_limits(texts)
        digits = pc.utf8_length(pc.replace_substring_regex(texts, r"^-?0?\.?0*|\.|-", ""))
        if FieldType.Double in self.types and _any(pc.greater(digits, _EXACT_DIGITS)):
            self.types.remove(FieldType.Double)

    def _see_limits(self, texts: pa.Array) -> None:
        limits = pc.min_max(texts.cast(pa.int64())).as_py()
        self.lowest = min(self.lowest, limits["min"])
        self.highest = max(self.highest, limits["max"])

    def smallest(self, old: Field) -> Field:
        """The smallest field for all of these values."""
        type_ = next(iter(self.types), None) if self.values else None
        if type_ is None:
            return self._text(old)
        if type_ is FieldType.Int64:
            ranges = _RANGES.items()
            type_ = next((small for small, (low, high) in ranges if low <= self.lowest and self.highest <= high), type_)
        return old.with_(type=type_)

    def _text(self, old: Field) -> Field:
        if self.longest == 0:
            return old
        fixed = self.longest <= _FIXED_SIZE
        if self.narrow:
            return old.with_(type=FieldType.String if fixed else FieldType.V_String, size=self.longest)
        return old.with_(type=FieldType.WString if fixed else FieldType.V_WString, size=self.longest)


class AutoField(Gather[AutoFieldConfig]):
    """Give text fields the smallest type that holds all of their values: numbers, dates, Bool, or shorter texts.

    A text counts as a number only if nothing gets lost: `007` stays a text, and so does a number with more digits than
    a Double keeps. Dates look like 2024-12-31, with 23:59:59 behind them or alone; Bool is true or false. Empty texts
    become Null where the others become something else; a field without any value stays as it is. All records are read
    first, and types are known only then.

    Example: `{tool: AutoField}`
    """

    keywords = ("type", "detect", "infer", "convert", "csv", "shrink", "optimize")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        self._texts(inputs["in"])
        return {"out": None}

    def _texts(self, schema: pa.Schema) -> list[Field]:
        if not self.config.fields:
            return [field for field in fields_of(schema) if field.type in TEXTS]
        fields = [find_field(schema, name, setting=f"fields.{place}") for place, name in enumerate(self.config.fields)]
        for place, known in enumerate(fields):
            if known.type not in TEXTS:
                message = f"[{known.name}] is a {known.type}; AutoField looks at texts."
                raise ToolError(message, hint="Leave it out.", setting=f"fields.{place}")
        return fields

    def open(self, context: Context) -> None:
        super().open(context)
        self._fields = self._texts(context.inputs["in"])
        self._seen = {field.name: _Seen() for field in self._fields}

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        for name, seen in self._seen.items():
            seen.see(batch[name])
        yield from super().process(anchor, batch)

    def result(self, streams: Mapping[str, Spool]) -> Iterator[Emission]:
        records = streams["in"]
        targets = {field.name: self._seen[field.name].smallest(field) for field in self._fields}
        arrows = [targets[known.name].arrow() if known.name in targets else known for known in records.schema]
        out = pa.schema(arrows, records.schema.metadata)
        converted = [name for name, target in targets.items() if target.type not in TEXTS]
        self._tell(targets, converted)
        yield "out", pa.RecordBatch.from_pylist([], schema=out)  # tells the fields where there is no record
        if not converted:
            for batch in records:
                yield "out", pa.RecordBatch.from_arrays(batch.columns, schema=out)
            return
        columns = ", ".join(
            convert.template(FieldType.V_WString, targets[name]).format(x=quote_name(name)) for name in converted
        )
        query = f"SELECT {columns} FROM batch"  # noqa: S608 - all of it quoted
        with self.context.sql.per_batch(query, records.schema, converted) as ask:
            for batch in records:
                new = dict(zip(converted, ask(batch), strict=True))
                arrays = [new.get(name, batch[name]) for name in batch.schema.names]
                yield "out", pa.RecordBatch.from_arrays(arrays, schema=out)

    def _tell(self, targets: Mapping[str, Field], converted: list[str]) -> None:
        if converted:
            self.context.info(listed(f"[{name}] is {targets[name].type}" for name in converted) + ".")


def _castable(texts: pa.Array, type_: FieldType) -> bool:
    try:
        texts.cast(Field("", type_).arrow_type)
    except pa.ArrowInvalid:
        return False
    return True


def _all(matches: pa.Array) -> bool:
    return pc.all(matches, min_count=0).as_py() is not False


def _any(matches: pa.Array) -> bool:
    return pc.any(matches, min_count=0).as_py() is True
