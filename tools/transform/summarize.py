"""Summarize: groups of records, and what their values come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal, Self

import pyarrow as pa
from pydantic import Field as ConfigField
from pydantic import JsonValue, model_validator

from engine.context import Context
from engine.errors import ToolError, listed
from engine.feed import column, in_order
from engine.relation import LineFeed, Relation
from engine.tool import Config, Emission, FieldName, Schemas, Tool
from engine.types import BLOBS, INTEGERS, Field, FieldType, find_field
from tools._records.actions import ACTIONS, aggregate
from tools._records.grouped import Grouping, ordered
from tools._records.naming import free_name

ActionName = Literal[
    "GroupBy", "Sum", "Count", "CountNonNull", "CountNull", "CountDistinct", "CountDistinctNonNull", "CountBlank",
    "CountNonBlank", "Min", "Max", "First", "Last", "Mode", "Longest", "Shortest", "Concat", "Avg", "AvgNo0", "StdDev",
    "Variance", "Median", "Percentile",
]  # fmt: skip


def _only(action: ActionName) -> dict[str, JsonValue]:
    """For the form: a setting that matters with this action alone."""
    return {"when": {"action": [action]}}


class Line(Config):
    """A field that leaves."""

    field: FieldName = ""
    """The field to group by or to sum up; only Count does without."""
    action: ActionName
    """What to do with it."""
    rename: str = ""
    """The name of the field that leaves; empty: the old one for GroupBy, else such as Sum_Price."""
    separator: str = ConfigField(default=",", json_schema_extra=_only("Concat"))
    """Concat: what stands between the values."""
    start: str = ConfigField(default="", json_schema_extra=_only("Concat"))
    """Concat: what stands before the first."""
    end: str = ConfigField(default="", json_schema_extra=_only("Concat"))
    """Concat: what stands after the last."""
    percentile: float = ConfigField(default=50, ge=0, le=100, json_schema_extra=_only("Percentile"))
    """Percentile: which one; 50 is the median."""

    @model_validator(mode="after")
    def _has_field(self) -> Self:
        if not self.field and self.action != "Count":
            raise ValueError(f"{self.action} needs a field")
        return self


class SummarizeConfig(Config):
    actions: Annotated[list[Line], ConfigField(min_length=1)]
    """The fields that leave, in order."""


@dataclass(frozen=True)
class _Result:
    """A field that leaves, and the SQL of its values; `overflow` tells where a sum did not fit."""

    field: pa.Field
    sql: str
    group: bool = False
    overflow: str = ""


class Summarize(Tool[SummarizeConfig]):
    """Group records, and count, sum or otherwise sum up their fields.

    One record leaves for each combination of values of the fields with GroupBy, sorted by them; without GroupBy one
    record for all. Null and NaN are groups of their own.

    | action | gives |
    |---|---|
    | Sum, Avg, AvgNo0 | sum, average, average of all but 0 |
    | Min, Max, Median | smallest, greatest, middle value |
    | Percentile | the value below which `percentile` per cent lie, between two values by proportion |
    | StdDev, Variance | of a sample (divided by n - 1) |
    | Count, CountNull, CountNonNull | records; records where the field is Null; where it is not |
    | CountDistinct, CountDistinctNonNull | different values, Null among them or not |
    | CountBlank, CountNonBlank | texts that are empty or Null; that are not |
    | First, Last | the value of the first or last record, also where that is Null |
    | Mode | the most frequent value; of equally frequent ones the first |
    | Longest, Shortest | the longest or shortest text; of equally long ones the first |
    | Concat | all values but Null one behind the other, with `start`, `separator`, `end` |

    Null does not count in any but these. Whole numbers add up to an Int64; a sum beyond that is Null, with a conversion
    error. What does not fit into memory goes to disk; Median, Percentile and Concat hold the values of their field.

    Example: `{tool: Summarize, actions: [{field: Class, action: GroupBy}, {field: Size, action: Avg, rename: Mean}]}`
    """

    keywords = ("group by", "aggregate", "sum", "count", "average", "total", "pivot", "distinct", "concatenate")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema | None]:
        return {"out": pa.schema([result.field for result in self._results(inputs["in"])])}

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        self._ready = self._results(entering)
        used = {find_field(entering, line.field).name for line in self.config.actions if line.field}
        self._names = [name for name in entering.names if name in used]
        fed = pa.schema([entering.field(name) for name in self._names])
        keys = [
            column(fed, find_field(fed, line.field).name) for line in self.config.actions if line.action == "GroupBy"
        ]
        self._usual = partial(Grouping, context, self._query(in_order("input")), fed, keys, self._order)
        self._feed: Grouping | LineFeed = self._usual()

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._feed.write(batch.select(self._names))
        yield from ()

    def complete(self) -> Iterator[Emission]:
        schema = pa.schema([result.field for result in self._ready])
        sums = [result for result in self._ready if result.overflow]
        flags = [pa.field("overflow", pa.bool_()) for _ in sums]
        for batch in self._found(pa.schema([*schema, *flags])):
            for result, flag in zip(sums, batch.columns[len(schema) :], strict=True):
                if flag.true_count:
                    message = f"[{result.field.name}]: a sum is too large for Int64."
                    self.context.conversion_error(message, flag.true_count)
            yield "out", pa.RecordBatch.from_arrays(batch.columns[: len(schema)], schema=schema)

    def _found(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        records = 0
        for batch in self._feed.result(schema):
            records += batch.num_rows
            yield batch
        if not records and not self._order:  # no record came to the end of the line: that is one for all, too
            self._feed.close()
            self._feed = self._usual()
            yield from self._feed.result(schema)

    def ask(self, below: Relation, entering: pa.Schema) -> LineFeed | None:
        if isinstance(self._feed, Grouping) and self._feed.seem_many:
            return None
        self._feed.close()
        query = self._query("input", below.counts, below.groups) + ordered(self._order)  # a line is in order
        self._feed = feed = LineFeed(self.context.sql, below, self._names, query, entering)
        return feed

    def close(self, failed: bool) -> None:
        if hasattr(self, "_feed"):
            self._feed.close()

    def _query(self, table: str, counts: Sequence[str] = (), more_groups: Sequence[str] = ()) -> str:
        results = self._results(pa.schema([self.context.inputs["in"].field(name) for name in self._names]))
        columns = [result.sql for result in results] + [result.overflow for result in results if result.overflow]
        groups = [*(result.sql for result in results if result.group), *more_groups]
        arranged = f" GROUP BY {', '.join(groups)}" if groups else ""
        return f"SELECT {', '.join([*columns, *counts])} FROM {table}{arranged}"  # noqa: S608 - neutral names, quoted texts

    @property
    def _order(self) -> list[int]:
        """The places of the groups among the fields that leave."""
        return [place for place, result in enumerate(self._ready, 1) if result.group]

    def _results(self, schema: pa.Schema) -> list[_Result]:
        """Every line made ready; raises what is wrong with all of them."""
        results: list[_Result] = []
        problems: list[ToolError] = []
        for place, line in enumerate(self.config.actions):
            try:
                result = _result(schema, line, f"actions.{place}")
                name = line.rename or result.field.name
                name = free_name(name, (other.field.name for other in results))
                results.append(_Result(result.field.with_name(name), result.sql, result.group, result.overflow))
            except ToolError as problem:
                problems.append(problem)
        if len(problems) > 1:
            raise ExceptionGroup("several lines are wrong", problems)
        if problems:
            raise problems[0]
        return results


def _result(schema: pa.Schema, line: Line, setting: str) -> _Result:
    if line.action == "Count":
        if line.field:
            find_field(schema, line.field, setting=f"{setting}.field")
        return _Result(Field("Count", FieldType.Int64).arrow(), "count(*)")
    field = find_field(schema, line.field, setting=f"{setting}.field")
    name = column(schema, field.name)
    _check(field, line.action, setting)
    if line.action == "GroupBy":
        return _Result(schema.field(field.name), _without_minus_zero(field, name), group=True)
    action = ACTIONS[line.action]
    sql = aggregate(
        line.action, field, name,
        separator=line.separator, start=line.start, end=line.end, fraction=line.percentile / 100,
    )  # fmt: skip
    arrow = action.gives(field).arrow() if action.gives else schema.field(field.name)
    arrow = arrow.with_name(f"{line.action}_{field.name}")
    if line.action == "Sum" and field.type in INTEGERS:
        fits = f"TRY_CAST({sql} AS BIGINT)"
        return _Result(arrow, fits, overflow=f"({sql} IS NOT NULL AND {fits} IS NULL)")
    return _Result(arrow, sql)


def _check(field: Field, action: ActionName, setting: str) -> None:
    fits = ACTIONS[action].fits if action in ACTIONS else tuple(type_ for type_ in FieldType if type_ not in BLOBS)
    if field.type not in fits:
        raise ToolError(
            f"{action} does not work on [{field.name}], which is {field.type}.",
            hint=f"It works on {listed(fits)}.",
            setting=f"{setting}.action",
        )


def _without_minus_zero(field: Field, name: str) -> str:
    """0 and -0 are one group: which of them stands for it must not be left to chance."""
    if field.type in (FieldType.Float, FieldType.Double):
        return f"CASE WHEN {name} = 0 THEN 0 ELSE {name} END"
    return name
