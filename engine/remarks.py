"""What an expression says of single records while it is computed: conversions that failed, and the texts of Message().

SQL has no voice, so that a function speaks for it: `flowrun_remark` takes a remark and gives Null. Whose remark it is
tells a variable of the query's cursor; where nobody listens it is unset, and nothing is kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

FUNCTION = "flowrun_remark"
TYPES = (["VARCHAR", "BIGINT", "VARCHAR", "VARCHAR"], "VARCHAR")
"""Of its arguments - the query, the record, the level, the text - and of its result."""
RECORD = '"flowrun: record"'
"""The column of a query over batches that numbers the records of each, from 1."""
_VARIABLE = "flowrun_query"


_COLUMNS = ["record", "level", "text"]
_KEPT = 100  # remarks of a level that are passed on at once; more are only counted


@dataclass(frozen=True)
class Remark:
    """A remark on a record, or, without a text, how many more there were.

    Attributes:
        record: its number in the batch, from 1; None where that is not known.
        level: that of a message, or `error`, which ends the run of the tool.
        text: what is said.
        count: how many there were.
    """

    record: int | None
    level: str
    text: str
    count: int = 1


Hear = Callable[[Sequence[Remark]], None]
"""Whoever listens to a query, as `Context.hear` does."""


def remark_sql(record: str, level: str, text: str) -> str:
    """SQL that makes a remark and gives Null; all three are SQL themselves."""
    return f"{FUNCTION}(getvariable('{_VARIABLE}'), {record}, {level}, {text})"


class Remarks:
    """The remarks of a session's queries, until they are collected."""

    def __init__(self) -> None:
        self._said: dict[str, list[pa.Table]] = {}

    def listen(self, cursor: Any) -> str:
        """A name for the queries of a cursor, by which their remarks are collected."""
        name = uuid.uuid4().hex
        cursor.execute(f"SET VARIABLE {_VARIABLE} = '{name}'")
        return name

    def take(self, query: pa.Array, record: pa.Array, level: pa.Array, text: pa.Array) -> pa.Array:
        """The function behind `flowrun_remark`."""
        name = query[0].as_py() if len(query) else None  # the same for all
        if name is not None:
            self._said.setdefault(name, []).append(pa.Table.from_arrays([record, level, text], _COLUMNS))
        return pa.nulls(len(query), pa.string())

    def collect(self, name: str) -> list[Remark]:
        """What was said since the last time, in the order of the records.

        DuckDB may compute a value twice; what is said twice of a record counts once.
        """
        said = self._said.pop(name, [])
        if not said:
            return []
        once = pa.concat_tables(said).group_by(_COLUMNS, use_threads=False).aggregate([]).sort_by("record")
        remarks = []
        for level in once["level"].unique().to_pylist():
            of_level = once.filter(pc.equal(once["level"], level))
            remarks += [Remark(**row) for row in of_level.slice(0, _KEPT).to_pylist()]
            if of_level.num_rows > _KEPT:
                remarks.append(Remark(None, level, "", of_level.num_rows - _KEPT))
        return remarks
