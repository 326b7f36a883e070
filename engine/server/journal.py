"""Edits that are not saved yet, so that a crash of browser or server loses nothing."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

from fastapi import APIRouter
from pydantic import BaseModel

from engine.files import NewFile
from engine.server.folder import Folder
from engine.server.parts import Document, Here, RelativePath

router = APIRouter(tags=["workflows"])


class Draft(BaseModel):
    """A document as it stood on the canvas, and the digest of the file that it began from (null: none)."""

    path: RelativePath
    document: Document
    base: str | None = None


class Recovered(BaseModel):
    """A draft that was kept and its time (Unix seconds); all null where there is none."""

    path: str
    document: Document | None = None
    base: str | None = None
    modified: float | None = None


@router.put("/api/journal", status_code=204)
def keep(draft: Draft, here: Here) -> None:
    """Keep a draft in place of the one before."""
    file = _file(here.folder, draft.path)
    file.parent.mkdir(parents=True, exist_ok=True)
    new = NewFile(file)
    try:
        new.temporary.write_text(json.dumps(draft.model_dump() | {"modified": time.time()}), encoding="utf-8")
        new.commit()
    finally:
        new.discard()


@router.get("/api/journal")
def recover(path: RelativePath, here: Here) -> Recovered:
    """The draft of a workflow."""
    try:
        return Recovered.model_validate_json(_file(here.folder, path).read_bytes())
    except FileNotFoundError:
        return Recovered(path=path)


@router.delete("/api/journal", status_code=204)
def drop(path: RelativePath, here: Here) -> None:
    """Forget the draft of a workflow: it was saved, or is not wanted."""
    _file(here.folder, path).unlink(missing_ok=True)


def _file(folder: Folder, path: str) -> Path:
    """One file a workflow, whatever its name is like."""
    name = hashlib.sha256(folder.relative(folder.workflow(path)).encode()).hexdigest()[:32] if path else "untitled"
    return folder.confined(folder.hidden / "journal" / f"{name}.json")
