"""MultiRowFormula: compute a field from the records around each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

import pyarrow as pa

from engine.context import Context
from engine.errors import ToolWarning
from engine.expression import Column, compile_expression
from engine.expression.losses import Cut, Losses
from engine.feed import NUMBER, Feed, column
from engine.spool import Spool
from engine.tool import Config, Emission, Expression, FieldName, Gather, GroupBy, Scale, Schemas, Size, hint
from engine.types import NUMBERS, TEXTS, Field, FieldType, find_field
from tools._formulas.computed import Computed, computed, keeps_type, new_field
from tools._formulas.rows import PAST, RECORD, RowScope
from tools._records.beside import beside
from tools._records.groups import group_fields

_CHUNK = 1024  # records folded at once: fewer cost more calls, more cost more copies of the growing list


class MultiRowFormulaConfig(Config):
    field: FieldName
    """The field to compute: a new name, or a field of the input to give new values to."""
    expression: Annotated[Expression, hint(examples=["[Row-1:Total] + [Sales]"])]
    """How to compute it. `[Row-1:Sales]` is the value of the record before, `[Row+2:Sales]` that of the second after;
    of the field itself, records before have their new values."""
    type: FieldType | None = None
    """The type of a new field. Left out, it is what the expression gives, or Double where that needs the field
    itself. An existing field keeps its type."""
    size: Size = None
    """How long texts may be, in characters; of a FixedDecimal: all digits with sign and point."""
    scale: Scale = None
    """Decimals of a FixedDecimal."""
    missing: Annotated[Literal["null", "empty", "nearest"], hint(label="Values for rows that do not exist")] = "null"
    """What stands for values of records before the first and after the last: Null; 0 or an empty text; the value of the
    nearest record there is."""
    by: GroupBy = []
    """Fields whose values make groups; no record sees those of another group."""


class MultiRowFormula(Gather[MultiRowFormulaConfig]):
    """Compute a field from the records before and after: differences, running counts, filling down.

    Records keep their order, groups or not. The expression may name values any number of records away, and earlier
    results of its own field: `[Row-1:Count] + 1` counts. `nearest` gives Null for a result before the first record.

    A new field has the type that you give. An existing field keeps its type, whatever is given, and a warning says so:
    use Select to change it. What cannot be converted is null and reported with its record number.

    Example: `{tool: MultiRowFormula, field: Change, expression: '[Price] - [Row-1:Price]', by: [Share]}`
    """

    keywords = ("lag", "lead", "previous row", "next row", "fill down", "difference", "running")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        group_fields(entering, self.config.by, "by")
        result, _ = self._compile(entering)
        if result.field.name in entering.names:
            return {"out": entering}
        return {"out": entering.append(result.field.arrow())}

    def _compile(self, schema: pa.Schema) -> tuple[Computed, RowScope]:
        old = self._old(schema)
        name = old.name if old else self.config.field
        own = old.type if old else self.config.type or FieldType.Double
        scope = RowScope(schema, self.home, Column(name, own, self._before_the_first(own)))
        compiled = compile_expression(self.config.expression, scope, setting="expression")
        if old is None:
            type_ = own if scope.depth else self.config.type
            source = f"MultiRowFormula: {self.config.expression}"
            old = new_field(name, type_, self.config.size, self.config.scale, compiled.type, source)
        return computed(compiled, old, "expression"), scope

    def _old(self, schema: pa.Schema) -> Field | None:
        """The field of the input that gets new values, or None."""
        if self.config.field.casefold() not in (name.casefold() for name in schema.names):
            return None
        return find_field(schema, self.config.field)

    def warnings(self, inputs: Schemas) -> Iterator[ToolWarning]:
        old = self._old(inputs["in"])
        if old:
            yield from keeps_type(old, self.config.type, self.config.size, "type")

    def _before_the_first(self, type_: FieldType) -> str:
        return _empty(type_) if self.config.missing == "empty" else "NULL"

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        self._out = self.schema(context.inputs)["out"]
        self._result, self._scope = self._compile(entering)
        self._losses = Losses(context)
        groups = [field.name for field in group_fields(entering, self.config.by, "by")]
        self._names = list(dict.fromkeys([*groups, *(name for name, _ in self._scope.values)]))
        fed = pa.schema([entering.field(name) for name in self._names])
        self._found = pa.schema([("before", self._result.given_arrow), ("after", self._result.field.arrow_type)])
        hear = None if self._scope.depth else context.hear
        self._feed = Feed(context.sql, self._query(fed, [column(fed, name) for name in groups]), fed, hear)

    def _query(self, schema: pa.Schema, groups: list[str]) -> str:
        """Results in the order of the records; or, where they build on each other, what they are computed from."""
        partition = f"PARTITION BY {', '.join(groups)} " if groups else ""
        values = [self._value(schema, name, distance, partition) for name, distance in self._scope.values]
        columns = [f"row_number() OVER ({partition}ORDER BY {NUMBER}) AS number", NUMBER]
        columns += [f"{value} AS x{place}" for place, value in enumerate(values)]
        inner = f"SELECT {', '.join([*groups, *columns])} FROM input"  # noqa: S608 - neutral names
        if not self._scope.depth:
            results = f"{self._result.before}, {self._result.after}"
            return f"SELECT {results} FROM ({inner}) AS {RECORD} ORDER BY {NUMBER}"  # noqa: S608 - translated
        names = ", ".join(["number", NUMBER, *(f"x{place}" for place in range(len(values)))])
        return f"SELECT {names} FROM ({inner}) ORDER BY {', '.join([*groups, NUMBER])}"  # noqa: S608 - neutral names

    def _value(self, schema: pa.Schema, name: str, distance: int, partition: str) -> str:
        """A field of a record so far away."""
        field = find_field(schema, name)
        sql = column(schema, field.name)
        if field.type is FieldType.FixedDecimal:
            sql = f"CAST({sql} AS DOUBLE)"
        if not distance:
            return sql
        window = f"({partition}ORDER BY {NUMBER})"
        reach = f"{'lag' if distance < 0 else 'lead'}({sql}, {abs(distance)}"
        if self.config.missing == "empty":
            return f"{reach}, {_empty(field.type)}) OVER {window}"
        if self.config.missing == "null":
            return f"{reach}) OVER {window}"
        place, count = f"row_number() OVER {window}", f"count(*) OVER ({partition})"
        if distance < 0:
            there, nearest = f"{place} > {-distance}", f"first_value({sql}) OVER {window}"
        else:
            whole = f"({partition}ORDER BY {NUMBER} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)"
            there, nearest = f"{place} + {distance} <= {count}", f"last_value({sql}) OVER {whole}"
        return f"CASE WHEN {there} THEN {reach}) OVER {window} ELSE {nearest} END"

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._feed.write(batch.select(self._names))
        yield from super().process(anchor, batch)

    def result(self, streams: Mapping[str, Spool]) -> Iterator[Emission]:
        place = self._out.names.index(self._result.field.name)
        start = 0
        for batch, (before, after) in beside(streams["in"], self._results()):
            self._losses.watch(self._result.field, self._result.given, before, after, start)
            columns = list(batch.columns)
            columns[place : place + 1] = [after]
            start += batch.num_rows
            yield "out", pa.RecordBatch.from_arrays(columns, schema=self._out)
        self._losses.tell()

    def take_note(self, note: Cut) -> None:
        self._losses.take(note)

    def _results(self) -> Iterator[pa.RecordBatch]:
        if not self._scope.depth:
            yield from self._feed.result(self._found)
            return
        schema = pa.schema([(NUMBER, pa.int64()), *self._found])
        query = "SELECT c1, c2 FROM input ORDER BY c0"
        self._sorted = Feed(self.context.sql, query, schema)
        for batch in self._folded():
            self._sorted.write(batch)
        yield from self._sorted.result(self._found)

    def _folded(self) -> Iterator[pa.RecordBatch]:
        """Number and result of each record, where each result builds on those before."""
        entering = self.context.inputs["in"]
        types = [_read_as(find_field(entering, name)) for name, _ in self._scope.values]
        names = [f"x{place}" for place in range(len(types))]
        columns = pa.schema([("number", pa.int64()), (NUMBER, pa.int64()), *zip(names, types, strict=True)])
        results = pa.struct(list(self._found))
        lists = pa.schema([("rows", pa.list_(pa.struct(list(columns)))), ("past", pa.list_(results))])
        step = f"{{'before': {self._result.before}, 'after': {self._result.after}}}"
        query = f"SELECT list_reduce(rows, lambda {PAST}, {RECORD}: list_append({PAST}, {step}), past) FROM batch"  # noqa: S608
        past = pa.nulls(self._scope.depth, results)
        with self.context.sql.per_batch(query, lists, lists.names, self.context.hear) as fold:
            for batch in self._feed.result(columns):
                for start in range(0, batch.num_rows, _CHUNK):
                    part = batch.slice(start, _CHUNK)
                    rows = pa.StructArray.from_arrays(part.columns, fields=list(columns))
                    (found,) = fold(pa.RecordBatch.from_arrays([_one_list(rows), _one_list(past)], schema=lists))
                    new = found.flatten().slice(len(past))
                    past = _last(pa.concat_arrays([past, new.cast(results)]), self._scope.depth)
                    yield pa.RecordBatch.from_arrays([part.column(1), *new.flatten()], names=["n", "before", "after"])

    def close(self, failed: bool) -> None:
        super().close(failed)
        for feed in (getattr(self, "_feed", None), getattr(self, "_sorted", None)):
            if feed is not None:
                feed.close()


def _empty(type_: FieldType) -> str:
    if type_ in TEXTS:
        return "''"
    return "0" if type_ in NUMBERS else "FALSE" if type_ is FieldType.Bool else "NULL"


def _read_as(field: Field) -> pa.DataType:
    return pa.float64() if field.type is FieldType.FixedDecimal else field.arrow_type


def _last(values: pa.Array, count: int) -> pa.Array:
    """The last values, as an array of their own: DuckDB reads no part of an array of structs."""
    return values.take(pa.array(range(len(values) - count, len(values))))


def _one_list(values: pa.Array) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array([0, len(values)], pa.int32()), values)
