"""A full outer join of any number of streams, out of core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.context import Context
from engine.spool import Spool
from engine.sql import MAX_ROWS
from tools._joining.side import Side, record_numbers

_BATCH_BYTES = 4 << 20
_SHARE = 8  # of the memory: what is put in order at once, where the inputs are joined one to one
_MOST_PARTS = 256  # each may be an open file
_WIDE = pa.binary(32)  # how a decimal of more than 38 digits travels through DuckDB, which has none


@dataclass(frozen=True)
class Part:
    """What one input gives to a batch of the result.

    Attributes:
        numbers: of its records, Null where it has no part in a record of the result.
        batch: its columns.
    """

    numbers: pa.Array
    batch: pa.RecordBatch

    @property
    def present(self) -> pa.BooleanArray:
        """Which records of the result it has a part in."""
        return self.numbers.is_valid()


def outer_join(context: Context, sides: Sequence[tuple[Side, Spool]]) -> Iterator[list[Part]]:
    """Every combination of records with equal keys, and every record without one, in the order of the inputs.

    They are joined, dealt out to spools by the place where they belong, and put in order one spool after the other:
    to join and sort everything at once takes more memory the more there is.

    Yields:
        a batch of the result as one part an input; all parts are equally long.
    """
    tables = {
        f"side{number}": pa.RecordBatchReader.from_batches(_schema(side, number), _stream(side, spool, number))
        for number, (side, spool) in enumerate(sides)
    }
    count = len(sides[0][0].keys) or 1
    rows = _rows(sides)
    joined = pa.schema([field for number, (side, _) in enumerate(sides) for field in _schema(side, number)])
    size = sum(spool.bytes for _, spool in sides)
    parts = min(1 + size // (context.resources.memory // _SHARE), _MOST_PARTS)
    spools = [context.spool(joined) for _ in range(parts)]
    try:
        for batch in context.sql.stream(_query(len(sides), count), tables, rows):
            _deal(batch.cast(joined), [spool.rows for _, spool in sides], spools)
        for part in spools:
            for batch in context.sql.stream(_in_order(len(sides)), {"joined": part.reader()}, rows):
                yield [_part(batch, side.schema, number) for number, (side, _) in enumerate(sides)]
            part.close()
    finally:
        for part in spools:
            part.close()


def _deal(batch: pa.RecordBatch, counts: Sequence[int], spools: Sequence[Spool]) -> None:
    """Set joined records aside, each with those that come near it in the result."""
    offsets = [sum(counts[:number]) for number in range(len(counts))]
    places = pc.coalesce(*(pc.add(batch.column(f"n{number}"), offset) for number, offset in enumerate(offsets)))
    which = places.to_numpy() * len(spools) // sum(counts)
    for number in np.unique(which):
        spools[number].append(batch.filter(pa.array(which == number)))


def _rows(sides: Sequence[tuple[Side, Spool]]) -> int:
    """How many joined records make a batch that is small beside the memory."""
    width = sum(spool.bytes / max(spool.rows, 1) for _, spool in sides)
    return int(min(max(_BATCH_BYTES / max(width, 1), 1), MAX_ROWS))


def _query(sides: int, keys: int) -> str:
    query = "SELECT * FROM side0"
    for number in range(1, sides):
        conditions = " AND ".join(f"{_before(number, key)} IS NOT DISTINCT FROM k{number}_{key}" for key in range(keys))
        query += f" FULL OUTER JOIN side{number} ON {conditions}"
    return query


def _in_order(sides: int) -> str:
    return "SELECT * FROM joined ORDER BY " + ", ".join(f"n{number} NULLS LAST" for number in range(sides))  # noqa: S608 - neutral names


def _before(number: int, key: int) -> str:
    """A key as the inputs before this one have it: those that have a part in the record all have the same."""
    return f"coalesce({', '.join(f'k{earlier}_{key}' for earlier in range(number))})"


def _schema(side: Side, number: int) -> pa.Schema:
    """Names of our own: DuckDB's know no case, and a field may be called anything."""
    columns = [pa.field(f"c{number}_{place}", _travelling(field.type)) for place, field in enumerate(side.schema)]
    types = [type_ for _, type_ in side.keys] or [pa.int64()]
    keys = [pa.field(f"k{number}_{place}", _travelling(type_)) for place, type_ in enumerate(types)]
    return pa.schema([*columns, *keys, pa.field(f"n{number}", pa.int64())])


def _stream(side: Side, spool: Spool, number: int) -> Iterator[pa.RecordBatch]:
    schema = _schema(side, number)
    first = 0
    for batch in spool:
        columns = [*batch.columns, *side.key_columns(batch, first), record_numbers(batch, first)]
        columns = [
            column.view(field.type) if column.type != field.type else column
            for column, field in zip(columns, schema, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)
        first += batch.num_rows


def _travelling(type_: pa.DataType) -> pa.DataType:
    return _WIDE if pa.types.is_decimal256(type_) else type_


def _part(batch: pa.RecordBatch, schema: pa.Schema, number: int) -> Part:
    columns = [_arrived(batch.column(f"c{number}_{place}"), field.type) for place, field in enumerate(schema)]
    return Part(batch.column(f"n{number}"), pa.RecordBatch.from_arrays(columns, schema=schema))


def _arrived(column: pa.Array, type_: pa.DataType) -> pa.Array:
    if pa.types.is_decimal256(type_):
        return column.cast(_WIDE).view(type_)
    return column if column.type == type_ else column.cast(type_)
