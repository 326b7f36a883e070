"""What lies in the served folder, for the file pickers."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from engine.server.folder import WORKFLOW_SUFFIXES, Folder
from engine.server.parts import Here, RelativePath
from engine.server.refusal import Refusal

MAX_ENTRIES = 5_000
_WORKFLOW = re.compile(rb"^(?:flowrun|nodes)\s*:", re.MULTILINE)
_HEAD = 4_096  # bytes in which a workflow shows that it is one

router = APIRouter(tags=["files"])


class Entry(BaseModel):
    """A file or folder; `size` in bytes, `modified` in Unix seconds."""

    name: str
    path: str
    kind: Literal["folder", "file"]
    size: int
    modified: float
    is_workflow: bool = False


class Listing(BaseModel):
    """What a folder holds: folders first, names in natural order; `left_out` counts what was too much."""

    folder: str
    entries: list[Entry]
    left_out: int = 0


@router.get("/api/files")
def files(here: Here, folder: RelativePath = "") -> Listing:
    """List a folder; hidden files and links that lead outside are left out."""
    place = here.folder.inside(folder)
    if not place.is_dir():
        raise Refusal(404, f"There is no folder {folder!r}.")
    found = [
        entry
        for entry in os.scandir(place)
        if not entry.name.startswith(".") and (not entry.is_symlink() or _stays_inside(here.folder, Path(entry.path)))
    ]
    found.sort(key=lambda entry: (not entry.is_dir(), _natural(entry.name)))
    # Not resolved, so that a link is listed where it stands.
    prefix = f"{folder.strip('/')}/" if folder.strip("/") else ""
    entries = [entry for item in found[:MAX_ENTRIES] if (entry := _entry(item, prefix)) is not None]
    return Listing(folder=folder.strip("/"), entries=entries, left_out=max(0, len(found) - MAX_ENTRIES))


def _entry(item: os.DirEntry[str], prefix: str) -> Entry | None:
    try:
        stat = item.stat()
    except OSError:  # gone since, or a link to nothing
        return None
    kind: Literal["folder", "file"] = "folder" if item.is_dir() else "file"
    return Entry(
        name=item.name,
        path=prefix + item.name,
        kind=kind,
        size=stat.st_size if kind == "file" else 0,
        modified=stat.st_mtime,
        is_workflow=kind == "file" and _is_workflow(Path(item.path)),
    )


def _is_workflow(path: Path) -> bool:
    if not path.name.lower().endswith(WORKFLOW_SUFFIXES):
        return False
    try:
        with path.open("rb") as file:
            return _WORKFLOW.search(file.read(_HEAD)) is not None
    except OSError:
        return False


def _stays_inside(folder: Folder, path: Path) -> bool:
    try:
        folder.confined(path)
    except Refusal:
        return False
    return True


def _natural(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts `image_2` before `image_10`, without regard to case."""
    parts = re.split(r"(\d{1,18})", name.casefold())
    return [(0, int(part), "") if part.isdecimal() and part.isascii() else (1, 0, part) for part in parts]
