"""Fields below each other: the values of several fields become one, record by record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from engine.context import Context
from engine.expression import convert
from engine.sql import quote_name
from engine.types import TEXTS, Field
from tools._records.types import widest


@dataclass(frozen=True)
class Stack:
    """A field and those whose values it takes, from top to bottom; None: Null stands there."""

    target: Field
    sources: tuple[Field | None, ...]

    @classmethod
    def of(cls, name: str, sources: Sequence[Field | None], setting: str) -> Stack:
        """A stack of fields, of a type that holds the values of all.

        Raises:
            ToolError: there are Blobs among other types, or no field at all.
        """
        known = [source for source in sources if source is not None]
        wide = widest(known, setting)
        return cls(Field(name, wide.type, wide.size, wide.scale, meaning=wide.meaning), tuple(sources))


class Stacking:
    """Makes a column of each stack, all equally high: the values of the first record, those of the second, ..."""

    def __init__(self, context: Context, stacks: Sequence[Stack]) -> None:
        self._stacks = stacks
        self._converted = list(
            dict.fromkeys(
                (source, stack.target)
                for stack in stacks
                for source in stack.sources
                if source is not None and _must_convert(source, stack.target)
            )
        )
        if self._converted:
            columns = ", ".join(
                convert.template(source.type, target).format(x=quote_name(source.name))
                for source, target in self._converted
            )
            reads = list(dict.fromkeys(source.name for source, _ in self._converted))
            query = f"SELECT {columns} FROM batch"  # noqa: S608 - all of it quoted
            self._query = context.sql.per_batch(query, context.inputs["in"], reads)

    def __call__(self, batch: pa.RecordBatch) -> list[pa.Array]:
        """A column for each stack."""
        converted = dict(zip(self._converted, self._query(batch), strict=True)) if self._converted else {}
        return [self._column(stack, batch, converted) for stack in self._stacks]

    def _column(self, stack: Stack, batch: pa.RecordBatch, converted: dict[tuple[Field, Field], pa.Array]) -> pa.Array:
        type_ = stack.target.arrow_type
        layers = [
            pa.nulls(batch.num_rows, type_)
            if source is None
            else converted.get((source, stack.target), batch[source.name]).cast(type_)
            for source in stack.sources
        ]
        record_by_record = np.arange(len(layers) * batch.num_rows).reshape(len(layers), -1).T.ravel()
        return pa.concat_arrays(layers).take(pa.array(record_by_record))

    def close(self) -> None:
        """Let go of the query."""
        if self._converted:
            self._query.close()


def repeated(column: pa.Array, times: int) -> pa.Array:
    """Every value so many times."""
    return column.take(pa.array(np.repeat(np.arange(len(column)), times)))


def _must_convert(source: Field, target: Field) -> bool:
    return source.type is not target.type and not (source.type in TEXTS and target.type in TEXTS)
