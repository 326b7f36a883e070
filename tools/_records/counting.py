"""How many records of its group came before each record: at once where groups are few, else when all have come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from engine.context import Context
from engine.feed import NUMBER, column
from engine.spool import Spool
from tools._records.beside import Found
from tools._records.grouped import Grouped
from tools._records.groups import Groups, Numbers

_BYTES_A_GROUP = 2048
"""Of the memory for groups, for each that may be kept in mind: ten times what it takes."""

Counted: TypeAlias = tuple[pa.RecordBatch, Numbers]
"""Records, and for each of them how many of its group came before it."""


class Counting:
    """Counts records in groups while they pass; see `engine.tool` for who calls what when.

    Groups are kept in mind one by one, until there are too many. From then on records are set aside, and those of
    groups that have not been seen before are counted by a query when all have come.

    Args:
        context: the node's.
        names: the fields that make groups; none: all records are one.
    """

    def __init__(self, context: Context, names: Sequence[str]) -> None:
        self._context = context
        self._schema = context.inputs["in"]
        self._names = list(names)
        self._groups = Groups(names)
        self._most = context.resources.share // _BYTES_A_GROUP
        self._waiting: Spool | None = None
        self._unknown: Grouped | None = None

    @property
    def records(self) -> int:
        """How many records have passed."""
        return int(self._groups.sizes.sum())

    def take(self, batch: pa.RecordBatch) -> Iterator[Counted]:
        """Records have come; yields those that are counted now."""
        if self._unknown is None and len(self._groups.sizes) <= self._most:
            yield batch, self._groups.count(batch)[1]
            return
        keys = pa.schema([self._schema.field(name) for name in self._names])
        if self._unknown is None or self._waiting is None:
            self._unknown = Grouped(self._context, keys)
            self._waiting = self._context.spool(_with_count(self._schema))
        before = self._groups.count_known(batch)
        is_unknown = pa.array(before < 0)
        self._unknown.write(batch.select(self._names).filter(is_unknown))
        counts = pa.array(before, mask=before < 0)
        self._waiting.append(pa.RecordBatch.from_arrays([*batch.columns, counts], schema=self._waiting.schema))

    def rest(self) -> Iterator[Counted]:
        """All have come: the records that had to wait, in their order."""
        if self._unknown is None or self._waiting is None:
            return
        found = Found(self._counted(self._unknown))
        for batch in self._waiting:
            before = np.array(batch.columns[-1].fill_null(-1))
            unknown = before < 0
            if unknown.any():
                before[unknown] = found.take(int(unknown.sum()))[1]
            yield pa.RecordBatch.from_arrays(batch.columns[:-1], schema=self._schema), before

    def _counted(self, unknown: Grouped) -> Iterator[pa.RecordBatch]:
        """The counts of the records that are set aside, in their order, behind their numbers."""
        fed = pa.schema([self._schema.field(name) for name in self._names])
        keys = [column(fed, name) for name in self._names]
        over = f"(PARTITION BY {', '.join(keys)} ORDER BY {NUMBER})"
        query = f"SELECT {NUMBER}, row_number() OVER {over} - 1 FROM input"  # noqa: S608 - neutral names
        out = pa.schema([(name, pa.int64()) for name in ("number", "before")])
        return unknown.many(query, out, order=[1], keys=keys)

    def close(self) -> None:
        """Let go of the records."""
        for part in (self._waiting, self._unknown):
            if part is not None:
                part.close()


def _with_count(schema: pa.Schema) -> pa.Schema:
    return pa.schema([*schema, pa.field("before", pa.int64())], schema.metadata)
