"""Records over HTTP: pages of a grid, single values, reports."""

from __future__ import annotations

from typing import Annotated

import pyarrow as pa
from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from engine.server.asked import OfKept, OfPart, Row
from engine.server.cells import Cell, LongText, cells, texts
from engine.server.checks import FieldShape
from engine.server.kept import Kept, Slice
from engine.server.refusal import Refusal
from engine.types import Field, Meaning, field_meaning, find_field

MAX_ROWS = 500
_MAX_CELLS = 100_000
_BYTES_SHOWN = 4_096
_LONGEST_TEXT = 1 << 20  # characters shown at all
_REPORT_POLICY = (
    "sandbox allow-same-origin; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)

router = APIRouter(tags=["results"])


class Page(BaseModel):
    """Records from number `offset`, a list a record in the order of `fields`: those that were asked for.

    `total` have passed, of which the first `kept` can be looked at, and `shown` of them in a view. `numbers` are the
    records' own, from 0, whatever their order in the view. Numbers that JavaScript cannot hold, decimals, dates and
    times are text.
    """

    fields: list[FieldShape]
    total: int
    kept: int
    shown: int
    offset: int
    numbers: list[int]
    rows: list[list[Cell]]


@router.get("/api/runs/{run}/records")
def records(asked: OfPart, limit: Annotated[int, Query(ge=0, le=MAX_ROWS)] = 100) -> Page:
    """A page of records, as they lie or as a view orders them; with very many fields it holds fewer than asked for."""
    fields, kept = asked.fields, asked.stream.kept
    limit = max(1, min(limit, _MAX_CELLS // max(len(fields), 1))) if limit else 0
    part, numbers = asked.looked.read(asked.offset, limit, [field.name for field in fields])
    return Page(
        fields=[FieldShape.model_validate(field, from_attributes=True) for field in fields],
        total=asked.stream.total,
        kept=kept.count,
        shown=asked.looked.count,
        offset=asked.offset,
        numbers=numbers.tolist(),
        rows=_rows(part, fields),
    )


@router.get("/api/runs/{run}/value")
def value(kept: OfKept, row: Row, field: str) -> LongText:
    """The whole of a text, up to a million characters."""
    found = single(kept, row, find_field(kept.schema, field))
    text = found if isinstance(found, str) else "" if found is None else f"{len(found):,} bytes"
    return LongText(text=text[:_LONGEST_TEXT], length=len(text))


@router.get("/api/runs/{run}/bytes", response_class=Response)
def bytes_(kept: OfKept, row: Row, field: str) -> Response:
    """The first bytes of a blob."""
    found = single(kept, row, find_field(kept.schema, field))
    if not isinstance(found, bytes):
        raise Refusal(404, f"Record {row + 1} has no bytes in [{field}].")
    return Response(found[:_BYTES_SHOWN], media_type="application/octet-stream")


@router.get("/api/runs/{run}/report", response_class=HTMLResponse)
def report(node: str, kept: OfKept, row: Row = 0) -> HTMLResponse:
    """A report as a page that runs no scripts and loads nothing; the canvas around it may look into it."""
    field = field_meaning(kept.schema, Meaning.report)
    if field is None:
        raise Refusal(404, f"{node} holds no report.")
    headers = {"Content-Security-Policy": _REPORT_POLICY}
    return HTMLResponse(str(single(kept, row, field) or ""), headers=headers)


def single(kept: Kept, row: int, field: Field) -> str | bytes | None:
    """One value: bytes of a blob, else text.

    Raises:
        Refusal: there is no such record, or the value was too large to keep.
    """
    part = kept.read(row, 1)
    if not part.records.num_rows:
        raise Refusal(404, f"There is no record {row + 1}; {kept.count} can be looked at.")
    if (field.name, 0) in part.cut:
        raise Refusal(404, f"[{field.name}] is too large for a preview.", hint="Connect a Browse to see it.")
    column = part.records.column(field.name)
    if pa.types.is_binary(column.type) or pa.types.is_string(column.type):
        found: str | bytes | None = column[0].as_py()
        return found
    return texts(column)[0]


def _rows(part: Slice, fields: list[Field]) -> list[list[Cell]]:
    columns = [cells(part.records.column(index), field, part.cut) for index, field in enumerate(fields)]
    return [list(row) for row in zip(*columns, strict=True)]
