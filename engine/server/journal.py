"""Edits that are not saved yet, so that a crash of browser or server loses nothing."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from engine.files import NewFile
from engine.server.folder import Folder
from engine.server.parts import Document, Here, RelativePath

router = APIRouter(tags=["workflows"])


Tab = Annotated[str, Field(pattern=r"^[\w-]{0,64}$")]
"""What a tab of a browser calls itself: each has a draft of its own of a workflow without a file."""


class Draft(BaseModel):
    """A document as it stood on the canvas, and the digest of the file that it began from (null: none)."""

    path: RelativePath
    tab: Tab = ""
    document: Document
    base: str | None = None


class Unnamed(BaseModel):
    """The draft of a workflow without a file: whose it is, and when it was kept (Unix seconds)."""

    tab: str
    modified: float


class Recovered(BaseModel):
    """A draft that was kept and its time (Unix seconds); all null where there is none."""

    path: str
    document: Document | None = None
    base: str | None = None
    modified: float | None = None


@router.put("/api/journal", status_code=204)
def keep(draft: Draft, here: Here) -> None:
    """Keep a draft in place of the one before."""
    file = _file(here.folder, draft.path, draft.tab)
    file.parent.mkdir(parents=True, exist_ok=True)
    new = NewFile(file)
    try:
        new.temporary.write_text(json.dumps(draft.model_dump() | {"modified": time.time()}), encoding="utf-8")
        new.commit()
    finally:
        new.discard()


@router.get("/api/journal")
def recover(path: RelativePath, here: Here, tab: Tab = "") -> Recovered:
    """The draft of a workflow."""
    try:
        return Recovered.model_validate_json(_file(here.folder, path, tab).read_bytes())
    except FileNotFoundError:
        return Recovered(path=path)


@router.get("/api/journal/unnamed")
def unnamed(here: Here) -> list[Unnamed]:
    """The drafts of workflows without a file, newest first."""
    files = _journal(here.folder).glob(f"{_UNNAMED}*.json")
    drafts = [Unnamed(tab=file.stem.removeprefix(_UNNAMED), modified=file.stat().st_mtime) for file in files]
    return sorted(drafts, key=lambda draft: draft.modified, reverse=True)


@router.delete("/api/journal", status_code=204)
def drop(path: RelativePath, here: Here, tab: Tab = "") -> None:
    """Forget the draft of a workflow: it was saved, or is not wanted."""
    _file(here.folder, path, tab).unlink(missing_ok=True)


_UNNAMED = "untitled-"


def _file(folder: Folder, path: str, tab: str) -> Path:
    """One file a workflow, whatever its name is like; where it has none, one a tab."""
    digest = hashlib.sha256(folder.relative(folder.workflow(path)).encode()).hexdigest()[:32] if path else ""
    return folder.confined(_journal(folder) / f"{digest or _UNNAMED + tab}.json")


def _journal(folder: Folder) -> Path:
    return folder.hidden / "journal"
