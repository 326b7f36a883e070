"""Workflows of Alteryx, dropped on the canvas."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel

from engine.server.parts import Document, plain
from engine.server.refusal import Failure

router = APIRouter(tags=["workflows"])


class Imported(BaseModel):
    """A workflow that was imported, not saved yet; `lines` tell what was carried over and what was not."""

    document: Document
    lines: list[str]


@router.post("/api/import", responses={422: {"model": Failure}})
def import_workflow(
    data: Annotated[bytes, Body(media_type="application/octet-stream")], name: str = "workflow.yxmd"
) -> Imported:
    """Turn the bytes of a .yxmd, .yxmc or .yxwz into a workflow; 422 where they are none."""
    from engine.alteryx import import_workflow

    imported = import_workflow(data, PurePath(name).stem)
    return Imported(document=plain(imported.document), lines=imported.lines)
