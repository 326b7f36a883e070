"""Records over HTTP: pages of a grid, single values, reports."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from engine import events
from engine.server.checks import FieldShape, shape_of
from engine.server.kept import Kept, Slice
from engine.server.parts import Here
from engine.server.refusal import Refusal
from engine.types import Field, Meaning, field_meaning, fields_of, find_field

MAX_ROWS = 500
_MAX_CELLS = 100_000
_LONG_TEXT = 1_000  # characters shown in a cell
_LONGEST_TEXT = 1 << 20  # characters shown at all
_REPORT_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
_SAFE_INTEGER = 1 << 53

Row = Annotated[int, Query(ge=0)]

router = APIRouter(tags=["results"])


class LongText(BaseModel):
    """The beginning of a text, and how many characters it has."""

    text: str
    length: int


class BlobShape(BaseModel):
    """A blob of so many bytes; `image` is the sha256 of an image file, `kept` false where it was too large to keep."""

    blob: int
    image: str | None = None
    kept: bool = True


Cell = bool | int | float | str | LongText | BlobShape | None


class Page(BaseModel):
    """Records from number `offset`, a list a record in the order of the fields.

    `total` have passed, of which the first `kept` can be looked at. Numbers that JavaScript cannot hold, decimals,
    dates and times are text.
    """

    fields: list[FieldShape]
    total: int
    kept: int
    offset: int
    rows: list[list[Cell]]


@router.get("/api/runs/{run}/records")
def records(
    run: str,
    node: str,
    here: Here,
    anchor: str = "",
    offset: Row = 0,
    limit: Annotated[int, Query(ge=0, le=MAX_ROWS)] = 100,
) -> Page:
    """A page of records; it may hold fewer than asked for where there are very many fields."""
    kept = Kept.of(here.runs.place(run), node, anchor)
    fields = fields_of(kept.schema)
    part = kept.read(offset, max(1, min(limit, _MAX_CELLS // max(len(fields), 1))) if limit else 0)
    return Page(
        fields=shape_of(kept.schema).fields,
        total=kept.count if kept.whole else max(_counted(here.runs.log(run).lines, node, anchor), kept.count),
        kept=kept.count,
        offset=offset,
        rows=_rows(part, fields),
    )


@router.get("/api/runs/{run}/value")
def value(run: str, node: str, row: Row, field: str, here: Here, anchor: str = "") -> LongText:
    """The whole of a text, up to a million characters."""
    kept = Kept.of(here.runs.place(run), node, anchor)
    found = single(kept, row, find_field(kept.schema, field))
    text = found if isinstance(found, str) else "" if found is None else f"{len(found):,} bytes"
    return LongText(text=text[:_LONGEST_TEXT], length=len(text))


@router.get("/api/runs/{run}/report", response_class=HTMLResponse)
def report(run: str, node: str, here: Here, anchor: str = "", row: Row = 0) -> HTMLResponse:
    """A report as a page for a sandboxed frame: no scripts, nothing loaded."""
    kept = Kept.of(here.runs.place(run), node, anchor)
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
    return _texts(column)[0]


def _counted(lines: list[str], node: str, anchor: str) -> int:
    """How many records have left by an anchor, as the run last said."""
    for line in reversed(lines):
        if '"event":"counts"' in line:
            what = events.Stamped.model_validate_json(line).what
            if isinstance(what, events.Counts) and (what.node, what.anchor) == (node, anchor):
                return what.records
    return 0


def _rows(part: Slice, fields: list[Field]) -> list[list[Cell]]:
    columns = [cells(part.records.column(index), field, part.cut) for index, field in enumerate(fields)]
    return [list(row) for row in zip(*columns, strict=True)]


def cells(column: pa.Array, field: Field, cut: Mapping[tuple[str, int], int] = MappingProxyType({})) -> list[Cell]:
    """Values as the grid shows them; `cut` holds the sizes of those that were too large to keep."""
    if pa.types.is_binary(column.type):
        return [_blob(item, cut.get((field.name, row)), field) for row, item in enumerate(column)]
    show = _SHOWN.get(str(column.type))
    if show is None:
        return _cut_texts(column)
    return [None if item is None else show(item) for item in column.to_pylist()]


def _cut_texts(column: pa.Array) -> list[Cell]:
    return [
        LongText(text=text[:_LONG_TEXT], length=len(text)) if text is not None and len(text) > _LONG_TEXT else text
        for text in _texts(column)
    ]


def _blob(item: Any, cut: int | None, field: Field) -> Cell:
    if cut is not None:
        return BlobShape(blob=cut, kept=False)
    buffer = item.as_buffer()
    if buffer is None:
        return None
    image = hashlib.sha256(buffer).hexdigest() if field.meaning is Meaning.image else None
    return BlobShape(blob=buffer.size, image=image)


def _texts(column: pa.Array) -> list[str | None]:
    """Values as text. Arrow converts them: Python knows no dates past the year 9999."""
    texts: list[str | None] = column.cast(pa.string()).to_pylist()
    if pa.types.is_time(column.type) or pa.types.is_timestamp(column.type):
        return [text if text is None else re.sub(r"\.?0*$", "", text) if "." in text else text for text in texts]
    return texts


def _number(item: float) -> Cell:
    return item if math.isfinite(item) else str(item)


def _integer(item: int) -> Cell:
    return item if abs(item) <= _SAFE_INTEGER else str(item)


_SHOWN: dict[str, Callable[[Any], Cell]] = {
    "bool": bool,
    "uint8": int,
    "int16": int,
    "int32": int,
    "int64": _integer,
    "float": lambda item: _number(float(str(np.float32(item)))),  # the shortest digits that tell it from its neighbours
    "double": _number,
}
"""What is shown as a number or truth value, by Arrow type; everything else is text."""
