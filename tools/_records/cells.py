"""A table that comes cell by cell, row after row, and what it looks like when all columns are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.context import Context
from engine.spool import Spool
from tools._records.groups import Numbers

Doubles: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]


class Cells:
    """Cells that have a value, set aside.

    Args:
        context: the node's.
        keys: fields that are the same in all cells of a row. Null and NaN are values like others.
        values: what a cell holds.
    """

    def __init__(self, context: Context, keys: pa.Schema, values: Sequence[pa.Field]) -> None:
        self._keys = len(keys)
        self._codes: dict[str | None, int] = {}
        self._row = -1
        self._last: pa.RecordBatch | None = None
        self._total: int | None = None
        self._spool = context.spool(pa.schema([("row", pa.int64()), ("column", pa.int64()), *keys, *values]))

    def add(self, cells: pa.RecordBatch) -> None:
        """Take cells whose rows come one after the other: keys, heading of the column, values."""
        keys = cells.select(range(self._keys))
        known = [keys] if self._last is None else [self._last, keys]
        begins = np.cumsum(_begins(pa.Table.from_batches(known)))[-cells.num_rows :]
        rows = begins + self._row if self._last is not None else begins
        self._last, self._row = keys.slice(keys.num_rows - 1), int(rows[-1])
        self._keep(cells, rows)

    def add_total(self, cells: pa.RecordBatch) -> None:
        """Take cells of the last row, which is the total of all others whatever its keys are."""
        self._total = self._row + 1
        self._keep(cells, np.full(cells.num_rows, self._total))

    def _keep(self, cells: pa.RecordBatch, rows: Numbers) -> None:
        headings = pc.dictionary_encode(cells.column(self._keys), null_encoding="encode")
        known = [self._codes.setdefault(heading, len(self._codes)) for heading in headings.dictionary.to_pylist()]
        columns = list(cells.columns)
        columns.pop(self._keys)
        codes = np.array(known)[headings.indices.to_numpy()]
        arrays = [pa.array(rows), pa.array(codes), *columns]
        self._spool.append(pa.RecordBatch.from_arrays(arrays, schema=self._spool.schema))

    @property
    def width(self) -> int:
        """How many columns there are so far."""
        return len(self._codes)

    @property
    def headings(self) -> list[str | None]:
        """Those of all columns so far, in order: Null, then by the codes of their characters."""
        return sorted(self._codes, key=lambda heading: (heading is not None, (heading or "").encode()))

    def sums(self, value: int) -> Doubles:
        """The sum of a value in each column, by the order of `headings`; without the total."""
        places, sums = self._places(), np.zeros(len(self._codes))
        for cells in self._spool:
            counted = cells.filter(pc.and_(cells.column(2 + self._keys + value).is_valid(), self._not_total(cells)))
            numbers = counted.column(2 + self._keys + value).to_numpy()
            np.add.at(sums, places[counted.column(1).to_numpy()], numbers)
        return sums

    def _not_total(self, cells: pa.RecordBatch) -> pa.BooleanArray:
        return pc.not_equal(cells.column(0), -1 if self._total is None else self._total)

    def _places(self) -> Numbers:
        """The place of each column among the headings, by its code."""
        order = {heading: place for place, heading in enumerate(self.headings)}
        return np.array([order[heading] for heading in self._codes], np.int64)

    def blocks(self, most: int) -> Iterator[Block]:
        """All rows, in blocks of at most so many cells with and without value."""
        places = self._places()
        for cells in _rows_together(self._spool, max(most // max(len(places), 1), 1)):
            rows = cells.column(0).to_numpy() - cells.column(0)[0].as_py()
            total = pc.invert(self._not_total(cells)).to_numpy(zero_copy_only=False)
            yield Block(cells, self._keys, rows, places[cells.column(1).to_numpy()], len(places), total)

    def close(self) -> None:
        """Let go of the cells."""
        self._spool.close()


@dataclass(frozen=True)
class Block:
    """Some whole rows.

    Attributes:
        cells: row, column, keys, values.
        count: of the keys.
        rows, columns: where each cell belongs.
        width: columns.
        total: which cells are of the last row.
    """

    cells: pa.RecordBatch
    count: int
    rows: Numbers
    columns: Numbers
    width: int
    total: np.ndarray[Any, np.dtype[np.bool_]]

    def keys(self) -> list[pa.Array]:
        """The keys of each row."""
        firsts = pa.array(np.unique(self.rows, return_index=True)[1])
        return [self.cells.column(2 + place).take(firsts) for place in range(self.count)]

    def wide(self, value: int) -> list[pa.Array]:
        """An array for each column."""
        return self._spread(self.cells.column(2 + self.count + value))

    def row_totals(self, value: int) -> pa.Array:
        """The sum of each row; Null where all of its cells are."""
        numbers, known = self._numbers(value)
        height = int(self.rows[-1]) + 1
        sums = np.bincount(self.rows[known], numbers[known], height)
        return pa.array(sums, mask=np.bincount(self.rows[known], minlength=height) == 0)

    def row_shares(self, value: int) -> list[pa.Array]:
        """Per cent of the row, for each column."""
        return self._shares(value, self.row_totals(value).fill_null(0).to_numpy()[self.rows])

    def column_shares(self, value: int, sums: Doubles) -> list[pa.Array]:
        """Per cent of the column, for each column, from its sums; the total is 100."""
        return self._shares(value, np.where(self.total, self._numbers(value)[0], sums[self.columns]))

    def _shares(self, value: int, wholes: Doubles) -> list[pa.Array]:
        numbers, known = self._numbers(value)
        with np.errstate(divide="ignore", invalid="ignore"):
            return self._spread(pa.array(100 * numbers / wholes, mask=~known | (wholes == 0)))

    def _numbers(self, value: int) -> tuple[Doubles, np.ndarray[Any, np.dtype[np.bool_]]]:
        """A value of each cell, and whether it is not Null."""
        values = self.cells.column(2 + self.count + value)
        return values.fill_null(0).to_numpy(), values.is_valid().to_numpy(zero_copy_only=False)

    def _spread(self, values: pa.Array) -> list[pa.Array]:
        places = np.full((int(self.rows[-1]) + 1, self.width), -1)
        places[self.rows, self.columns] = np.arange(len(self.rows))
        return [values.take(pa.array(indices, mask=indices < 0)) for indices in places.T]


def _begins(keys: pa.Table) -> Numbers:
    """1 for each record, from the second, whose keys are not those of the one before."""
    begins = np.zeros(keys.num_rows, np.int64)
    for column in keys.combine_chunks().columns:
        begins[1:] |= _changes(column.combine_chunks())
    return begins


def _changes(column: pa.Array) -> Numbers:
    before, after = column.slice(0, len(column) - 1), column.slice(1)
    differ = pc.fill_null(pc.not_equal(before, after), False)
    if pa.types.is_floating(column.type):
        same = pc.fill_null(pc.and_(pc.is_nan(before), pc.is_nan(after)), False)
        differ = pc.and_(differ, pc.invert(same))
    changes: Numbers = pc.or_(differ, pc.xor(before.is_null(), after.is_null())).to_numpy(zero_copy_only=False)
    return changes


def _rows_together(cells: Spool, most: int) -> Iterator[pa.RecordBatch]:
    """Cells in blocks of at most `most` rows, each row whole."""
    held: pa.Table | None = None
    for batch in cells:
        table = pa.Table.from_batches([batch])
        table = table if held is None else pa.concat_tables([held, table])
        rows: Numbers = table.column(0).to_numpy()
        ends = [*np.searchsorted(rows, np.arange(rows[0], rows[-1], most)[1:]), np.searchsorted(rows, rows[-1])]
        start = 0
        for end in ends:
            if end > start:
                yield _batch(table.slice(start, end - start))
                start = end
        held = table.slice(start)
    if held is not None:
        yield _batch(held)


def _batch(table: pa.Table) -> pa.RecordBatch:
    return table.combine_chunks().to_batches()[0]
