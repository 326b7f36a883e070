"""Records in groups, as many as there may be, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from engine.context import Context
from engine.feed import NUMBER, Feed, as_batch, as_fed, fed_schema, rows_of_answer, told
from engine.spool import Spool
from tools._records.dealing import deal_by

_SHARE = 8  # of the memory: what is grouped at once, where there are many groups
_MOST_PARTS = 256
_GROUP = 96  # bytes of a group that DuckDB keeps beside its values: hash, places, what is summed up so far


def ordered(places: Sequence[int]) -> str:
    """The end of a query that puts its result in order by these columns, counted from 1, Null first.

    A column whose place is negative is put in order downwards, Null last.
    """
    terms = (f"{abs(place)} {'NULLS FIRST' if place > 0 else 'DESC NULLS LAST'}" for place in places)
    return f" ORDER BY {', '.join(terms)}" if places else ""


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

    @property
    def bytes(self) -> int:
        """Of the records."""
        return self._records.bytes

    @property
    def rows(self) -> int:
        """How many records there are."""
        return self._records.rows

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
        self, query: str, out: pa.Schema, *, order: Sequence[int], keys: Sequence[str], inner: Sequence[str] = ()
    ) -> Iterator[pa.RecordBatch]:
        """What a query says that may make many groups.

        Args:
            query: one that groups.
            out: the schema of what it gives, by place.
            order: places of its columns, from 1, by which its result is put in order, Null first.
            keys: columns that all records of a group have in common.
            inner: further columns that make groups within them.
        """
        by = ordered(order)
        parts = self._parts([*keys, *inner]) if keys else 1
        if parts == 1:
            yield from self.few(f"{query}{by}", out)
            return
        found = self._by_parts(query, keys, parts)
        if found is None:
            return
        try:
            for batch in self._asked(f"SELECT * FROM found{by}", "found", found):  # noqa: S608 - numbers
                yield as_batch(batch.columns, out)
        finally:
            found.close()

    def seem_many(self, keys: Sequence[str]) -> bool:
        """Whether these records, the first of all, tell of more groups than fit into memory.

        By capture and recapture: the fewer groups of their first half come again in the second, the more there are.
        """
        if not self._records.rows:
            return False
        middle = self._records.rows // 2
        counts = ", ".join(f"count(DISTINCT hash) FILTER ({part})" for part in ("early", "NOT early", "true"))
        hashed = f"SELECT hash({', '.join(keys)}) AS hash, {NUMBER} < {middle} AS early FROM input"  # noqa: S608 - neutral names
        query = f"SELECT {counts} FROM ({hashed})"  # noqa: S608
        (counted,) = self._asked(query, "input", self._records)
        early, late, all_ = (column[0].as_py() for column in counted.columns)
        return self._size((early + 1) * (late + 1) / (early + late - all_ + 1)) > self._context.resources.share // 4

    def _parts(self, names: Sequence[str]) -> int:
        """How many parts to group one after the other; 1 where all groups fit into memory together."""
        resources, size = self._context.resources, self._records.bytes
        if size <= resources.share // 2:
            return 1
        query = f"SELECT approx_count_distinct(hash({', '.join(names)})) FROM input"  # noqa: S608 - neutral names
        (counted,) = self._asked(query, "input", self._records)
        groups = self._size(counted.column(0)[0].as_py())
        if groups <= resources.share // 2:
            return 1
        return int(min(1 + max(size // (resources.memory // _SHARE), groups // (resources.share // 2)), _MOST_PARTS))

    def _size(self, groups: float) -> float:
        """Bytes that so many groups take."""
        return groups * (self._records.bytes / self._records.rows + _GROUP)

    def _by_parts(self, query: str, keys: Sequence[str], count: int) -> Spool | None:
        """The result of the query, in no order; None where it has no records."""
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


class Grouping:
    """Groups records by a query while they come where groups are few, and else part by part when all have come.

    Which it is, the first records tell.

    Args:
        context: the node's.
        query: groups the table `input` of a `Feed` by `keys`, in no order.
        schema: of the records.
        keys: what is grouped by, of its columns.
        order: places of the columns of the result, from 1, by which it is put in order, Null first.
    """

    def __init__(
        self, context: Context, query: str, schema: pa.Schema, keys: Sequence[str], order: Sequence[int]
    ) -> None:
        self._query, self._keys, self._order = query, keys, order
        self._enough = context.resources.share // _SHARE
        self._feed: Feed | None = Feed(context.sql, f"{query}{ordered(order)}", schema)
        self._aside: Grouped | None = Grouped(context, schema) if keys else None

    def write(self, batch: pa.RecordBatch) -> None:
        """Hand over a batch.

        Raises:
            ToolError: the query has failed.
        """
        if self._aside is not None:
            self._aside.write(batch)
        if self._feed is not None:
            self._feed.write(batch)
        if self._feed is not None and self._aside is not None and self._aside.bytes > self._enough:
            self._decide(self._feed, self._aside)

    def _decide(self, feed: Feed, aside: Grouped) -> None:
        if aside.seem_many(self._keys):
            feed.close()
            self._feed = None
        else:
            aside.close()
            self._aside = None

    @property
    def seem_many(self) -> bool:
        """Whether there seem to be more groups than fit into memory."""
        return self._aside is not None and (self._feed is None or self._aside.seem_many(self._keys))

    def result(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """End the input and yield the records of the query, as batches of `schema` (by place).

        Raises:
            ToolError: the query has failed.
        """
        if self._feed is not None:
            yield from self._feed.result(schema)
        elif self._aside is not None:
            yield from self._aside.many(self._query, schema, order=self._order, keys=self._keys)

    def close(self) -> None:
        """End the query and let go of the records; safe to call twice."""
        for part in (self._feed, self._aside):
            if part is not None:
                part.close()
