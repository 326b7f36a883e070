"""Records as text for the clipboard: fields by tabs, records by lines, as spreadsheets take them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse

from engine.server.asked import OfPart
from engine.server.cells import texts
from engine.server.refusal import Refusal

_MAX_CELLS = 1_000_000
_MAX_BYTES = 64 << 20
_PIECE = 1_000  # records
_QUOTED = re.compile(r"[\t\n\r\"]")

router = APIRouter(tags=["results"])


@router.get("/api/runs/{run}/text", response_class=PlainTextResponse)
def text(asked: OfPart, limit: Annotated[int, Query(ge=0)] = _MAX_CELLS, header: bool = True) -> PlainTextResponse:
    """Whole values, unlike those of a page, below the names of their fields; of blobs the size."""
    looked, offset = asked.looked, asked.offset
    names = [item.name for item in asked.fields]
    count = max(0, min(limit, looked.count - offset))
    if count * len(names) > _MAX_CELLS:
        hint = "Select fewer, or download them as a file."
        raise Refusal(422, f"{count:,} records are too much for the clipboard.", hint=hint)
    lines = ["\t".join(map(_quoted, names))] if header else []
    size = 0
    for start in range(offset, offset + count, _PIECE):
        part, _ = looked.read(start, min(_PIECE, offset + count - start), names)
        for line in _lines(part.records):
            lines.append(line)
            size += len(line)
        if size > _MAX_BYTES:
            raise Refusal(422, "These values are too large for the clipboard.", hint="Download them as a file.")
    return PlainTextResponse("\n".join([*lines, ""]))


def _lines(records: pa.RecordBatch) -> Iterator[str]:
    columns = [_sizes(column) if pa.types.is_binary(column.type) else texts(column) for column in records.columns]
    for row in zip(*columns, strict=True):
        yield "\t".join("" if value is None else _quoted(value) for value in row)


def _sizes(column: pa.Array) -> list[str | None]:
    return [None if size is None else f"{size:,} bytes" for size in pc.binary_length(column).to_pylist()]


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if _QUOTED.search(value) else value
