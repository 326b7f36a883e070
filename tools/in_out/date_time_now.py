"""DateTimeNow: the date and time of the run, as a record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import pyarrow as pa
from pydantic import Field as ConfigField

from engine.expression import compile_expression, convert
from engine.expression.nodes import Call
from engine.expression.nodes import Literal as Constant
from engine.tool import Config, Schemas, Source, hint
from engine.types import Field, FieldType, schema_of
from tools._parsing.date_formats import USUAL, LanguageName, in_signs

_NOTHING = schema_of(Field("nothing", FieldType.Bool))


class DateTimeNowConfig(Config):
    field: str = ConfigField(default="DateTimeNow", min_length=1)
    """The name of the field."""
    type: Literal["Date", "Time", "DateTime"] = "DateTime"
    """What of it leaves."""
    format: Annotated[str, hint(none="No text", examples=USUAL)] = ""
    """How it is written as a text, in words such as `dd.MM.yyyy hh:mm` or in signs such as `%d.%m.%Y`; empty: it is no
    text."""
    language: LanguageName = "English"
    """The language of names of months and days in a text, such as German."""
    zone: Annotated[str, hint(none="That of the machine")] = ""
    """The time zone, such as Europe/Berlin; empty: that of the machine."""


class DateTimeNow(Source[DateTimeNowConfig]):
    """Give the date and time of the run: one record with one field.

    It is a DateTime, a Date or a Time, or a text in any format (see DateTime for how formats are written). Append it to
    other records with AppendFields. The result is never reused: each run has its own time.

    Example: `{tool: DateTimeNow, format: "EEEE, d Month yyyy"}`
    """

    keywords = ("now", "today", "clock", "timestamp", "current date")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        self._sql()
        type_ = FieldType.V_WString if self.config.format else FieldType(self.config.type)
        return {"out": schema_of(Field(self.config.field, type_, source="DateTimeNow"))}

    def reads(self) -> None:
        return None

    def _sql(self) -> str:
        now = Call("DateTimeNow", (Constant(self.config.zone),))
        if self.config.format:
            options = in_signs(self.config.format), self.config.language, self.config.zone
            written = Call("DateTimeFormat", (now, *map(Constant, options)))
            return compile_expression(written, _NOTHING, self.home, setting="format").sql
        sql = compile_expression(now, _NOTHING, self.home, setting="zone").sql
        return convert.template(FieldType.DateTime, FieldType(self.config.type)).format(x=f"({sql})")

    def read(self) -> Iterator[pa.RecordBatch]:
        query = f"SELECT {self._sql()} FROM batch"  # noqa: S608 - translated, all of it quoted
        record = pa.RecordBatch.from_pydict({"nothing": [None]}, _NOTHING)
        schema = self.schema({})["out"]
        with self.context.sql.per_batch(query, _NOTHING, ["nothing"]) as ask:
            yield pa.RecordBatch.from_arrays([ask(record)[0].cast(schema.field(0).type)], schema=schema)
