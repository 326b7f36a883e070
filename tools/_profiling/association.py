"""How numbers of several fields go together: correlations and covariances over any number of records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.batches import MAX_ROWS
from engine.context import Context
from engine.errors import ToolError
from engine.feed import NUMBER
from engine.types import NUMBERS, Field, FieldType, find_field
from tools._records.groups import listed_fields

Measure: TypeAlias = Literal["pearson", "spearman"]
Matrix: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
_UP_TO_HERE = "count(*) OVER (ORDER BY {x} RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
_RANK = f"(rank() OVER (ORDER BY {{x}}) + {_UP_TO_HERE}) / 2"  # equal values share the mean of their ranks


def number_fields(schema: pa.Schema, names: Sequence[str]) -> list[Field]:
    """The fields of these names, which must be numbers or Bool.

    Raises:
        ToolError: one is not, or comes twice.
    """
    return listed_fields(names, "fields", lambda name, at: _number_field(schema, name, at))


def _number_field(schema: pa.Schema, name: str, setting: str) -> Field:
    field = find_field(schema, name, setting=setting)
    if field.type not in (*NUMBERS, FieldType.Bool):
        message = f"[{field.name}] is {field.type}, no number."
        raise ToolError(message, hint="Make it a number with Select first.", setting=setting)
    return field


class Samples:
    """The numbers of records that have one in every field, set aside; the others are counted in `left_out`."""

    def __init__(self, context: Context, count: int) -> None:
        self._context = context
        self._schema = pa.schema([*((f"c{place}", pa.float64()) for place in range(count)), (NUMBER, pa.int64())])
        self._spool = context.spool(self._schema)
        self.left_out = 0

    @property
    def records(self) -> int:
        """How many there are."""
        return self._spool.rows

    def add(self, columns: Sequence[pa.Array]) -> None:
        """Take the columns of a batch: numbers or Bool."""
        doubles = [_double(column) for column in columns]
        usable = pc.fill_null(pc.is_finite(doubles[0]), False)
        for column in doubles[1:]:
            usable = pc.and_(usable, pc.fill_null(pc.is_finite(column), False))
        self.left_out += len(usable) - usable.true_count
        numbers = pa.array(np.arange(self.records, self.records + usable.true_count))
        kept = [column.filter(usable) for column in doubles]
        self._spool.append(pa.RecordBatch.from_arrays([*kept, numbers], schema=self._schema))

    def covariances(self, measure: Measure = "pearson") -> Matrix:
        """The covariance of every field with every other (divided by n - 1), of values or of their ranks."""
        width, rows = len(self._schema) - 1, 0
        mean, sums = np.zeros(width), np.zeros((width, width))
        for block in _blocks(self._ranks() if measure == "spearman" else self._spool, width):
            own = block.mean(axis=0)
            apart, centred = own - mean, block - own
            share = len(block) / (rows + len(block))
            sums += centred.T @ centred + np.outer(apart, apart) * rows * share
            mean += apart * share
            rows += len(block)
        covariances: Matrix = sums / (rows - 1) if rows > 1 else np.full((width, width), np.nan)
        return covariances

    def correlations(self, measure: Measure = "pearson") -> Matrix:
        """The correlation of every field with every other; NaN where one is the same everywhere."""
        covariances = self.covariances(measure)
        spread = np.sqrt(np.diag(covariances))
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Matrix = np.clip(covariances / np.outer(spread, spread), -1, 1)
        np.fill_diagonal(found, np.where(spread > 0, 1.0, np.nan))
        return found

    def _ranks(self) -> Iterator[pa.RecordBatch]:
        ranks = ", ".join(_RANK.format(x=name) for name in self._schema.names[:-1])
        query = f"SELECT {ranks}, {NUMBER} FROM input ORDER BY {NUMBER}"  # noqa: S608 - neutral names
        return self._context.sql.stream(query, {"input": self._spool.reader()})

    def tell(self) -> None:
        """Say how many records were left out."""
        if self.left_out:
            text = "1 record was" if self.left_out == 1 else f"{self.left_out:,} records were"
            self._context.warning(f"{text} left out, where a field is Null or no finite number.")
        if self.records < 3:
            self._context.warning("With fewer than three records there is nothing to compare.")

    def close(self) -> None:
        """Let go of the numbers."""
        self._spool.close()


def chances(correlations: Matrix, records: int) -> Matrix:
    """How likely such a correlation is where there is none (two-sided t-test); NaN for fewer than three records."""
    from scipy.special import stdtr

    freedom = records - 2
    if freedom < 1:
        return np.full_like(correlations, np.nan)
    with np.errstate(divide="ignore"):
        found: Matrix = 2 * stdtr(freedom, -np.abs(correlations) * np.sqrt(freedom / (1 - correlations**2)))
    return found


def nullable(values: Any) -> pa.Array:
    """Doubles with Null for NaN."""
    return pa.array(values, pa.float64(), from_pandas=True)


def _double(column: pa.Array) -> pa.Array:
    number = column.cast(pa.uint8()) if pa.types.is_boolean(column.type) else column
    return number.cast(pa.float64(), safe=False)  # whole numbers beyond 2**53 are rounded


def _blocks(batches: Iterable[pa.RecordBatch], width: int) -> Iterator[Matrix]:
    """The numbers as matrices, always cut at the same places: sums must not depend on batches."""
    held: list[Matrix] = []
    for batch in batches:
        held.append(np.column_stack([column.to_numpy() for column in batch.columns[:width]]))
        if sum(len(block) for block in held) >= MAX_ROWS:
            together = np.concatenate(held)
            whole = len(together) // MAX_ROWS * MAX_ROWS
            yield from np.split(together[:whole], whole // MAX_ROWS)
            held = [together[whole:]]
    rest = np.concatenate(held) if held else np.zeros((0, width))
    if len(rest):
        yield rest
