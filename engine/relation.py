"""What several nodes do to records, said as one query.

A line of nodes that ends in a tool with a query of its own (Summarize) need not hand batches on: what enters the first
is written to the query of the last, with what lies between in it. DuckDB computes only the fields that are asked for,
and adds up before it joins. How many records passed between the nodes, the query counts by the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_

import pyarrow as pa
import pyarrow.compute as pc

from engine.expression.convert import SQL_NAME
from engine.feed import NUMBER, Feed, as_batch, in_order
from engine.remarks import FUNCTION
from engine.spool import Spool
from engine.sql import Session, quote_name
from engine.types import fields_of

PARTNERS = 62
"""Of so many records of a joined table it can be told whether one of the line has found them."""
_OURS = "flowrun:"
_NUMBER, _HIT, _BIT = (quote_name(f"{_OURS} {name}") for name in ("number", "hit", "bit"))


@dataclass(frozen=True)
class Relation:
    """Records somewhere on a line, as SQL; each step makes a new one, or None where it cannot be said.

    Attributes:
        schema: their fields.
        sql: a table, or a SELECT in parentheses, whose columns are called like the fields.
        entering: the names of the fields that enter the line.
        named: the fields that the steps need.
        taken: the names of all columns that there may be, in lower case: what is dropped is only not named any more.
        tables: further tables that are named in it.
        told: whether bits of what was joined are collected.
        filtered, joined: whether it has such a step. It has one of each at most, the filter first: only then does the
            number of records after each step follow from what is counted at the end.
        rest: the anchor by which the last step sends what it does not pass on.
    """

    schema: pa.Schema
    sql: str
    entering: Sequence[str]
    named: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    filtered: bool = False
    joined: bool = False
    told: bool = False
    rest: str = ""

    @staticmethod
    def of(schema: pa.Schema) -> Relation | None:
        """The records that enter the line, all their fields."""
        folded = [name.casefold() for name in schema.names]
        if len(set(folded)) < len(folded) or any("\0" in name or name.startswith(_OURS) for name in folded):
            return None
        return Relation(schema, "records", schema.names, taken=frozenset(folded))

    def where(self, condition: str, names: Iterable[str], rest: str) -> Relation | None:
        """Those for which a condition on the fields `names` holds."""
        if self.joined or FUNCTION in condition:
            return None
        named = self.named.union(names)
        if self.filtered:  # what has passed the first is to be counted: what does not pass this one stays, without hit
            hit = f"CASE WHEN {condition} THEN TRUE END AS {_HIT}, NULL::BIGINT AS {_BIT}"
            return replace(self, sql=f"(SELECT *, {hit} FROM {self.sql})", named=named, joined=True, rest=rest)  # noqa: S608
        sql = f"(SELECT * FROM {self.sql} WHERE {condition})"  # noqa: S608 - all of it quoted
        return replace(self, sql=sql, named=named, filtered=True, rest=rest)

    def chosen(self, old: Mapping[str, str], schema: pa.Schema) -> Relation | None:
        """With the fields of a schema, each called otherwise before, or the same, as `old` says."""
        changed = {new: name for new, name in old.items() if new != name}
        if any(new.casefold() in self.taken for new in changed):
            return None
        renamed = ", ".join(f"{quote_name(name)} AS {quote_name(new)}" for new, name in changed.items())
        return replace(
            self,
            schema=schema,
            sql=f"(SELECT * RENAME ({renamed}) FROM {self.sql})" if changed else self.sql,  # noqa: S608
            named=self.named.union(changed.values()),
            taken=self.taken.union(name.casefold() for name in old),
            rest="",
        )

    def computed(self, new: pa.Field, expression: str, names: Iterable[str]) -> Relation | None:
        """With a field, new or in the place of the one called so, computed from the fields `names`."""
        (typed,) = fields_of(pa.schema([new]))
        if typed.type not in SQL_NAME or FUNCTION in expression:
            return None
        value = f"CAST({expression} AS {SQL_NAME[typed.type]})"
        name, is_old = quote_name(new.name), new.name in self.schema.names
        if not is_old and new.name.casefold() in self.taken:
            return None
        columns = f"* REPLACE ({value} AS {name})" if is_old else f"*, {value} AS {name}"
        return replace(
            self,
            schema=self.schema if is_old else self.schema.append(new),
            sql=f"(SELECT {columns} FROM {self.sql})",  # noqa: S608 - all of it quoted
            taken=self.taken | {new.name.casefold()},
            named=self.named.union([*names, new.name]),  # what is replaced must be there
            rest="",
        )

    def join(
        self, keys: Mapping[str, str], table: pa.Table, found: Sequence[int], out: pa.Schema, rest: str
    ) -> Relation | None:
        """Beside the one row of a table that has the same keys; those without one leave by `rest`.

        Args:
            keys: columns of the table by the fields that they are compared with; never null, each combination once.
            table: has the keys, and the fields of `out` that are new.
            found: a bit for each row whose finding is to be told, else 0; see `PARTNERS`.
            out: the fields that leave.
        """
        new = [name for name in out.names if name not in self.schema.names]
        if self.joined or any(name.casefold() in self.taken or name.startswith(_OURS) for name in new):
            return None
        right = table.append_column(_BIT[1:-1], pa.array(found, pa.int64()))
        right = right.append_column(_HIT[1:-1], pa.array([True] * right.num_rows, pa.bool_()))
        same = " AND ".join(f"l.{quote_name(name)} = r.{quote_name(key)}" for name, key in keys.items())
        added = "".join(f"r.{quote_name(name)}, " for name in new)
        return replace(
            self,
            schema=out,
            sql=f"(SELECT l.*, {added}r.{_BIT}, r.{_HIT} FROM {self.sql} AS l LEFT JOIN joined AS r ON {same})",  # noqa: S608
            named=self.named.union(keys),
            taken=self.taken.union(name.casefold() for name in new),
            tables={"joined": right},
            joined=True,
            told=any(found),  # DuckDB adds up before it joins only where nothing of the joined table is added up
            rest=rest,
        )

    # For the tool at the end

    @property
    def counts(self) -> list[str]:
        """Aggregates that its query must give behind its own columns."""
        return ["count(*)", *(["hit"] if self.joined else []), *(["bit_or(bit)"] if self.told else [])]

    @property
    def groups(self) -> list[str]:
        """What it must group by besides: records without a partner take part, and are left out at the end."""
        return ["hit"] if self.joined else []

    def reads(self, names: Iterable[str]) -> list[str]:
        """The fields that must enter the line, for these to leave."""
        needed = self.named.union(names)
        return [name for name in self.entering if name in needed]

    def query(self, names: list[str], question: str) -> str:
        """A question about the table `input`, with these fields as `c0`, `c1`, ..., asked of the table `records`."""
        columns = [f"{quote_name(name)} AS c{place}" for place, name in enumerate(names)]
        columns += [f"{_NUMBER} AS {NUMBER}", *((f"{_HIT} AS hit", f"{_BIT} AS bit") if self.joined else ())]
        entering = [f"c{place} AS {quote_name(name)}" for place, name in enumerate(self.reads(names))]
        entering.append(f"{NUMBER} AS {_NUMBER}")
        return (
            f"WITH records AS NOT MATERIALIZED (SELECT {', '.join(entering)} FROM {in_order('fed')}), "  # noqa: S608
            f"input AS NOT MATERIALIZED (SELECT {', '.join(columns)} FROM {self.sql}) {question}"
        )


@dataclass(frozen=True)
class Tally:
    """What was counted on the way: records after the filter, those with a partner, and the bits of the partners."""

    passed: int
    paired: int
    bits: int


class LineFeed(Feed):
    """Takes what enters a line, for the query of the tool at its end.

    Args:
        session: the run's.
        below: what enters that tool.
        names: the fields of it that the query names, as in a `Feed` of them.
        question: the query, with `Relation.counts` behind its columns.
        entering: the schema of what enters the line.
    """

    def __init__(self, session: Session, below: Relation, names: list[str], question: str, entering: pa.Schema) -> None:
        self.reads = below.reads(names)
        schema = pa.schema([entering.field(name) for name in self.reads])
        super().__init__(session, below.query(names, question), schema, table="fed", tables=below.tables)
        self._joined, self._told = below.joined, below.told
        self._counts = len(below.counts)
        self._result: Spool | None = None

    def end(self, spool: Callable[[pa.Schema], Spool]) -> Tally:
        """End the input, and set the result aside in a `spool` of its fields.

        Raises:
            ToolError: the query has failed.
        """
        passed = paired = bits = 0
        for batch in self._answer():
            columns, counts = batch.columns[: -self._counts], batch.columns[-self._counts :]
            whole = pa.RecordBatch.from_arrays(columns, [f"c{place}" for place in range(len(columns))])
            passed += pc.sum(counts[0]).as_py()
            if self._joined:
                hit = counts[1]  # Null: no partner
                whole = whole.filter(hit)
                paired += pc.sum(counts[0].filter(hit)).as_py() or 0
            if self._told:
                bits = reduce(or_, counts[2].drop_null().to_pylist(), bits)
            self._result = self._result or spool(whole.schema)
            self._result.append(whole)
        return Tally(passed, paired, bits)

    def result(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        for batch in self._result or ():
            yield as_batch(batch.columns, schema)

    def close(self) -> None:
        super().close()
        if self._result is not None:
            self._result.close()
