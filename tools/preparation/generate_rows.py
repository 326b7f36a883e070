"""GenerateRows: records made by a loop."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.context import Context
from engine.errors import ToolError, ToolWarning
from engine.expression import Column, Compiled, Scope, compile_expression
from engine.sql import BatchQuery, quote_name
from engine.tool import Anchor, Config, Emission, Expression, FieldName, Scale, Schemas, Size, Tool
from engine.types import Field, FieldType, find_field
from tools._formulas.computed import computed, keeps_type, new_field
from tools._formulas.strides import stride

_RECORDS, _FIRST_STEPS = 64, 15  # how many records take their first steps together
_STEPS = 1024  # how many one record takes at once after that: a longer list is copied more often
_MOST_STEPS = 1 << 16  # how many where each is computed from the first, which copies nothing
_CURRENT, _STEP_COUNT, _STEP = "=current", "=steps", "=step"


class GenerateRowsConfig(Config):
    field: FieldName = "RowCount"
    """The field that the loop gives values to: a new name, or a field of the input."""
    type: FieldType | None = None
    """The type of a new field; left out, that of the initial value."""
    size: Size = None
    """How long texts may be, in characters; of a FixedDecimal: all digits with sign and point."""
    scale: Scale = None
    """Decimals of a FixedDecimal."""
    initial: Expression = "1"
    """The first value."""
    condition: Expression = "[RowCount] <= 10"
    """While this holds, a record leaves with the value and the loop goes on."""
    loop: Expression = "[RowCount] + 1"
    """The next value, from the one before."""


class GenerateRows(Tool[GenerateRowsConfig]):
    """Make records by a loop: numbers, dates, or several records of each that comes in.

    The field starts with `initial`; as long as `condition` holds, a record leaves and `loop` gives the next value. With
    an input, the loop runs for each of its records, which leave with the new field, and expressions may name their
    fields. A value of Null ends the loop.

    Example: `{tool: GenerateRows, field: Day, initial: '[Start]', condition: '[Day] <= [End]',
    loop: 'DateTimeAdd([Day], 1, "days")'}`
    """

    inputs = (Anchor("in", "Records to repeat; without any, the loop runs once.", optional=True),)
    keywords = ("loop", "sequence", "series", "repeat", "calendar", "numbers", "range")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs.get("in", pa.schema([]))
        field = self._compile(entering)
        return {"out": entering if field.name in entering.names else entering.append(field.arrow())}

    def warnings(self, inputs: Schemas) -> Iterator[ToolWarning]:
        entering = inputs.get("in", pa.schema([]))
        field = self._compile(entering)
        if field.name in entering.names:
            yield from keeps_type(field, self.config.type, self.config.size, "type")

    def _compile(self, entering: pa.Schema) -> Field:
        """Check and translate the expressions; gives the field that they are about."""
        config, scope = self.config, Scope.of(entering, self.home, "NULL").computing(self.config.field)
        initial = compile_expression(config.initial, scope, setting="initial")
        if config.field.casefold() in (name.casefold() for name in entering.names):
            field = find_field(entering, config.field)
        else:
            source = f"GenerateRows: {config.loop}"
            field = new_field(config.field, config.type, config.size, config.scale, initial.type, source)
        here = scope.with_column(Column(field.name, field.type, quote_name(field.name)))
        past = scope.with_column(Column(field.name, field.type, "past_[-1]"))
        self._initial = _Formula(initial, computed(initial, field, "initial").after)
        loop = compile_expression(config.loop, past, setting="loop")
        self._loop = _Formula(loop, computed(loop, field, "loop").after)
        self._stride = self._compile_stride(scope, field)
        condition = compile_expression(config.condition, here, setting="condition")
        if condition.type is not FieldType.Bool:
            message = f"The condition gives a {condition.type}; it must be true or false."
            raise ToolError(message, hint=f"Compare, as in [{field.name}] <= 10.", setting="condition")
        self._condition = _Formula(condition, f"coalesce({condition.sql}, FALSE)")
        return field

    def _compile_stride(self, scope: Scope, field: Field) -> str:
        """SQL of the value after `step_` steps from the current one; empty where it takes all those between."""
        tree = stride(self.config.loop, field, _STEP)
        if tree is None:
            return ""
        here = scope.with_column(Column(field.name, field.type, quote_name(_CURRENT)))
        here = here.with_column(Column(_STEP, FieldType.Int64, "step_"))
        return computed(compile_expression(tree, here, setting="loop"), field, "loop").after

    def open(self, context: Context) -> None:
        super().open(context)
        self._entering = context.inputs.get("in", pa.schema([]))
        self._field = self._compile(self._entering)
        self._out = self.schema(context.inputs)["out"]
        current = pa.field(_CURRENT, self._field.arrow_type)
        growing = self._given().append(current).append(pa.field(_STEP_COUNT, pa.int64()))
        reads = [name for name in self._loop.names if name != self._field.name or name in self._given().names]
        self._start = self._query(self._initial.sql, self._given(), self._initial.names)
        self._grow = self._query(self._growing(), growing, [*reads, _CURRENT, _STEP_COUNT])
        self._holds = self._query(self._condition.sql, self._out, self._condition.names)
        self._told = False

    def _growing(self) -> str:
        """SQL of a list: the current value and those of the next steps."""
        first, steps = f"[{quote_name(_CURRENT)}]", f"range(1, {quote_name(_STEP_COUNT)} + 1)"
        if self._stride:
            return f"list_concat({first}, list_transform({steps}, lambda step_: {self._stride}))"
        return f"list_reduce({steps}, lambda past_, step_: list_append(past_, {self._loop.sql}), {first})"

    def _given(self) -> pa.Schema:
        return self._entering if len(self._entering) else pa.schema([("=", pa.bool_())])

    def _query(self, sql: str, schema: pa.Schema, names: list[str]) -> BatchQuery:
        query = f"SELECT {sql} FROM batch"  # noqa: S608 - translated, all of it quoted
        return self.context.sql.per_batch(query, schema, names, self.context.hear)

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        for start in range(0, batch.num_rows, _RECORDS):
            for made in self._make(batch.slice(start, _RECORDS)):
                yield "out", made

    def complete(self) -> Iterator[Emission]:
        if "in" not in self.context.inputs:
            for made in self._make(pa.RecordBatch.from_pydict({"=": [None]}, self._given())):
                yield "out", made

    def _make(self, records: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """The records that come of some: the first steps of all together, the others one by one."""
        (current,) = self._start(records)
        values, counts = self._steps(records, current.cast(self._field.arrow_type), _FIRST_STEPS)
        width, start = _FIRST_STEPS + 1, 0
        for unfinished in np.flatnonzero(counts == width):
            yield self._rows(records, values, counts, width, start, int(unfinished) + 1)
            record, last = records.slice(unfinished, 1), values[int(unfinished) * width + width - 1]
            yield from self._go_on(record, last)
            start = int(unfinished) + 1
        yield self._rows(records, values, counts, width, start, records.num_rows)

    def _go_on(self, record: pa.RecordBatch, last: pa.Scalar) -> Iterator[pa.RecordBatch]:
        """The rest of the records of one, after its value `last`."""
        going, steps = True, _STEPS
        while going:
            self.context.check()
            values, counts = self._steps(record, pa.array([last], self._field.arrow_type), steps)
            if counts[0] == steps + 1 and len(values.unique()) == 1:
                message = f"The loop never ends: [{self._field.name}] stays {last.as_py()!r}."
                raise ToolError(message, hint="Let the loop change it.", setting="loop")
            yield self._rows(record, values.slice(1), counts - 1, steps, 0, 1)
            going, last = counts[0] == steps + 1, values[steps]
            steps = min(4 * steps, _MOST_STEPS) if self._stride else steps

    def _steps(
        self, records: pa.RecordBatch, current: pa.Array, steps: int
    ) -> tuple[pa.Array, np.ndarray[tuple[int], np.dtype[np.int64]]]:
        """The current and the next values of each record, one behind the other, and how many of them are wanted."""
        count = records.num_rows
        columns = [*records.columns, current, pa.array(np.full(count, steps))]
        names = [*records.schema.names, _CURRENT, _STEP_COUNT]
        (lists,) = self._grow(pa.RecordBatch.from_arrays(columns, names))
        values = lists.flatten().cast(self._field.arrow_type)
        parents = np.repeat(np.arange(count), steps + 1)
        (holds,) = self._holds(self._joined(records.take(pa.array(parents)), values))
        wanted = pc.and_(holds, values.is_valid()).to_numpy(zero_copy_only=False).reshape(count, steps + 1)
        counts = np.where(wanted.all(axis=1), steps + 1, np.argmin(wanted, axis=1))
        self._warn_of_null(values, counts, steps + 1)
        return values, counts

    def _warn_of_null(self, values: pa.Array, counts: np.ndarray[tuple[int], np.dtype[np.int64]], width: int) -> None:
        ends = np.flatnonzero((counts > 0) & (counts < width))
        stops = values.take(pa.array(ends * width + counts[ends]))
        if stops.null_count and not self._told:
            self._told = True
            self.context.warning(f"[{self._field.name}] became Null, which ended the loop.")

    def _rows(
        self,
        records: pa.RecordBatch,
        values: pa.Array,
        counts: np.ndarray[tuple[int], np.dtype[np.int64]],
        width: int,
        start: int,
        end: int,
    ) -> pa.RecordBatch:
        """The wanted values of the records from `start` to `end`, each with its record."""
        parents = np.repeat(np.arange(start, end), counts[start:end])
        within = np.concatenate([np.arange(count) for count in counts[start:end]] or [np.zeros(0, np.int64)])
        return self._joined(records.take(pa.array(parents)), values.take(pa.array(parents * width + within)))

    def _joined(self, records: pa.RecordBatch, values: pa.Array) -> pa.RecordBatch:
        columns = [values if name == self._field.name else records.column(name) for name in self._out.names]
        return pa.RecordBatch.from_arrays(columns, schema=self._out)

    def close(self, failed: bool) -> None:
        for query in (getattr(self, name, None) for name in ("_start", "_grow", "_holds")):
            if query is not None:
                query.close()


class _Formula:
    """An expression with the SQL of its result, and the fields that it names."""

    def __init__(self, compiled: Compiled, sql: str) -> None:
        self.sql = sql
        self.names = list(dict.fromkeys(compiled.fields))
