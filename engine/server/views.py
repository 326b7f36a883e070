"""Records in another order, and only some of them: the numbers of the records, worked out once and kept in a file."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import pyarrow as pa
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from engine.expression import Column, Scope, compile_expression
from engine.files import NewFile
from engine.server import stored
from engine.server.columns import NUMBER, Columns
from engine.server.conditions import Condition, search, sql_of
from engine.server.kept import Kept, Slice
from engine.server.parts import Here
from engine.server.refusal import Refusal
from engine.server.stored import Rows
from engine.server.work import Work
from engine.tool import Home
from engine.types import BLOBS

BYTES_KEPT = 256 << 20
"""Views on disk, of 4 bytes a record; one that is gone is worked out again. The newest stays, however large."""
_OF = b"flowrun:of"  # metadata of a view's file: the identity of the records it is of

router = APIRouter(tags=["results"])


class SortKey(BaseModel):
    """A field, or the value of a formula, to sort by; null comes first, or last where the order is descending."""

    field: str = ""
    expression: str = Field(default="", max_length=1 << 16)
    descending: bool = False


class Query(BaseModel):
    """Which records are shown, and in which order; equal ones keep theirs. An empty one shows all as they lie.

    `search` is looked for in all fields that are not blobs; `expression` is a formula that must hold.
    """

    sort: Annotated[list[SortKey], Field(max_length=100)] = []
    filters: Annotated[list[Condition], Field(max_length=100)] = []
    search: str = Field(default="", max_length=10_000)
    expression: str = Field(default="", max_length=1 << 16)


class ViewRequest(Query):
    """A query on what a run left of an anchor."""

    node: str
    anchor: str = ""


class View(BaseModel):
    """The name of a view, and how many records it shows."""

    id: str
    shown: int


@dataclass(frozen=True)
class Looked:
    """Kept records in the order of a view, or as they lie."""

    kept: Kept
    file: Path | None

    @property
    def count(self) -> int:
        """How many records are shown."""
        return self.kept.count if self.file is None else stored.count(self.file)

    def read(self, offset: int, limit: int, fields: list[str] | None = None) -> tuple[Slice, Rows]:
        """At most `limit` records from number `offset` of the view, and their own numbers."""
        if self.file is None:
            part = self.kept.read(offset, limit, fields)
            return part, np.arange(offset, offset + part.records.num_rows)
        rows = stored.read(self.file, offset, limit, [NUMBER]).column(0).to_numpy().astype(np.int64)
        return self.kept.take(rows, fields), rows


class Views:
    """The views of a server, by the digest of what they show; the newest are kept in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tidying = threading.Lock()

    def make(self, kept: Kept, query: Query, home: Home, work: Work) -> View:
        """Work a view out, unless it is there already.

        Raises:
            FlowrunError: a field or a value does not fit, or the expression is wrong.
        """
        asked = query.model_dump_json(include=set(Query.model_fields))
        identity = hashlib.sha256(f"{kept.identity} {asked}".encode()).hexdigest()[:32]
        file = self._file(identity)
        if file.is_file():
            file.touch()
        else:
            _write(file, kept, _numbers(kept, query, home, work))
            with self._tidying:
                self._tidy()
        return View(id=identity, shown=stored.count(file))

    def open(self, view: str, kept: Kept) -> Looked:
        """A view of kept records; all of them as they lie where `view` is empty.

        Raises:
            Refusal: it is gone, or is of other records; to be made again.
        """
        if not view:
            return Looked(kept, None)
        file = self._file(view)
        if not file.is_file() or (stored.schema(file).metadata or {}).get(_OF) != kept.identity.encode():
            raise Refusal(410, "This view of the records is gone.", hint="Sort or filter once more.")
        return Looked(kept, file)

    def _file(self, view: str) -> Path:
        if not view.isalnum():
            raise Refusal(422, f"{view!r} is no view.")
        return self.folder / f"{view}.arrow"

    def _tidy(self) -> None:
        found = [(file.stat(), file) for file in self.folder.glob("*.arrow")]
        newest, *older = sorted(found, key=lambda pair: pair[0].st_mtime_ns, reverse=True)
        room = BYTES_KEPT - newest[0].st_size
        for about, file in older:
            room -= about.st_size
            if room < 0:
                file.unlink(missing_ok=True)


