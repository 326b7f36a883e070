"""Formula: compute fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from engine.context import Context
from engine.errors import ToolError, ToolWarning
from engine.expression import Column, Compiled, Scope, compile_expression, convert, is_volatile
from engine.expression.losses import Cut
from engine.relation import Relation
from engine.remarks import RECORD
from engine.sql import quote_name
from engine.tool import Config, Emission, Expression, FieldName, Map, Scale, Schemas, Size
from engine.types import Field, FieldType, fields_of
from tools._formulas.computed import Computed, computed, keeps_type
from tools._formulas.results import Results


class Line(Config):
    """One field and how it is computed."""

    field: FieldName
    """The field to compute: a new name, or a field of the input to give new values to."""
    expression: Expression
    """How to compute it, such as `[Price] * 2`."""
    type: FieldType | None = None
    """The type of a new field. Left out, it is what the expression gives. An existing field keeps its own."""
    size: Size = None
    """How long texts may be, in characters; of a FixedDecimal: all digits with sign and point."""
    scale: Scale = None
    """Decimals of a FixedDecimal."""


class FormulaConfig(Config):
    fields: list[Line]
    """The fields to compute, from top to bottom; each may use those above it."""


@dataclass(frozen=True)
class _Step:
    """A line made ready.

    Attributes:
        result: what it computes, from columns of the query.
        reads: the columns that the expression names.
        query: the query so far: everything of the lines above and the columns of this one.
        old: the field of the input that gets new values, if it is one.
    """

    result: Computed
    reads: tuple[Column, ...]
    query: str
    old: Field | None = None


class Formula(Map[FormulaConfig]):
    """Compute new fields, or new values for existing ones, by expressions.

    Lines are computed from top to bottom, and each sees the results of those above. Fields stand in brackets, texts in
    quotes: `[Price] * 2`, `IF [Age] >= 18 THEN "adult" ELSE "child" ENDIF`, `Left([Name], 1) + "."`,
    `FileGetFileName(FileGetDir([FullPath]))`.

    A new field has the type that you give, or else that of its expression. An existing field keeps its type, whatever
    is given, and a warning says so: use Select to change it. What cannot become that type is null and reported with its
    record number, and so is what an expression itself cannot convert; a text that is too long
    is cut, with a warning.

    Example: `{tool: Formula, fields: [{field: Class, expression: 'FileGetFileName(FileGetDir([FullPath]))'}]}`
    """

    keywords = ("calculate", "compute", "expression", "column", "if", "condition", "regex", "new field")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        entering = inputs["in"]
        fields = {field.name: field for field in entering}
        for step in self._steps(entering):
            fields.setdefault(step.result.field.name, step.result.field.arrow())
        return {"out": pa.schema(list(fields.values()), entering.metadata)}

    def warnings(self, inputs: Schemas) -> Iterator[ToolWarning]:
        for number, (line, step) in enumerate(zip(self.config.fields, self._steps(inputs["in"]), strict=True)):
            if step.old:
                yield from keeps_type(step.old, line.type, line.size, f"fields.{number}.type")

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        out = self.schema(context.inputs)["out"]
        self._ready = steps = self._steps(entering)
        named = dict.fromkeys(column.name for step in steps for column in step.reads)
        reads = [name for name in named if name in entering.names]
        table = steps[-1].query if steps else "batch"
        self._results = Results(context, [step.result for step in steps], table, reads, out)

    def apply(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        return self._results.into(batch)

    def relation(self, below: Relation, anchor: str) -> Relation | None:
        whole: Relation | None = below
        for line, step in zip(self.config.fields, self._ready, strict=True):
            is_lossy = step.result.before != step.result.after  # what gets lost must be told
            if whole is None or is_lossy or is_volatile(line.expression):
                return None
            scope = Scope.of(whole.schema, self.home, RECORD).computing(line.field)
            compiled = compile_expression(line.expression, scope)
            whole = whole.computed(step.result.field.arrow(), compiled.sql, compiled.fields)
        return whole

    def take_note(self, note: Cut) -> None:
        self._results.take(note)

    def complete(self) -> Iterator[Emission]:
        self._results.tell()
        yield from ()

    def close(self, failed: bool) -> None:
        if hasattr(self, "_results"):
            self._results.close()

    def _steps(self, schema: pa.Schema) -> list[_Step]:
        """Every line made ready; raises what is wrong with all of them."""
        scope = Scope.of(schema, self.home, RECORD)
        known = {field.name.casefold(): field for field in fields_of(schema)}
        steps: list[_Step] = []
        problems: list[ToolError] = []
        for number, line in enumerate(self.config.fields):
            below = steps[-1].query if steps else "batch"
            name = quote_name(_free_name(schema, number))
            try:
                step = _step(line, f"fields.{number}", scope, known, below, name)
                steps.append(step)
                field, after = step.result.field, step.result.after
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
    compiled = compile_expression(line.expression, scope.computing(line.field), setting=f"{setting}.expression")
    old = known.get(line.field.casefold())
    field = old or _new(line, setting, compiled.type)
    query = f"(SELECT *, {compiled.sql} AS {name} FROM {below})"  # noqa: S608 - all of it quoted
    column = Compiled(name, compiled.type, compiled.columns)
    result = computed(column, field, f"{setting}.expression")
    if result.after != name:
        after = f'{name[:-1]} as {field.type}"'
        query = f"(SELECT *, {result.after} AS {after} FROM {query})"  # noqa: S608 - all of it quoted
        result = Computed(field, compiled.type, name, after)
    return _Step(result, compiled.columns, query, old)


def _new(line: Line, setting: str, given: FieldType) -> Field:
    convert.check_size(line.type or given, line.size, line.scale, setting)
    source = f"Formula: {line.expression}"
    return Field(line.field, line.type or given, line.size, line.scale, source=source)
