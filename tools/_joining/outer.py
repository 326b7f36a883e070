"""A full outer join of any number of streams, out of core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from engine.batches import rows_of
from engine.context import Context
from engine.spool import Spool
from tools._joining.index import picked
from tools._joining.side import Side, record_numbers
from tools._records.dealing import deal, deal_by

_BATCH_BYTES = 4 << 20
_SHARE = 8  # of the memory: what is joined, or put in order, at once, where keys are as good as different
_MOST_FILES = 512  # open at once: those of the parts of each input and of the result
_ORDERED = 4  # parts of the result for each of the inputs: its records are longer
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

    The inputs are dealt out by their keys and joined one part after the other; what comes of it is dealt out by the
    place where it belongs, and put in order one part after the other. So memory holds a part at a time, however much
    there is. Spools that have been dealt out are closed.

    Yields:
        a batch of the result as one part an input; all parts are equally long.
    """
    rows, counts = _rows(sides), [spool.rows for _, spool in sides]
    parts = _parts(context, sides)
    joined = pa.schema([field for number, (side, _) in enumerate(sides) for field in _payload(side, number)])
    spools = [context.spool(joined) for _ in range(_ORDERED * parts)]
    try:
        for tables in _by_keys(context, sides, parts):
            for batch in context.sql.stream(_query(sides, joined), tables, rows):
                batch = batch.cast(joined)
                deal(batch, _places(batch, counts) * len(spools) // sum(counts), spools)
        for part in spools:
            for batch in _in_order(context, part, len(sides), rows):
                yield [_part(batch, side.schema, number) for number, (side, _) in enumerate(sides)]
            part.close()
    finally:
        for part in spools:
            part.close()


def _parts(context: Context, sides: Sequence[tuple[Side, Spool]]) -> int:
    size = sum(spool.bytes for _, spool in sides)
    return min(1 + size // (context.resources.memory // _SHARE), _MOST_FILES // (len(sides) + _ORDERED))


def _by_keys(
    context: Context, sides: Sequence[tuple[Side, Spool]], parts: int
) -> Iterator[dict[str, pa.RecordBatchReader]]:
    """The inputs in parts, as tables for the query: what has equal keys is in the same part."""
    streams = [(_schema(side, number), _stream(side, spool, number)) for number, (side, spool) in enumerate(sides)]
    if parts == 1:
        yield {f"side{number}": pa.RecordBatchReader.from_batches(*stream) for number, stream in enumerate(streams)}
        return
    dealt: list[list[Spool]] = []
    try:
        for (schema, stream), (side, spool) in zip(streams, sides, strict=True):
            dealt.append([context.spool(schema) for _ in range(parts)])
            deal_by(context, schema.names[-(len(side.keys) or 1) - 1 : -1], stream, dealt[-1])
            spool.close()
        for spools in zip(*dealt, strict=True):
            yield {f"side{number}": part.reader() for number, part in enumerate(spools)}
            for part in spools:
                part.close()
    finally:
        for part in (part for spools in dealt for part in spools):
            part.close()


def _places(batch: pa.RecordBatch, counts: Sequence[int]) -> npt.NDArray[np.int64]:
    """Where joined records belong in the result, roughly; from 0 to less than all counts together."""
    offsets = [sum(counts[:number]) for number in range(len(counts))]
    places = pc.coalesce(*(pc.add(batch.column(f"n{number}"), offset) for number, offset in enumerate(offsets)))
    numbers: npt.NDArray[np.int64] = places.to_numpy()
    return numbers


def _rows(sides: Sequence[tuple[Side, Spool]]) -> int:
    """How many joined records make a batch that is small beside the memory."""
    width = sum(spool.bytes / max(spool.rows, 1) for _, spool in sides)
    return rows_of(width, _BATCH_BYTES)


def _query(sides: Sequence[tuple[Side, Spool]], joined: pa.Schema) -> str:
    query, keys = f"SELECT {', '.join(joined.names)} FROM side0", len(sides[0][0].keys) or 1  # noqa: S608 - neutral names
    for number in range(1, len(sides)):
        conditions = " AND ".join(f"{_before(number, key)} IS NOT DISTINCT FROM k{number}_{key}" for key in range(keys))
        query += f" FULL OUTER JOIN side{number} ON {conditions}"
    return query


def _in_order(context: Context, part: Spool, sides: int, rows: int) -> Iterator[pa.RecordBatch]:
    """Joined records in the order of the inputs: in memory, unless many have the same keys and the part is large."""
    keys = [f"n{number}" for number in range(sides)]
    if part.bytes > 2 * context.resources.memory // _SHARE:
        order = ", ".join(f"{key} NULLS LAST" for key in keys)
        yield from context.sql.stream(f"SELECT * FROM joined ORDER BY {order}", {"joined": part.reader()}, rows)  # noqa: S608 - neutral names
        return
    table = pa.Table.from_batches(part, part.schema).combine_chunks()
    order = pc.sort_indices(table, [(key, "ascending", "at_end") for key in keys]).to_numpy()
    for start in range(0, len(order), rows):
        context.check()
        yield pa.RecordBatch.from_arrays(picked(table, order[start : start + rows]), schema=part.schema)


def _before(number: int, key: int) -> str:
    """A key as the inputs before this one have it: those that have a part in the record all have the same."""
    return f"coalesce({', '.join(f'k{earlier}_{key}' for earlier in range(number))})"


def _schema(side: Side, number: int) -> pa.Schema:
    """Names of our own: DuckDB's know no case, and a field may be called anything."""
    columns = [pa.field(f"c{number}_{place}", _travelling(field.type)) for place, field in enumerate(side.schema)]
    types = [type_ for _, type_ in side.keys] or [pa.int64()]
    keys = [pa.field(f"k{number}_{place}", _travelling(type_)) for place, type_ in enumerate(types)]
    return pa.schema([*columns, *keys, pa.field(f"n{number}", pa.int64())])


def _payload(side: Side, number: int) -> list[pa.Field]:
    """What is left of a `_schema` when the records have found each other."""
    return [field for field in _schema(side, number) if not field.name.startswith("k")]


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
