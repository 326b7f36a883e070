"""How often values of fields come together, over all records that a run left: what a matrix is drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
from fastapi import APIRouter, Query
from pydantic import BaseModel

from engine.server.asked import OfStream
from engine.server.cells import Cell, cells
from engine.server.kept import Kept
from engine.server.refusal import Refusal
from engine.types import BLOBS, INTEGERS, Field, find_field

MAX_COMBINATIONS = 20_000
_MERGE = 200_000  # combinations set aside before they are added up

router = APIRouter(tags=["results"])


class Combinations(BaseModel):
    """The combinations that occur, in the order of their values, and how often each does.

    `values` holds a list a combination, in the order of `fields`. `records` have been counted of the `total` that
    passed: all of them, or those of a preview.
    """

    fields: list[str]
    values: list[list[Cell]]
    counts: list[int]
    records: int
    total: int


@router.get("/api/runs/{run}/counts")
def counts(
    stream: OfStream, fields: Annotated[list[str], Query(min_length=1, max_length=6)], weight: str = ""
) -> Combinations:
    """Count records by their values in `fields`; with `weight`, add up that field (the `Frequency` of a table)."""
    kept = stream.kept
    found = [find_field(kept.schema, name) for name in fields]
    for field in found:
        if field.type in BLOBS:
            raise Refusal(422, f"[{field.name}] is of type {field.type}; its values cannot be counted.")
    table = _ordered(_counted(kept, [field.name for field in found], _weight(kept.schema, weight)))
    columns = [cells(table.column(place).combine_chunks(), field) for place, field in enumerate(found)]
    return Combinations(
        fields=[field.name for field in found],
        values=[list(row) for row in zip(*columns, strict=True)],
        counts=table.column(len(found)).to_pylist(),
        records=kept.count,
        total=stream.total,
    )


def _weight(schema: pa.Schema, name: str) -> Field | None:
    if not name:
        return None
    field = find_field(schema, name)
    if field.type not in INTEGERS:
        raise Refusal(422, f"[{field.name}] is of type {field.type}; what is added up are whole numbers.")
    return field


def _counted(kept: Kept, names: Sequence[str], weight: Field | None) -> pa.Table:
    """A table of the fields and their `count`. Only their columns are read: of mapped files, no picture."""
    keys = [str(place) for place in range(len(names))]
    types = [kept.schema.field(name).type for name in names]
    parts = [pa.schema([*zip(keys, types, strict=True), ("count", pa.int64())]).empty_table()]
    for batch in kept.batches([*names, *([weight.name] if weight else [])]):
        ones = batch.column(weight.name).cast(pa.int64()) if weight else pa.repeat(pa.scalar(1, pa.int64()), len(batch))
        columns = [batch.column(name) for name in names]
        parts.append(pa.table([*columns, ones], [*keys, "count"]))
        if sum(map(len, parts)) > _MERGE:
            parts = [_added(parts)]
    return _added(parts)


def _added(parts: list[pa.Table]) -> pa.Table:
    keys = parts[0].column_names[:-1]
    table = pa.concat_tables(parts).group_by(keys).aggregate([("count", "sum")]).rename_columns([*keys, "count"])
    if len(table) > MAX_COMBINATIONS:
        raise Refusal(
            422,
            f"There are more than {MAX_COMBINATIONS:,} combinations of values.",
            hint="Choose fields with fewer values.",
        )
    return table


def _ordered(table: pa.Table) -> pa.Table:
    keys = [(name, "ascending", "at_start") for name in table.column_names[:-1]]
    return table.take(pc.sort_indices(table, sort_keys=keys)) if len(table) else table
