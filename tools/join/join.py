"""Join: records of two inputs side by side where their keys are equal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

import numpy as np
import pyarrow as pa
from pydantic import model_validator

from engine.batches import rows_of, width
from engine.context import Context
from engine.errors import ToolWarning
from engine.relation import PARTNERS, Relation, Tally
from engine.spool import Spool
from engine.tool import Anchor, Config, Emission, Schemas, Tool, hint
from engine.types import find_field
from tools._joining.index import KeyIndex, Rows, picked
from tools._joining.names import schema_from, together
from tools._joining.outer import outer_join
from tools._joining.side import Side, inexact, key_type

_BLOCK_BYTES = 64 << 20  # of records of L that wait to be looked up together


class KeyPair(Config):
    """A field of L and one of R that must be equal."""

    left: Annotated[str, hint("field", anchor="L")]
    """The field of L."""
    right: Annotated[str, hint("field", anchor="R", none="The same name")] = ""
    """The field of R; empty: it is called the same."""


class JoinConfig(Config):
    by: Annotated[list[KeyPair], hint(label="Join by", unless="by_position")] = []
    """The fields that must be equal, all of them."""
    by_position: Annotated[bool, hint(label="Join by record position", unless="by")] = False
    """Join the first record of L with the first of R, the second with the second, and so on, instead of by fields."""
    right_keys: Annotated[bool, hint(label="Keep the key fields of R")] = True
    """Whether J also has the key fields of R, which say the same as those of L."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.by) == self.by_position:
            raise ValueError("give either fields to join by, as in by: [{left: Id, right: Id}], or by_position: true")
        return self


