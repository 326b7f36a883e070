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

_SPARSE = 8  # places a value in a table of whole numbers; beyond, hashing takes less memory


class _Numbered:
    """The different values of a column, numbered from 0."""

    def __init__(self, column: pa.Array | pa.ChunkedArray) -> None:
        self._values = pc.unique(column)
        self._least, self._table = self._lookup_table()

    def __len__(self) -> int:
        return len(self._values)

    def _lookup_table(self) -> tuple[int, npt.NDArray[np.int32] | None]:
        """For whole numbers that lie close together: their numbers by value less the least, and -1 at the end.

        It is ten times as fast as hashing, which also has to be prepared anew for each block.
        """
        if self._values.type != pa.int64() or self._values.null_count or not len(self):
            return 0, None
        least, most = (pc.min_max(self._values)[end].as_py() for end in ("min", "max"))
        if most - least > _SPARSE * len(self) + 1024:
            return 0, None
        table = np.full(most - least + 2, -1, np.int32)
        table[self._values.to_numpy() - least] = np.arange(len(self))
        return least, table

    def find(self, column: pa.Array | pa.ChunkedArray) -> Rows:
        """The number of each value; -1 where it is none of these."""
        if self._table is None or column.null_count:
            return np.asarray(pc.index_in(column, value_set=self._values).fill_null(-1).to_numpy())
        # What lies below the least wraps around to a very large number, and so to the -1 at the end.
        places = (column.to_numpy() - self._least).view(np.uint64)
        numbers: Rows = self._table[np.minimum(places, np.uint64(len(self._table) - 1))]
        return numbers


class KeyIndex:
    """Numbers the different keys of a table and finds its rows by them.

    Args:
        columns: the key columns of the table, at least one.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = [_Numbered(column) for column in columns]
        self._combined: list[_Numbered] = []
        self.codes = self._columns[0].find(columns[0])
        for column, values in zip(columns[1:], self._columns[1:], strict=True):
            pairs = _paired(self.codes, values.find(column), len(values))
            self._combined.append(_Numbered(pairs))
            self.codes = self._combined[-1].find(pairs)
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

    @cached_property
    def is_unique(self) -> bool:
        """Whether no two rows have one key."""
        return bool(self.counts.max(initial=0) == 1)

    def find(self, columns: Columns) -> Rows:
        """The number of each key; -1 where the table has none like it."""
        codes = self._columns[0].find(columns[0])
        for column, values, combined in zip(columns[1:], self._columns[1:], self._combined, strict=True):
            codes = combined.find(_paired(codes, values.find(column), len(values)))
        return codes

    def pairs(self, codes: Rows, most: int) -> Iterator[tuple[Rows | slice, Rows]]:
        """Every row that was looked up with every row of the table that has its key, at most `most` pairs at once.

        Args:
            codes: what `find` gave.
            most: pairs at once.

        Yields:
            the places in `codes`, in order (a slice where that says it all), and the rows of the table beside them.
        """
        if self.is_unique and (codes >= 0).all():
            for start in range(0, len(codes), most):
                part = slice(start, min(start + most, len(codes)))
                yield part, self._rows[codes[part]]
            return
        found = np.flatnonzero(codes >= 0)
        ends = np.cumsum(self.counts[codes[found]])
        for start in range(0, int(ends[-1]) if len(ends) else 0, most):
            numbers = np.arange(start, min(start + most, int(ends[-1])))
            which = np.searchsorted(ends, numbers, side="right")
            code = codes[found[which]]
            nth = numbers - (ends[which] - self.counts[code])
            yield found[which], self._rows[self._starts[code] + nth]


def _paired(codes: Rows, others: Rows, count: int) -> pa.Array:
    """One number for two; -1 where one of them is."""
    pairs = codes.astype(np.int64) * count + others
    pairs[(codes < 0) | (others < 0)] = -1
    return pa.array(pairs)


def picked(table: pa.Table | pa.RecordBatch, rows: Rows | slice) -> list[pa.Array]:
    """These rows of every column."""
    if isinstance(rows, slice):
        return list(table.slice(rows.start, rows.stop - rows.start).columns)
    # As pa.array(rows), which would import all of numpy.ma to see whether some are masked.
    places = pa.Array.from_buffers(pa.int64(), len(rows), [None, pa.py_buffer(np.ascontiguousarray(rows, np.int64))])
    return [_one_array(column.take(places)) for column in table.columns]


def _one_array(column: Any) -> pa.Array:
    """A column of a table in one piece; what is taken from it is a batch at most."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
