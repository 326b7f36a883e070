"""Message: say something while records pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import pyarrow as pa

from engine.context import Context
from engine.errors import ToolError
from engine.expression import Compiled, compile_expression, convert
from engine.tool import Config, Emission, Expression, Schemas, Tool, hint
from engine.types import FieldType

_SHOWN = 100


class MessageConfig(Config):
    text: Annotated[Expression, hint(examples=['"Done: " + ToString([Count])'])]
    """What is said, as an expression: `"Done: " + ToString([Count])`. It sees the record that it is said at."""
    when: Literal["first", "each", "last"] = "last"
    """Before the first record, at each record for which the condition holds, or after the last."""
    condition: Annotated[Expression, hint(when={"when": ["each"]})] = "True"
    """At which records it is said (`when: each`)."""
    level: Literal["info", "warning", "conversion_error", "error"] = "info"
    """What kind of message it is; an error fails this tool and what depends on it."""


class Message(Tool[MessageConfig]):
    """Say something in the results while records pass: at the first, at some, or after the last.

    Records pass unchanged. Of many messages the first 100 are shown, the rest is counted. Before the first and after
    the last record something is said also where there are no records; all fields are Null then.

    Example: `{tool: Message, when: each, condition: '[Size] = 0', level: warning, text: '[FileName] + " is empty"'}`
    """

    keywords = ("log", "print", "warn", "error", "notify")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        self._text(inputs["in"])
        if self._condition(inputs["in"]).type is not FieldType.Bool:
            raise ToolError("The condition is neither true nor false.", hint="Compare it.", setting="condition")
        return {"out": inputs["in"]}

    def _text(self, schema: pa.Schema) -> Compiled:
        compiled = compile_expression(self.config.text, schema, self.home, setting="text")
        sql = convert.template(compiled.type, FieldType.V_WString).format(x=f"({compiled.sql})")
        return Compiled(sql, FieldType.V_WString, compiled.columns)

    def _condition(self, schema: pa.Schema) -> Compiled:
        return compile_expression(self.config.condition, schema, self.home, setting="condition")

    def open(self, context: Context) -> None:
        super().open(context)
        schema = context.inputs["in"]
        text, condition = self._text(schema), self._condition(schema)
        query = f"SELECT {text.sql}, coalesce({condition.sql}, FALSE) FROM batch"  # noqa: S608 - translated
        self._query = context.sql.per_batch(query, schema, list(dict.fromkeys([*text.fields, *condition.fields])))
        self._last: pa.RecordBatch | None = None
        self._said = 0

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        if batch.num_rows:
            if self.config.when == "first" and self._last is None:
                self._say(batch.slice(0, 1))
            elif self.config.when == "each":
                self._say_each(batch)
            self._last = batch.slice(batch.num_rows - 1)
        yield "out", batch

    def _say_each(self, batch: pa.RecordBatch) -> None:
        texts, holds = self._query(batch)
        for text in texts.filter(holds).to_pylist():
            self._tell(text)

    def _say(self, record: pa.RecordBatch) -> None:
        self._tell(self._query(record)[0][0].as_py())

    def _tell(self, text: str | None) -> None:
        self._said += 1
        if self.config.level == "error":
            raise ToolError(text or "")
        if self._said <= _SHOWN or self.config.level == "conversion_error":
            {
                "info": self.context.info,
                "warning": self.context.warning,
                "conversion_error": self.context.conversion_error,
            }[self.config.level](text or "")

    def complete(self) -> Iterator[Emission]:
        schema = self.context.inputs["in"]
        nothing = pa.RecordBatch.from_arrays([pa.nulls(1, field.type) for field in schema], schema=schema)
        if self.config.when == "last" or (self.config.when == "first" and self._last is None):
            self._say(nothing if self._last is None else self._last)
        if self._said > _SHOWN and self.config.level != "conversion_error":
            self.context.info(f"{self._said - _SHOWN:,} more messages are not shown.")
        yield from ()

    def close(self, failed: bool) -> None:
        if hasattr(self, "_query"):
            self._query.close()
