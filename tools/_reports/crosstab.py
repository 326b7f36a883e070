"""Counts of combinations, crossed into a table with sums and shares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Cell:
    """A count; its shares in per cent of its row, its column, all, and of the largest count (0 for a sum)."""

    count: int
    of_row: float
    of_column: float
    of_total: float
    of_largest: float


@dataclass(frozen=True)
class Crosstab:
    """How often each row meets each column.

    Attributes:
        row_fields, column_field: the names of what is counted.
        rows: the row headings, a value for each of `row_fields`.
        columns: the column headings.
        counts: integers, one row a row heading, one column a column heading.
    """

    row_fields: tuple[str, ...]
    column_field: str
    rows: list[tuple[Any, ...]]
    columns: list[Any]
    counts: np.ndarray[Any, np.dtype[np.int64]]

    @cached_property
    def total(self) -> int:
        """All records."""
        return int(self.counts.sum())

    @cached_property
    def cells(self) -> list[list[Cell]]:
        """The body with its sums: the last row, and the last cell of each row."""
        rows = np.vstack([self.counts, self.counts.sum(axis=0)])
        rows = np.hstack([rows, rows.sum(axis=1, keepdims=True)])
        bars = np.zeros_like(rows, dtype=np.float64)
        bars[:-1, :-1] = 100 * self.counts / max(self.counts.max(initial=0), 1)
        return [
            [
                Cell(int(count), _share(count, row[-1]), _share(count, whole), _share(count, self.total), float(bar))
                for count, whole, bar in zip(row, rows[-1], row_bars, strict=True)
            ]
            for row, row_bars in zip(rows, bars, strict=True)
        ]

    def where(self, row: int, column: int) -> dict[str, Any]:
        """The values of the fields that a cell counts; of a sum, those that it has."""
        found = dict(zip(self.row_fields, self.rows[row], strict=True)) if row < len(self.rows) else {}
        return found | ({self.column_field: self.columns[column]} if column < len(self.columns) else {})

    @property
    def agreement(self) -> float | None:
        """The share of records on the diagonal, in per cent, where two fields hold the same values; else None."""
        if len(self.row_fields) != 1 or [row[0] for row in self.rows] != self.columns or self.total == 0:
            return None
        return _share(np.trace(self.counts), self.total)


@dataclass(frozen=True)
class ChiSquared:
    """Pearson's test of independence. `rare` counts the cells in which less than five records were expected."""

    statistic: float
    degrees: int
    p: float
    rare: int

    @classmethod
    def of(cls, table: Crosstab) -> ChiSquared | None:
        """The test of a table; None where it has less than two rows or columns, as nothing can depend then."""
        if min(table.counts.shape) < 2:
            return None
        from scipy.stats import chi2_contingency

        statistic, p, degrees, expected = chi2_contingency(table.counts, correction=False)
        return cls(float(statistic), int(degrees), float(p), int((expected < 5).sum()))


def _share(part: Any, whole: Any) -> float:
    return 100 * int(part) / int(whole) if whole else 0.0
