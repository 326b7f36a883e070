"""How large a batch may be, wherever batches are made or cut."""

from __future__ import annotations

import pyarrow as pa

MAX_ROWS = 65_536
MAX_BYTES = 16 << 20


def width(*tables: pa.RecordBatch | pa.Table) -> float:
    """The bytes of a record of these side by side, on the average."""
    return float(sum(table.nbytes / max(table.num_rows, 1) for table in tables))


def rows_of(width: float, size: int = MAX_BYTES // 2) -> int:
    """How many records of so many bytes make a batch; half as large as it may be, as averages deceive."""
    return int(min(max(size / max(width, 1), 1), MAX_ROWS))


def parts(batch: pa.RecordBatch) -> list[pa.RecordBatch]:
    """A batch cut so that each part keeps to the limits; a single record may be larger than they say."""
    pieces = max(-(-batch.num_rows // MAX_ROWS), -(-batch.nbytes // MAX_BYTES), 1)
    if pieces == 1:
        return [batch]
    rows = max(-(-batch.num_rows // pieces), 1)
    return [batch.slice(start, rows) for start in range(0, batch.num_rows, rows)]
