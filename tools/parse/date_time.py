"""DateTime: texts to dates and dates to texts, by a format."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import pyarrow as pa
from pydantic import Field as ConfigField

from engine.context import Context
from engine.errors import ToolError
from engine.expression import compile_expression, convert
from engine.expression.losses import Losses
from engine.expression.nodes import Call, FieldReference
from engine.expression.nodes import Literal as Constant
from engine.sql import quote_name
from engine.tool import Config, FieldName, Map, Schemas, hint
from engine.types import DATES, TEXTS, Field, FieldType, find_field, schema_of
from tools._parsing.date_formats import USUAL, LanguageName, in_signs
from tools._parsing.fields import with_new

_OF_CLOCK = re.compile(r"%-?[HIkMSpPTRflXgc]")
_OF_DAY = re.compile(r"%-?[YymbBhdejaADxUWuwc]")


class DateTimeConfig(Config):
    field: FieldName
    """A text to read as a date, or a Date, Time or DateTime to write as a text."""
    format: Annotated[str, hint(examples=USUAL)] = ConfigField("yyyy-MM-dd hh:mm:ss", min_length=1)
    """How the text is written, in words such as `dd/MM/yyyy` or in signs such as `%d/%m/%Y`."""
    language: LanguageName = "English"
    """The language of names of months and days: English, German, French, Spanish, Italian, Portuguese, Dutch, Danish,
    Swedish, Japanese or Chinese."""
    zone: str = "UTC"
    """The time zone, such as Europe/Berlin, of a date that is written with one (`%z`, `%Z`); of a text that has an
    offset (`%z`), the zone that its time is put into."""
    output: Annotated[str, hint(label="New field")] = ConfigField("DateTime_Out", min_length=1)
    """The name of the new field."""
    type: Literal["Date", "Time", "DateTime"] | None = None
    """The type of a date that is read; left out, it is what the format has: a day, a time of the day, or both."""


class DateTime(Map[DateTimeConfig]):
    """Read texts as dates, or write dates as texts, in any format.

    A text field is read, a Date, Time or DateTime field is written; the result is a new field. What does not fit the
    format is Null and reported with its record number.

    Formats in words: `yyyy` 2024, `yy` 24; `MM` 03, `M` 3, `Mon` or `MMM` Mar, `Month` or `MMMM` March; `dd` 05, `d` 5,
    `dy` Tue, `day` or `EEEE` Tuesday; `hh` or `HH` 19, with `a` (AM or PM) `hh` is 07; `mm` minutes, `ss` seconds,
    `fff` milliseconds. All else that is no letter stands for itself. Formats in signs are those of DateTimeParse, as in
    `%d.%m.%Y`. Names are those of `language`, long or short, in upper or lower case.

    Example: `{tool: DateTime, field: Sold, format: d-Mon-yy, output: Day}` reads `5-Mar-24`.
    """

    keywords = ("date", "time", "parse date", "format date", "strptime", "convert")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        field = find_field(inputs["in"], self.config.field, setting="field")
        if field.type not in (*TEXTS, *DATES):
            raise ToolError(
                f"[{field.name}] is {field.type}, neither a text nor a date.",
                hint="Choose a text to read, or a Date, Time or DateTime to write.",
                setting="field",
            )
        self._sql(field)
        return {"out": with_new(inputs["in"], [Field(self.config.output, self._type(field))], "output")}

    def _type(self, field: Field) -> FieldType:
        if field.type in DATES:
            return FieldType.V_WString
        if self.config.type:
            return FieldType(self.config.type)
        signs = in_signs(self.config.format)
        if not _OF_CLOCK.search(signs):
            return FieldType.Date
        return FieldType.DateTime if _OF_DAY.search(signs) else FieldType.Time

    def _sql(self, field: Field) -> str:
        """SQL of the new field, over the column `given`: the text, or the date, a Time as one on some day."""
        reads = field.type in TEXTS
        function = "DateTimeParse" if reads else "DateTimeFormat"
        options = in_signs(self.config.format), self.config.language, self.config.zone
        call = Call(function, (FieldReference("given"), *map(Constant, options)))
        given = Field("given", FieldType.V_WString if reads else FieldType.DateTime)
        sql = compile_expression(call, schema_of(given), self.home, setting="format").sql
        return convert.template(FieldType.DateTime, self._type(field)).format(x=f"({sql})") if reads else sql

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        self._source = find_field(entering, self.config.field)
        self._out = self.schema(context.inputs)["out"]
        self._new = Field.of(self._out.field(len(entering)))
        self._losses = Losses(context)
        some_day = "DATE '1900-01-01' + " if self._source.type is FieldType.Time else ""
        given = f"SELECT {some_day}{quote_name(self._source.name)} AS given FROM batch"  # noqa: S608 - quoted
        query = f"SELECT {self._sql(self._source)} FROM ({given})"  # noqa: S608 - quoted
        self._query = context.sql.per_batch(query, entering, [self._source.name])

    def apply(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        (new,) = self._query(batch)
        before = batch.column(self._source.name)
        self._losses.watch(self._new, self._source.type, before, new)
        return pa.RecordBatch.from_arrays([*batch.columns, new.cast(self._new.arrow_type)], schema=self._out)

    def close(self, failed: bool) -> None:
        if hasattr(self, "_query"):
            self._query.close()
