"""Filter: split records by a condition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self, get_args

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import model_validator

from engine.context import Context
from engine.errors import ToolError
from engine.expression import Compiled, Scope, compile_expression
from engine.expression.condition import WITHOUT_OPERAND, Operand, Operator, condition
from engine.expression.convert import spoken
from engine.expression.nodes import Node
from engine.relation import Relation
from engine.remarks import RECORD
from engine.tool import Anchor, Config, Emission, Expression, FieldName, Schemas, Tool, hint
from engine.types import INTEGERS, FieldType, find_field

_WITH_VALUE = [operator for operator in get_args(Operator) if operator not in WITHOUT_OPERAND]


class FilterConfig(Config):
    expression: Annotated[Expression, hint(unless="field", examples=["[Age] >= 18"])] = ""
    """The condition, such as `[Age] >= 18 AND [Name] != ""`; or leave it out and choose field, operator and value."""
    field: Annotated[FieldName, hint(unless="expression")] = ""
    """The field to look at."""
    operator: Annotated[Operator, hint(unless="expression")] = "="
    """How to look at it: texts, numbers and dates are compared, texts also searched, without regard to case."""
    value: Annotated[Operand, hint(unless="expression", when={"operator": _WITH_VALUE})] = None
    """What to compare with. Dates are written 2024-12-31, or today, yesterday, tomorrow, or `today - 7 days` (days,
    weeks, months, quarters, years)."""
    to: Annotated[Operand, hint(when={"operator": ["Between"]})] = None
    """The upper end of Between, which counts as inside."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.expression and self.field:
            raise ValueError("give either an expression, or field, operator and value; not both")
        return self


class Filter(Tool[FilterConfig]):
    """Split records by a condition: those for which it holds leave by T, all others by F.

    A condition that is neither true nor false, because a field is Null, does not hold: the record leaves by F. Instead
    of a condition a number may stand; anything but 0 holds. With field, operator and value there is nothing to write:
    `{tool: Filter, field: Size, operator: Between, value: 1000, to: 5000}`. The last 30 days are
    `{tool: Filter, field: Sold, operator: Between, value: today - 30 days, to: today}`.

    Example: `{tool: Filter, expression: '[Size] > 1000 AND EndsWith([FileName], ".jpg")'}`
    """

    outputs = (
        Anchor("T", "Records for which the condition holds."),
        Anchor("F", "All other records."),
    )
    stateless = True
    keywords = ("where", "condition", "date filter", "select rows", "split", "keep", "remove rows")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        self._condition(inputs["in"])
        return {"T": inputs["in"], "F": inputs["in"]}

    def open(self, context: Context) -> None:
        super().open(context)
        schema = context.inputs["in"]
        compiled = self._condition(schema)
        self._compiled = compiled
        query = f"SELECT coalesce({compiled.sql}, FALSE) FROM batch"  # noqa: S608 - translated, all of it quoted
        self._query = context.sql.per_batch(query, schema, compiled.fields, context.hear)

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        (holds,) = self._query(batch)
        kept = holds.true_count
        if kept == batch.num_rows:
            yield "T", batch
        elif kept == 0:
            yield "F", batch
        else:
            yield "T", batch.filter(holds)
            yield "F", batch.filter(pc.invert(holds))

    def relation(self, below: Relation, anchor: str) -> Relation | None:
        holds = self._compiled.sql  # where it is Null, WHERE takes it as not true
        condition, rest = (holds, "F") if anchor == "T" else (f"NOT coalesce({holds}, FALSE)", "T")
        return below.where(condition, self._compiled.fields, rest)

    def close(self, failed: bool) -> None:
        if hasattr(self, "_query"):
            self._query.close()

    def _condition(self, schema: pa.Schema) -> Compiled:
        if not (self.config.expression or self.config.field):
            raise ToolError(
                "Nothing says which records leave by T.",
                hint="Choose a field, an operator and a value, or write an expression such as `[Age] >= 18`.",
                setting="expression",
            )
        scope = Scope.of(schema, self.home, RECORD)
        compiled = compile_expression(self._written(schema), scope, setting="expression")
        if compiled.type in (*INTEGERS, FieldType.Double):
            return Compiled(f"({compiled.sql} <> 0)", FieldType.Bool, compiled.columns)
        if compiled.type is not FieldType.Bool:
            raise ToolError(
                f"The expression gives {spoken(compiled.type)}; a condition is true or false.",
                hint="Compare it with something, as in [Field] = 'value'.",
                setting="expression",
            )
        return compiled

    def _written(self, schema: pa.Schema) -> str | Node:
        if not self.config.field:
            return self.config.expression
        field = find_field(schema, self.config.field, setting="field")
        return condition(field, self.config.operator, self.config.value, self.config.to)
