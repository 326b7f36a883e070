"""MakeGroup: what belongs together by pairs, in groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from engine.batches import MAX_ROWS
from engine.context import Context
from engine.errors import ToolError
from engine.tool import Config, Emission, FieldName, Schemas, Tool, hint
from engine.types import Field, find_field
from tools._joining.side import key_type
from tools._records.types import widest

Numbers = npt.NDArray[np.int64]


class MakeGroupConfig(Config):
    first: Annotated[FieldName, hint(label="First key")]
    """The first key of each pair."""
    second: Annotated[FieldName, hint(label="Second key")]
    """The second key: what the first one belongs to."""


class MakeGroup(Tool[MakeGroupConfig]):
    """Make groups of all keys that belong together, directly or by way of others.

    Each record says that two keys belong together, such as those of a fuzzy match: X and A, Z and A, B and X make one
    group of A, B, X and Z. A record leaves for each key, with `Key` and its `Group`, which is called like the least key
    in it; they are sorted by both. A key beside a Null, or beside itself, is in a group all the same; Null is no key.

    Keys may be texts, numbers, dates or Bool, both of one kind. All different keys are held in memory.

    Example: `{tool: MakeGroup, first: Customer, second: SameAs}`
    """

    keywords = ("connected", "relations", "cluster", "fuzzy match", "duplicates", "households", "graph")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        key = self._key(inputs["in"])
        return {"out": pa.schema([key.with_(name="Group").arrow(), key.with_(name="Key").arrow()])}

    def _key(self, schema: pa.Schema) -> Field:
        first = find_field(schema, self.config.first, setting="first")
        second = find_field(schema, self.config.second, setting="second")
        if first.name == second.name:
            raise ToolError(f"[{first.name}] is both keys.", hint="Choose two fields.", setting="second")
        key_type([first, second], "second")
        wide = widest([first, second], "second")
        return Field("Key", wide.type, wide.size, wide.scale)

    def open(self, context: Context) -> None:
        super().open(context)
        self._out = self.schema(context.inputs)["out"]
        entering = context.inputs["in"]
        self._names = [find_field(entering, name).name for name in (self.config.first, self.config.second)]
        self._pairs: list[pa.Table] = []

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        type_ = self._out.field("Key").type
        columns = [batch[name].cast(type_, safe=False) for name in self._names]
        pairs = pa.Table.from_arrays(columns, names=["first", "second"])
        self._pairs.append(pairs.group_by(["first", "second"]).aggregate([]))
        yield from ()

    def complete(self) -> Iterator[Emission]:
        keys, pairs = self._numbered()
        groups = self._joined(len(keys), pairs)
        order = np.lexsort((np.arange(len(keys)), groups))
        for start in range(0, len(order), MAX_ROWS):
            part = order[start : start + MAX_ROWS]
            columns = [keys.take(pa.array(groups[part])), keys.take(pa.array(part))]
            yield "out", pa.RecordBatch.from_arrays(columns, schema=self._out)

    def _numbered(self) -> tuple[pa.Array, list[tuple[int, int]]]:
        """All keys in ascending order, and the pairs by the places of their keys; one beside a Null is its own pair."""
        type_ = self._out.field("Key").type
        if not self._pairs:
            return pa.array([], type_), []
        pairs = pa.concat_tables(self._pairs)
        columns = [pc.coalesce(pairs["first"], pairs["second"]), pc.coalesce(pairs["second"], pairs["first"])]
        every = pa.chunked_array([chunk for column in columns for chunk in column.chunks], type_)
        known = pc.drop_null(every.unique())
        keys = known.take(pc.sort_indices(known))
        places: list[Any] = [pc.index_in(pc.drop_null(column), keys).to_pylist() for column in columns]
        return keys, list(zip(*places, strict=True))

    def _joined(self, count: int, pairs: list[tuple[int, int]]) -> Numbers:
        """The least key of the group of each key: the root of its tree, where a tree hangs on the lesser root."""
        above = list(range(count))

        def root(key: int) -> int:
            while above[key] != key:
                above[key] = key = above[above[key]]
            return key

        for first, second in pairs:
            low, high = sorted((root(first), root(second)))
            above[high] = low
        self.context.check()
        return np.array([root(key) for key in range(count)], np.int64)
