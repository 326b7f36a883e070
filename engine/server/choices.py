"""What a setting may be where only the outside knows, for the pickers: tables of a database, sheets of a file."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from engine import settings
from engine.errors import FlowrunError
from engine.server.parts import Document, Here, RelativePath

MOST = 5_000

router = APIRouter(tags=["tools"])


class ChoicesRequest(BaseModel):
    """A setting of a node, by its dotted path, in a document as it stands on the canvas."""

    path: RelativePath = ""
    document: Document
    node: str
    setting: str = Field(max_length=1_000)


class Choices(BaseModel):
    """What there is to choose from; `problem`: why there is nothing."""

    choices: list[str] = []
    problem: str = ""


@router.post("/api/choices")
def choices(request: ChoicesRequest, here: Here) -> Choices:
    """Ask a node's tool what a setting may be. Names alone leave the server, and no more than 5,000 of them."""
    workflow = here.read(request.path, request.document)
    node = workflow.document.nodes.get(request.node)
    if node is None:
        return Choices()
    try:
        given = settings.fill(node.settings, workflow.home.constants)
        found = here.catalog.get(node.tool).choices(request.setting, given, workflow.home)
    except FlowrunError as error:
        return Choices(problem=str(error))
    return Choices(choices=found[:MOST])
