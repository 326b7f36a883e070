"""The formula editor's helpers: what can be written, whether it is right, what it gives for the first record."""

from __future__ import annotations

import tempfile
import threading
from functools import cached_property
from pathlib import Path

import pyarrow as pa
from fastapi import APIRouter
from pydantic import BaseModel, Field

from engine import expression as formulas
from engine.check import check
from engine.errors import FlowrunError
from engine.graph import wires_into
from engine.server.cells import Cell, cells
from engine.server.entering import entering
from engine.server.parts import Document, Here, RelativePath
from engine.sql import Session
from engine.tool import Home
from engine.types import Field as RecordField
from engine.types import FieldType

_MEMORY = 128 << 20  # bytes for DuckDB; a preview is one record

router = APIRouter(tags=["expressions"])


class FunctionHelp(BaseModel):
    """A function: how it is called, what it does, an example."""

    name: str
    category: str
    usage: str
    help: str
    example: str


class Functions(BaseModel):
    """What a formula may hold besides fields; `constants` are those that every workflow has."""

    functions: list[FunctionHelp]
    constants: list[str]


class Computed(BaseModel):
    """A field that is computed before (the lines above in a Formula)."""

    field: str
    expression: str
    type: FieldType | None = None


class PreviewRequest(BaseModel):
    """An expression of a node, with the lines that stand `before` it."""

    path: RelativePath = ""
    document: Document
    node: str
    expression: str = Field(max_length=1 << 20)
    type: FieldType | None = None
    before: list[Computed] = Field(default=[], max_length=1_000)


class ExpressionProblem(BaseModel):
    """What is wrong; `start` and `end` count characters of the expression (0 and 0: no place)."""

    message: str
    hint: str = ""
    start: int = 0
    end: int = 0


class Preview(BaseModel):
    """The type of the result; `known` and the value for the first record where there is one."""

    type: FieldType | None = None
    known: bool = False
    value: Cell = None
    problem: ExpressionProblem | None = None


class Calculator:
    """Computes previews, one at a time, in a database of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @cached_property
    def _session(self) -> Session:
        return Session(memory=_MEMORY, threads=1, folder=Path(tempfile.gettempdir()))

    def add(self, batch: pa.RecordBatch, computed: Computed, home: Home) -> pa.RecordBatch:
        """The batch with one more field, or one replaced."""
        compiled = formulas.compile_expression(computed.expression, batch.schema, home)
        with self._lock:
            values = formulas.evaluate(self._session, computed.expression, batch, home)
        field = RecordField(computed.field, computed.type or compiled.type).arrow()
        index = batch.schema.get_field_index(computed.field)
        array = values.cast(field.type, safe=False)
        return batch.append_column(field, array) if index < 0 else batch.set_column(index, field, array)


_calculator = Calculator()


@router.get("/api/functions")
def functions(here: Here) -> Functions:
    """Every function with its help, and the constants."""
    helps = [FunctionHelp(**row) for row in formulas.completions()]
    return Functions(functions=helps, constants=sorted(here.read("", {}).home.constants))


@router.post("/api/preview/expression")
def preview(request: PreviewRequest, here: Here) -> Preview:
    """Check an expression against the fields that enter its node; compute it for the first record."""
    workflow = here.read(request.path, request.document)
    checked = check(workflow, here.catalog, until=request.node)
    schema = next(iter(checked.inputs.get(request.node, {}).values()), None)
    if schema is None:
        fed = wires_into(checked.graph, request.node)
        why = "what feeds this tool cannot run yet" if fed else "nothing is connected"
        return Preview(problem=ExpressionProblem(message=f"The fields are not known yet: {why}."))
    try:
        empty = _with_fields(_no_records(schema), request.before, workflow.home)
        compiled = formulas.compile_expression(request.expression, empty.schema, workflow.home)
    except formulas.ExpressionError as error:
        return Preview(
            problem=ExpressionProblem(message=error.message, hint=error.hint, start=error.start, end=error.end)
        )
    found = Preview(type=request.type or compiled.type)
    first = next(iter(entering(checked, request.node, here).ports.values()), None)
    if first is not None and first.num_rows:
        _compute(found, request, first.slice(0, 1).combine_chunks().to_batches()[0], workflow.home)
    return found


def _compute(found: Preview, request: PreviewRequest, first: pa.RecordBatch, home: Home) -> None:
    try:
        record = _with_fields(first, request.before, home)
        result = _calculator.add(record, Computed(field="", expression=request.expression, type=request.type), home)
    except (FlowrunError, pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        # The record is of an earlier run, or its value cannot become the type: a preview that cannot be, no failure.
        found.problem = ExpressionProblem(message=f"No preview: {error}")
        return
    column = result.column(result.schema.get_field_index(""))
    found.known = True
    found.value = cells(column, RecordField.of(result.schema.field("")))[0]


def _with_fields(batch: pa.RecordBatch, before: list[Computed], home: Home) -> pa.RecordBatch:
    """The batch as the lines above leave it; a line that is wrong is skipped, it has its own problem."""
    for computed in before:
        try:
            batch = _calculator.add(batch, computed, home)
        except (FlowrunError, pa.ArrowInvalid, pa.ArrowNotImplementedError):
            continue
    return batch


def _no_records(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], field.type) for field in schema], schema=schema.remove_metadata())