class Join(Tool[JoinConfig]):
    """Put records of two inputs side by side where their keys are equal.

    J has every pair of records with equal keys: the fields of L, then those of R, which get `Right_` before a name
    that is taken. L and R have the records without a partner. J and L keep the order of the input L, R that of its own.

    Several records with one key on both sides give all their combinations. Texts are equal only with the same upper
    and lower case. Texts go with texts, whole numbers and decimals with each other, Bool, Date, Time and DateTime with
    their own type. Null goes with Null, as in Alteryx: filter Nulls out first where that is not wanted.

    It is fastest when the smaller input is R: R is read first and kept, L streams through. What does not fit in memory
    goes to disk.

    Example: `{tool: Join, by: [{left: CustomerId, right: Id}]}`
    """

    inputs = (Anchor("L", "Left."), Anchor("R", "Right; read first."))
    outputs = (
        Anchor("L", "Records of the left input without a partner."),
        Anchor("J", "Joined records."),
        Anchor("R", "Records of the right input without a partner."),
    )
    first = ("R",)
    keywords = ("merge", "lookup", "vlookup", "combine", "match", "inner join", "left join")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        left, right = self._sides(inputs)
        return {"L": left.schema, "J": self._joined(left, right), "R": right.schema}

    def warnings(self, inputs: Schemas) -> Iterator[ToolWarning]:
        for number, pair in enumerate(self.config.by):
            fields = find_field(inputs["L"], pair.left), find_field(inputs["R"], pair.right or pair.left)
            yield from inexact(fields, f"by.{number}")

    def _joined(self, left: Side, right: Side) -> pa.Schema:
        fields = together(left.schema, ("Right_", (right.schema.field(name) for name in self._kept(right))))
        return schema_from(fields, left.schema, right.schema)

    def _kept(self, right: Side) -> list[str]:
        left_out = set() if self.config.right_keys else {name for name, _ in right.keys}
        return [name for name in right.schema.names if name not in left_out]

    def _sides(self, inputs: Schemas) -> tuple[Side, Side]:
        left_keys, right_keys = [], []
        for number, pair in enumerate(self.config.by):
            setting = f"by.{number}"
            left = find_field(inputs["L"], pair.left, setting=f"{setting}.left", anchor="L")
            right = find_field(inputs["R"], pair.right or pair.left, setting=f"{setting}.right", anchor="R")
            type_ = key_type([left, right], setting)
            left_keys.append((left.name, type_))
            right_keys.append((right.name, type_))
        return Side(inputs["L"], tuple(left_keys)), Side(inputs["R"], tuple(right_keys))

    def open(self, context: Context) -> None:
        super().open(context)
        self._left, self._right = self._sides(context.inputs)
        self._out = self._joined(self._left, self._right)
        self._right_spool = context.spool(self._right.schema)
        self._left_spool: Spool | None = None
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = self._waiting_bytes = 0
        self._seen = 0  # records of L so far

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        if anchor == "R":
            self._right_spool.append(batch)
        elif self._left_spool is not None:
            self._left_spool.append(batch)
        else:
            self._waiting.append(batch)
            self._waiting_rows += batch.num_rows
            self._waiting_bytes += batch.nbytes
            # Looking up costs as much as R has keys, however few are looked up: so as many records wait.
            if self._waiting_rows >= len(self._index) or self._waiting_bytes >= _BLOCK_BYTES:
                yield from self._look_up()

    def finish(self, anchor: str) -> Iterator[Emission]:
        if anchor == "L":
            yield from self._look_up()
        elif self._right_spool.on_disk:
            self._left_spool = self.context.spool(self._left.schema)
        else:
            self._index_right()

    def relation(self, below: Relation, anchor: str) -> Relation | None:
        """R as a table, where it is in memory, no key comes twice, and few of its records wait for a partner."""
        if anchor != "J" or self._left_spool is not None or not hasattr(self, "_index"):
            return None
        self._alone = np.flatnonzero(~self._matched[self._index.codes])
        keys = self._sql_keys()
        if not keys or not self._index.is_unique or len(self._alone) > PARTNERS:
            return None
        bits = np.zeros(self._table.num_rows, np.int64)
        bits[self._alone] = 1 << np.arange(len(self._alone))
        names = self._out.names[len(self._left.schema) :]
        table = self._payload.rename_columns(names)
        for name, column in keys.values():
            table = table.append_column(name, column)
        return below.join({left: name for left, (name, _) in keys.items()}, table, bits.tolist(), self._out, "L")

    def _sql_keys(self) -> dict[str, tuple[str, pa.ChunkedArray]]:
        """By the key fields of L those of R, with names; nothing where SQL would compare otherwise."""
        keys = {}
        for place, ((left, _), (right, _)) in enumerate(zip(self._left.keys, self._right.keys, strict=True)):
            column, type_ = self._table[right], self._left.schema.field(left).type
            is_whole = pa.types.is_integer(type_) and pa.types.is_integer(column.type)
            is_exact = is_whole or (type_ == column.type and not pa.types.is_floating(type_))
            if not is_exact or pa.types.is_decimal(type_) or column.null_count or left in keys:
                return {}
            keys[left] = f"flowrun: key {place}", column
        return keys

    def counted(self, tally: Tally) -> None:
        self._waiting = []  # all of it was in the query
        found = [row for place, row in enumerate(self._alone) if tally.bits >> place & 1]
        self._matched[self._index.codes[found]] = True

    def complete(self) -> Iterator[Emission]:
        if self._left_spool is not None:
            yield from self._out_of_core(self._left_spool)
        else:
            rows = np.flatnonzero(~self._matched[self._index.codes])
            for start in range(0, len(rows), rows_of(width(self._table))):
                part = rows[start : start + rows_of(width(self._table))]
                yield "R", pa.RecordBatch.from_arrays(picked(self._table, part), schema=self._right.schema)

    def close(self, failed: bool) -> None:
        for spool in (getattr(self, "_right_spool", None), getattr(self, "_left_spool", None)):
            if spool is not None:
                spool.close()

    # R in memory

    def _index_right(self) -> None:
        batches = list(self._right_spool) or [pa.RecordBatch.from_pylist([], schema=self._right.schema)]
        keys, first = [], 0
        for batch in batches:
            keys.append(self._right.key_columns(batch, first))
            first += batch.num_rows
        self._table = pa.Table.from_batches(batches).combine_chunks()
        self._payload = self._table.select(self._kept(self._right))
        self._index = KeyIndex([pa.chunked_array(column) for column in zip(*keys, strict=True)])
        self._matched = np.zeros(len(self._index), np.bool_)

    def _look_up(self) -> Iterator[Emission]:
        if not self._waiting:
            return
        keys = []
        for batch in self._waiting:
            keys.append(self._left.key_columns(batch, self._seen))
            self._seen += batch.num_rows
        codes = self._index.find([pa.chunked_array(column) for column in zip(*keys, strict=True)])
        self._matched[codes[codes >= 0]] = True
        batches, self._waiting, start = self._waiting, [], 0
        self._waiting_rows = self._waiting_bytes = 0
        for batch in batches:
            yield from self._pair(batch, codes[start : start + batch.num_rows])
            start += batch.num_rows

    def _pair(self, batch: pa.RecordBatch, codes: Rows) -> Iterator[Emission]:
        most = rows_of(width(batch, self._payload))
        for places, rows in self._index.pairs(codes, most):
            self.context.check()
            columns = [*picked(batch, places), *picked(self._payload, rows)]
            yield "J", pa.RecordBatch.from_arrays(columns, schema=self._out)
        alone = np.flatnonzero(codes < 0)
        if len(alone):
            yield "L", batch.take(pa.array(alone)) if len(alone) < batch.num_rows else batch

    # R on disk

    def _out_of_core(self, left_spool: Spool) -> Iterator[Emission]:
        sides = [(self._left, left_spool), (self._right, self._right_spool)]
        kept = [self._right.schema.get_field_index(name) for name in self._kept(self._right)]
        for left, right in outer_join(self.context, sides):
            both = np.logical_and(left.present, right.present)
            columns = [*left.batch.columns, *(right.batch.column(place) for place in kept)]
            yield "J", pa.RecordBatch.from_arrays(columns, schema=self._out).filter(pa.array(both))
            yield "L", left.batch.filter(pa.array(np.logical_not(right.present)))
            yield "R", right.batch.filter(pa.array(np.logical_not(left.present)))