@router.post("/api/runs/{run}/views")
async def view(run: str, request: Request, asked: ViewRequest, here: Here) -> View:
    """Sort, filter and search; whoever hangs up stops it."""

    def make(work: Work) -> View:
        kept = Kept.of(here.runs.place(run), asked.node, asked.anchor)
        return here.views.make(kept, asked, here.read("", {}).home, work)

    return await here.works.do(request, make)


def _numbers(kept: Kept, query: Query, home: Home, work: Work) -> Iterator[pa.RecordBatch]:
    """The numbers of the records that a query shows, in its order."""
    columns = Columns(kept)
    formulas = _Formulas(columns, home)
    conditions = [sql_of(condition, *columns.find(condition.field)) for condition in query.filters]
    named = [key.field for key in query.sort if key.field] + [condition.field for condition in query.filters]
    used = {columns.find(name)[1].name for name in named}
    if query.search:
        shown = [(column, field) for column, field in columns.all if field.type not in BLOBS]
        conditions.append(search(query.search, shown))
        used |= {field.name for _, field in shown}
    if query.expression.strip():
        conditions.append(f"coalesce(CAST({formulas.sql(query.expression)} AS BOOLEAN), false)")
    order = [_term(columns, formulas, key) for key in query.sort]
    sql = f"SELECT CAST({NUMBER} AS {_size(kept)[0]}) AS {NUMBER} FROM data"  # noqa: S608 - neutral names, quoted values
    sql += f" WHERE {' AND '.join(f'({condition})' for condition in conditions)}" if conditions else ""
    sql += f" ORDER BY {', '.join([*order, NUMBER])}" if order else ""
    yield from work.query(sql, *columns.read(used | formulas.used))


class _Formulas:
    """Formulas over the columns as SQL; `used` are the fields that they read."""

    def __init__(self, columns: Columns, home: Home) -> None:
        self._scope = Scope([Column(field.name, field.type, column) for column, field in columns.all], home)
        self._home = home
        self.used: set[str] = set()

    def sql(self, formula: str) -> str:
        compiled = compile_expression(formula, self._scope, self._home)
        self.used |= set(compiled.fields)
        return compiled.sql


def _term(columns: Columns, formulas: _Formulas, key: SortKey) -> str:
    if key.expression:
        return f"({formulas.sql(key.expression)}) {_direction(key)}"
    column, field = columns.find(key.field)
    if field.type in BLOBS:
        raise Refusal(422, f"[{field.name}] is {field.type}; records cannot be sorted by it.")
    return f"{column} {_direction(key)}"


def _direction(key: SortKey) -> str:
    return "DESC NULLS LAST" if key.descending else "ASC NULLS FIRST"


def _size(kept: Kept) -> tuple[str, pa.DataType]:
    return ("UINTEGER", pa.uint32()) if kept.count < 1 << 32 else ("UBIGINT", pa.uint64())


def _write(file: Path, kept: Kept, numbers: Iterator[pa.RecordBatch]) -> None:
    schema = pa.schema([(NUMBER, _size(kept)[1])], {_OF: kept.identity.encode()})
    file.parent.mkdir(parents=True, exist_ok=True)
    new = NewFile(file)
    try:
        with pa.OSFile(str(new.temporary), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            for batch in numbers:
                writer.write_batch(batch.replace_schema_metadata(schema.metadata))
        new.temporary.replace(file)  # no fsync: a view that is lost is worked out again
    finally:
        new.discard()
