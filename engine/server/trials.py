"""What a tool makes of the first records, while its settings are edited: pictures before and after."""

from __future__ import annotations

import asyncio
import base64

import pyarrow as pa
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from engine.check import Checked, check
from engine.errors import FlowrunError, Problem
from engine.server.entering import RECORDS, entering
from engine.server.parts import Document, Here, RelativePath, Served
from engine.server.refusal import Refusal
from engine.small_run import is_quick, try_out
from engine.types import Meaning, fields_of

_SIDE = 160  # pixels that a picture fits into
_SECONDS = 3.0
_FIELDS = 4  # pictures of a record, at most

router = APIRouter(tags=["tools"])
_turn = asyncio.Lock()


class TrialRequest(BaseModel):
    """A node of a document as it stands on the canvas, and which of the first records it is tried on, from 0."""

    path: RelativePath = ""
    document: Document
    node: str
    row: int = Field(default=0, ge=0, lt=RECORDS)


class Glance(BaseModel):
    """A picture in a field: its size in pixels, and itself made small, as a data URL."""

    field: str
    width: int
    height: int
    picture: str


class Trial(BaseModel):
    """The pictures of a record before and after the tool; of how many `records` there are to choose from.

    `missing`: why there is nothing to try it on. `problems`: what the tool has to say against it.
    """

    before: list[Glance] = []
    after: list[Glance] = []
    records: int = 0
    missing: str = ""
    problems: list[Problem] = []


@router.post("/api/preview/tool")
async def try_tool(request: TrialRequest, here: Here, connection: Request) -> Trial:
    """Do to one record what a tool does, without a run; for tools that work on each record alone.

    Files are followed as a run would; no more than a few small pictures leave the server.
    """
    async with _turn:  # one at a time; who has typed on no longer waits
        if await connection.is_disconnected():
            raise Refusal(499, "The browser did not wait for the answer.")
        return await asyncio.to_thread(_tried, request, here)


def _tried(request: TrialRequest, here: Served) -> Trial:
    checked = check(here.read(request.path, request.document), here.catalog, until=request.node)
    found = entering(checked, request.node, here)
    if found.missing:
        return Trial(missing=found.missing)
    tool = checked.tools.get(request.node)
    first = next(iter(found.ports)) if tool is None else _main_port(tool.first, found.ports)
    records = found.ports[first]
    row = records.slice(request.row % max(records.num_rows, 1), 1)
    trial = Trial(before=_glances(row), records=records.num_rows)
    if tool is None or request.node not in checked.outputs or not row.num_rows:
        return trial  # what is wrong with it, the check says
    if not is_quick(tool):
        return Trial(missing="It is shown after a run: this tool needs all of its records.")
    try:
        made = try_out(tool, {**found.ports, first: row}, _SECONDS)
    except FlowrunError as error:
        trial.problems = [_problem(checked, request.node, error)]
        return trial
    trial.after = _glances(next(iter(made.values())))
    return trial


def _main_port(before: tuple[str, ...], ports: dict[str, pa.Table]) -> str:
    """The port of the records that are worked on, not of those that must have come before (a template)."""
    return next((port for port in ports if port.partition("#")[0] not in before), next(iter(ports)))


def _problem(checked: Checked, node: str, error: FlowrunError) -> Problem:
    return checked.workflow.node_problem(node, error.message, error.setting, hint=error.hint)


def _glances(records: pa.Table) -> list[Glance]:
    """The pictures of the first record."""
    named = [field.name for field in fields_of(records.schema) if field.meaning == Meaning.image][:_FIELDS]
    found = [(name, records.column(name)[0].as_py()) for name in named if records.num_rows]
    return [glance for name, data in found if data and (glance := _glance(name, data))]


def _glance(field: str, data: bytes) -> Glance | None:
    from engine.images import BadImage, size_of
    from engine.server.pictures import media_type, thumbnail

    try:
        width, height = size_of(data)
        small = thumbnail(data, _SIDE)
    except BadImage:
        return None
    picture = f"data:{media_type(small)};base64,{base64.b64encode(small).decode()}"
    return Glance(field=field, width=width, height=height, picture=picture)
