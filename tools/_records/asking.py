"""Tools that ask a query about all records: what it says is the result, or stands behind the records as new fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from engine.feed import Feed
from engine.spool import Spool
from engine.tool import C, Emission, Gather, Tool
from tools._records.beside import beside
from tools._records.grouped import Grouping


class FromQuery(Tool[C]):
    """What leaves by `out` is what the query says; `open` calls `_ask`."""

    def _ask(self, query: str, fed: pa.Schema, out: pa.Schema, keys: Sequence[str] | None = None) -> None:
        """Ask a query that sees the fields `fed` and gives records of `out`.

        Args:
            keys: the columns that it groups by and gives first; then its result is put in their order.
        """
        self._names, self._out = fed.names, out
        self._feed: Feed | Grouping
        if keys is None:
            self._feed = Feed(self.context.sql, query, fed)
        else:
            self._feed = Grouping(self.context, query, fed, keys, range(1, len(keys) + 1))

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._feed.write(batch.select(self._names))
        yield from ()

    def complete(self) -> Iterator[Emission]:
        for batch in self._feed.result(self._out):
            yield "out", batch

    def close(self, failed: bool) -> None:
        if hasattr(self, "_feed"):
            self._feed.close()


class AddsFields(Gather[C]):
    """Records leave as they came, in their order, with the fields behind theirs that the query gives for each."""

    def _ask(self, query: str, fed: pa.Schema, out: pa.Schema) -> None:
        """Ask a query that sees the fields `fed`; `out` has the fields of `in` and those that it gives."""
        self._names, self._out = fed.names, out
        self._feed = Feed(self.context.sql, query, fed)

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._feed.write(batch.select(self._names))
        yield from super().process(anchor, batch)

    def result(self, streams: Mapping[str, Spool]) -> Iterator[Emission]:
        added = pa.schema(list(self._out)[len(self.context.inputs["in"]) :])
        for batch, columns in beside(streams["in"], self._feed.result(added)):
            yield "out", pa.RecordBatch.from_arrays([*batch.columns, *columns], schema=self._out)

    def close(self, failed: bool) -> None:
        super().close(failed)
        if hasattr(self, "_feed"):
            self._feed.close()
