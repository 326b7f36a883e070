"""The values of a field in order, each once, with how often it comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.server.columns import Columns
from engine.server.work import Work
from engine.types import Field

_DIFFERENT = 0.1  # the share of different numbers from which sorting all is faster than grouping them

_MANY = 1 << 16  # records from which that matters

Values = npt.NDArray[np.generic]


def counted(columns: Columns, field: Field, nulls: int, work: Work) -> Iterator[pa.RecordBatch]:
    """Batches of `value` and `count`, Null first; out of core.

    Args:
        columns: the records.
        field: no Blob.
        nulls: in how many records it is Null.
        work: asks the queries.
    """
    column, _ = columns.find(field.name)
    if _mostly_different(columns, field, work):
        if nulls:
            yield _batch(pa.nulls(1, field.arrow_type), np.array([nulls]))
        sql = f"SELECT {column} AS value FROM data WHERE {column} IS NOT NULL ORDER BY value"  # noqa: S608
        arrays = (batch.column(0) for batch in work.query(sql, *columns.read([field.name])))
        for values, counts in runs(array.to_numpy() for array in arrays):
            yield _batch(pa.array(values, field.arrow_type), counts)
        return
    sql = f"SELECT {column} AS value, count(*) AS count FROM data GROUP BY ALL ORDER BY value NULLS FIRST"  # noqa: S608
    yield from work.query(sql, *columns.read([field.name]))


def runs(sorted_: Iterable[Values]) -> Iterator[tuple[Values, npt.NDArray[np.int64]]]:
    """The different values of parts of a sorted list, NaN at most once, and how often each comes."""
    last, times = None, 0  # the value that may go on in the next part
    for part in sorted_:
        if not len(part):
            continue
        starts = np.flatnonzero(np.concatenate([[True], ~_same(part[1:], part[:-1])]))
        counts = np.diff(np.append(starts, len(part)))
        values = part[starts]
        if last is not None and _same(values[:1], last)[0]:
            counts[0] += times
        elif last is not None:
            values, counts = np.concatenate([last, values]), np.concatenate([[times], counts])
        if len(values) > 1:
            yield values[:-1], counts[:-1]
        last, times = values[-1:], int(counts[-1])
    if last is not None:
        yield last, np.array([times])


def _same(left: Values, right: Values) -> npt.NDArray[np.bool_]:
    same: npt.NDArray[np.bool_] = left == right
    if np.issubdtype(left.dtype, np.floating):
        same |= np.isnan(left) & np.isnan(right)
    return same


def _mostly_different(columns: Columns, field: Field, work: Work) -> bool:
    sortable = pa.types.is_integer(field.arrow_type) or pa.types.is_floating(field.arrow_type)
    if not sortable or columns.kept.count < _MANY:
        return False
    column, _ = columns.find(field.name)
    sql = f"SELECT approx_count_distinct({column}) FROM data"  # noqa: S608
    [found] = [batch.column(0)[0].as_py() for batch in work.query(sql, *columns.read([field.name]))]
    return bool(found > _DIFFERENT * columns.kept.count)


def _batch(values: pa.Array, counts: npt.NDArray[np.int64]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([values, pa.array(counts, pa.int64())], names=["value", "count"])
