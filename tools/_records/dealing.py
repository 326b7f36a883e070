"""Records dealt out into parts by their keys, so that memory holds a part at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa

from engine.context import Context
from engine.spool import Spool
from engine.sql import quote_name
from tools._records.groups import Numbers


def deal_by(context: Context, names: Sequence[str], records: Iterable[pa.RecordBatch], parts: Sequence[Spool]) -> None:
    """Set each record aside in a part: those that are equal in these fields in the same one, Null and NaN too."""
    hashed = ", ".join(quote_name(name) for name in names)
    query = f"SELECT (hash({hashed}) % {len(parts)})::BIGINT FROM batch"  # noqa: S608 - quoted
    with context.sql.per_batch(query, parts[0].schema, names) as part_of:
        for batch in records:
            context.check()
            deal(batch, part_of(batch)[0].to_numpy(), parts)


def deal(batch: pa.RecordBatch, which: Numbers, parts: Sequence[Spool]) -> None:
    """Set each record aside in the part whose number stands beside it."""
    order = np.argsort(which, kind="stable")
    ends = np.searchsorted(which[order], np.arange(len(parts)), side="right")
    for part, rows in zip(parts, np.split(order, ends[:-1]), strict=True):
        if len(rows):
            part.append(batch.take(pa.array(rows)))
