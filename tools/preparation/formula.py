"""Formula: compute fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from engine.context import Context
from engine.errors import ToolError
from engine.expression import Column, Scope, compile_expression, convert
from engine.expression.losses import Losses
from engine.sql import quote_name
from engine.tool import Config, Emission, Expression, FieldName, Map, Schemas
from engine.types import Field, FieldType, fields_of


class Line(Config):
    """One field and how it is computed."""

    field: FieldName
    """The field to compute: a new name, or a field of the input to give new values to."""
    expression: Expression
    """How to compute it, such as `[Price] * 2`."""
    type: FieldType | None = None
    """The type of a new field. Left out, it is what the expression gives. An existing field keeps its type."""
    size: int | None = None
    """How long texts may be, in characters; of a FixedDecimal: all digits with sign and point."""
    scale: int | None = None
    """Decimals of a FixedDecimal."""


class FormulaConfig(Config):
    fields: list[Line]
    """The fields to compute, from top to bottom; each may use those above it."""


@dataclass(frozen=True)
class _Step:
    """A line made ready.

    Attributes:
        field: what it computes.
        given: the type of its expression.
        before: the column of the query with what the expression gives.
        after: the column with the same as the field's type; often the same column.
        reads: the columns that the expression names.
        query: the query so far: everything of the lines above, `before` and `after`.
    """

    field: Field
    given: FieldType
    before: str
    after: str
    reads: tuple[Column, ...]
    query: str


class Formula(Map[FormulaConfig]):
    """Compute new fields, or new values for existing ones, by expressions.

    Lines are computed from top to bottom, and each sees the results of those above. Fields stand in brackets, texts in
    quotes: `[Price] * 2`, `IF [Age] >= 18 THEN "adult" ELSE "child" ENDIF`, `Left([Name], 1) + "."`,
    `FileGetFileName(FileGetDir([FullPath]))`.

    A new field has the type that you give, or else that of its expression. An existing field keeps its type: use Select
    to change it. What cannot become that type is null and reported with its record number; a text that is too long is
    cut, with a warning.

    Example: `{tool: Formula, fields: [{field: Class, expression: 'FileGetFileName(FileGetDir([FullPath]))'}]}`
    """

    keywords = ("calculate", "compute", "expression", "column", "if", "condition", "regex", "new field")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        entering = inputs["in"]
        fields = {field.name: field for field in entering}
        for step in self._steps(entering):
            fields.setdefault(step.field.name, step.field.arrow())
        return {"out": pa.schema(list(fields.values()), entering.metadata)}

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        self._out = self.schema(context.inputs)["out"]
        self._ready = self._steps(entering)
        self._losses = Losses(context)
        self._record = 1
        if self._ready:
            self._results = list(dict.fromkeys(name for step in self._ready for name in (step.before, step.after)))
            reads = dict.fromkeys(column.name for step in self._ready for column in step.reads)
            query = f"SELECT {', '.join(self._results)} FROM {self._ready[-1].query}"  # noqa: S608 - all of it quoted
            inputs = [name for name in reads if name in entering.names]
            self._query = context.sql.per_batch(query, entering, inputs)

    def apply(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        if not self._ready:
            return batch
        computed = dict(zip(self._results, self._query(batch), strict=True))
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        for step in self._ready:
            self._losses.watch(step.field, step.given, computed[step.before], computed[step.after], self._record)
            columns[step.field.name] = computed[step.after].cast(step.field.arrow_type)
        self._record += batch.num_rows
        return pa.RecordBatch.from_arrays(list(columns.values()), schema=self._out)

    def finish(self, anchor: str) -> Iterator[Emission]:
        self._losses.tell()
        yield from ()

    def close(self, failed: bool) -> None:
        if hasattr(self, "_query"):
            self._query.close()

    def _steps(self, schema: pa.Schema) -> list[_Step]:
        """Every line made ready; raises what is wrong with all of them."""
        scope = Scope.of(schema, self.home)
        known = {field.name.casefold(): field for field in fields_of(schema)}
        steps: list[_Step] = []
        problems: list[ToolError] = []
        for number, line in enumerate(self.config.fields):
            below = steps[-1].query if steps else "batch"
            name = quote_name(_free_name(schema, number))
            try:
                step = _step(line, f"fields.{number}", scope, known, below, name)
                steps.append(step)
                field, after = step.field, step.after
            except ToolError as problem:
                problems.append(problem)
                field, after = Field(line.field, line.type or FieldType.V_WString), "NULL"
            known.setdefault(field.name.casefold(), field)
            scope = scope.with_column(Column(field.name, field.type, after))
        if len(problems) > 1:
            raise ExceptionGroup("several lines are wrong", problems)
        if problems:
            raise problems[0]
        return steps


def _free_name(schema: pa.Schema, number: int) -> str:
    """A column for the result of a line, called like no field."""
    equals = "="
    while any(name.startswith(equals) for name in schema.names):
        equals += "="
    return f"{equals}{number}"


def _step(line: Line, setting: str, scope: Scope, known: dict[str, Field], below: str, name: str) -> _Step:
    """One line made ready.

    Args:
        line: the line.
        setting: where it stands in the settings.
        scope: what its expression can name.
        known: the fields there are, by their names in lower case.
        below: the query, as the lines above left it.
        name: the column for its result, quoted.

    Raises:
        ToolError: the expression is wrong, or its result cannot be of the field's type.
    """
    compiled = compile_expression(line.expression, scope, setting=f"{setting}.expression")
    field = _target(line, setting, known.get(line.field.casefold()), compiled.type)
    query = f"(SELECT *, {compiled.sql} AS {name} FROM {below})"  # noqa: S608 - all of it quoted
    if field.type is compiled.type and not convert.limited(field):
        return _Step(field, compiled.type, name, name, compiled.columns, query)
    try:
        converted = convert.template(compiled.type, field).format(x=name)
    except ToolError as error:
        raise ToolError(f"[{line.field}]: {error.message}", setting=f"{setting}.expression") from None
    after = f'{name[:-1]} as {field.type}"'
    query = f"(SELECT *, {converted} AS {after} FROM {query})"  # noqa: S608 - all of it quoted
    return _Step(field, compiled.type, name, after, compiled.columns, query)


def _target(line: Line, setting: str, existing: Field | None, given: FieldType) -> Field:
    if existing is None:
        convert.check_size(line.type or given, line.size, line.scale, setting)
        source = f"Formula: {line.expression}"
        return Field(line.field, line.type or given, line.size, line.scale, source=source)
    if line.type not in (None, existing.type) or line.size not in (None, existing.size):
        raise ToolError(
            f"[{existing.name}] is {convert.spoken(existing.type)} already; Formula changes no types or sizes.",
            hint="Leave out type and size, change them with Select, or give the new field another name.",
            setting=f"{setting}.type",
        )
    return existing
