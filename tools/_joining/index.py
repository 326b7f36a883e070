"""The rows of a table by their keys, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Rows: TypeAlias = npt.NDArray[np.int64]
Columns: TypeAlias = Sequence[pa.Array | pa.ChunkedArray]


class KeyIndex:
    """Numbers the different keys of a table and finds its rows by them.

    Args:
        columns: the key columns of the table, at least one.
    """

    def __init__(self, columns: Columns) -> None:
        self._values: list[pa.Array] = []
        self._combinations: list[pa.Array] = []
        self.codes = self._codes(columns, learn=True)
        self.counts = np.bincount(self.codes)

    def __len__(self) -> int:
        return len(self.counts)

    @cached_property
    def _rows(self) -> Rows:
        """The rows, those of one key together, in the order of the table."""
        return np.argsort(self.codes, kind="stable")

    @cached_property
    def _starts(self) -> Rows:
        return np.cumsum(self.counts) - self.counts

    def find(self, columns: Columns) -> Rows:
        """The number of each key; -1 where the table has none like it."""
        return self._codes(columns, learn=False)

    def _codes(self, columns: Columns, learn: bool) -> Rows:
        """The keys as numbers: column by column, each pair of numbers so far becomes one."""
        if learn:
            self._values = [pc.unique(column) for column in columns]
        codes = pc.index_in(columns[0], value_set=self._values[0])
        for place, (column, values) in enumerate(zip(columns[1:], self._values[1:], strict=True)):
            pair = pc.add(pc.multiply(codes.cast(pa.int64()), len(values)), pc.index_in(column, value_set=values))
            if learn:
                self._combinations.append(pc.unique(pair))
            codes = pc.index_in(pair, value_set=self._combinations[place])
        return np.asarray(codes.fill_null(-1).cast(pa.int64()).to_numpy())

    def pairs(self, codes: Rows, most: int) -> Iterator[tuple[Rows | slice, Rows]]:
        """Every row that was looked up with every row of the table that has its key, at most `most` pairs at once.

        Args:
            codes: what `find` gave.
            most: pairs at once.

        Yields:
            the places in `codes`, in order (a slice where that says it all), and the rows of the table beside them.
        """
        if not len(self):
            return
        if self.counts.max() == 1 and (codes >= 0).all():
            for start in range(0, len(codes), most):
                part = slice(start, min(start + most, len(codes)))
                yield part, self._rows[self._starts[codes[part]]]
            return
        found = np.flatnonzero(codes >= 0)
        ends = np.cumsum(self.counts[codes[found]])
        for start in range(0, int(ends[-1]) if len(ends) else 0, most):
            numbers = np.arange(start, min(start + most, int(ends[-1])))
            which = np.searchsorted(ends, numbers, side="right")
            code = codes[found[which]]
            nth = numbers - (ends[which] - self.counts[code])
            yield found[which], self._rows[self._starts[code] + nth]


def picked(table: pa.Table | pa.RecordBatch, rows: Rows | slice) -> list[pa.Array]:
    """These rows of every column."""
    if isinstance(rows, slice):
        return list(table.slice(rows.start, rows.stop - rows.start).columns)
    taken = table.take(pa.array(rows))
    return [_one_array(column) for column in taken.columns]


def _one_array(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
