"""Records in groups, as many as there may be, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from engine.context import Context
from engine.feed import as_batch, as_fed, fed_schema, rows_of_answer, told
from engine.spool import Spool
from tools._records.dealing import deal_by

_SHARE = 8  # of the memory: what is grouped at once, where there are many groups
_MOST_PARTS = 256


class Grouped:
    """Records that are set aside and grouped when all have come.

    DuckDB groups on disk by itself, but every part that it makes of the groups keeps some memory: with 160 MiB it gave
    up at some 20 million groups. So where there are many, records are dealt out by their keys and grouped one part
    after the other; that takes longer, which is why it is not done where there are few.

    Queries see a table `input` with the columns of a `Feed`: `c0`, `c1`, ..., and `n`, which numbers the records.

    Args:
        context: the node's.
        schema: of the records.
    """

    def __init__(self, context: Context, schema: pa.Schema) -> None:
        self._schema = fed_schema(schema)
        self._context = context
        self._records = context.spool(self._schema)

    def write(self, batch: pa.RecordBatch) -> None:
        """Set a batch aside."""
        self._records.append(as_fed(batch, self._schema, self._records.rows))

    def few(self, query: str, out: pa.Schema) -> Iterator[pa.RecordBatch]:
        """What a query says that makes few groups, as batches of `out` (by place).

        Raises:
            ToolError: a number became too large, or memory or disk was not enough.
        """
        for batch in self._asked(query, "input", self._records):
            yield as_batch(batch.columns, out)

    def many(
        self, query: str, out: pa.Schema, *, ordered: int, keys: Sequence[str], inner: Sequence[str]
    ) -> Iterator[pa.RecordBatch]:
        """What a query says that may make many groups.

        Args:
            query: one that groups.
            out: the schema of what it gives, by place.
            ordered: by how many of its first columns its result is put in order, Null first.
            keys: columns that all records of a group have in common.
            inner: further columns that make groups within them.
        """
        order = ", ".join(f"{place} NULLS FIRST" for place in range(1, ordered + 1))
        parts = self._parts([*keys, *inner]) if keys else 1
        if parts == 1:
            yield from self.few(f"{query} ORDER BY {order}", out)
            return
        found = self._by_parts(query, keys, parts)
        try:
            query = f"SELECT * FROM found ORDER BY {order}"  # noqa: S608 - numbers
            for batch in self._asked(query, "found", found):
                yield as_batch(batch.columns, out)
        finally:
            found.close()

    def _parts(self, names: Sequence[str]) -> int:
        """How many parts to group one after the other; 1 where all groups fit into memory together."""
        resources, size = self._context.resources, self._records.bytes
        if size <= resources.share // 2:
            return 1
        query = f"SELECT approx_count_distinct(hash({', '.join(names)})) FROM input"  # noqa: S608 - neutral names
        (counted,) = self._asked(query, "input", self._records)
        groups = counted.column(0)[0].as_py()
        if groups * size / self._records.rows <= resources.share // 2:
            return 1
        return int(min(1 + size // (resources.memory // _SHARE), _MOST_PARTS))

    def _by_parts(self, query: str, keys: Sequence[str], count: int) -> Spool:
        """The result of the query, in no order."""
        parts = [self._context.spool(self._schema) for _ in range(count)]
        found: Spool | None = None
        try:
            deal_by(self._context, keys, self._records, parts)
            self._records.close()
            for part in parts:
                for batch in self._asked(query, "input", part):
                    names = [f"r{place}" for place in range(batch.num_columns)]
                    found = found or self._context.spool(batch.rename_columns(names).schema)
                    found.append(batch.rename_columns(names))
                part.close()
        finally:
            for part in parts:
                part.close()
        assert found is not None, "records make groups"
        return found

    def _asked(self, query: str, table: str, records: Spool) -> Iterator[pa.RecordBatch]:
        batches = self._context.sql.stream(query, {table: records.reader()}, rows_of_answer(self._schema))
        while True:
            try:
                batch = next(batches, None)
            except Exception as error:
                raise told(error) from None
            if batch is None:
                return
            self._context.check()
            yield batch

    def close(self) -> None:
        """Let go of the records."""
        self._records.close()
