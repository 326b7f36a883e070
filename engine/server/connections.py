"""Connections to databases, for the pickers: their names, never what they lead to."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from engine import connections
from engine.errors import ToolError

router = APIRouter(tags=["tools"])


class Named(BaseModel):
    """A connection: its name, and the kind of database, such as postgresql."""

    name: str
    kind: str


class Connections(BaseModel):
    """All connections of whoever started the server, and where more are written down; `problem`: why there are none."""

    connections: list[Named]
    file: str
    problem: str = ""


@router.get("/api/connections")
def list_connections() -> Connections:
    """The names that settings may use."""
    file = str(connections.file())
    try:
        found = connections.connections().values()
    except ToolError as error:
        return Connections(connections=[], file=file, problem=str(error))
    return Connections(connections=[Named(name=one.name, kind=one.kind) for one in found], file=file)
