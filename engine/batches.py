"""How large a batch may be, wherever batches are made or cut."""

from __future__ import annotations

import pyarrow as pa

MAX_ROWS = 65_536
MAX_BYTES = 16 << 20


def parts(batch: pa.RecordBatch) -> list[pa.RecordBatch]:
    """A batch cut so that each part keeps to the limits; a single record may be larger than they say."""
    pieces = max(-(-batch.num_rows // MAX_ROWS), -(-batch.nbytes // MAX_BYTES), 1)
    if pieces == 1:
        return [batch]
    rows = max(-(-batch.num_rows // pieces), 1)
    return [batch.slice(start, rows) for start in range(0, batch.num_rows, rows)]
