"""Workflow files: opened, saved, never silently overwritten."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

from fastapi import APIRouter
from pydantic import BaseModel

from engine import yaml_edit, yaml_file
from engine.errors import Problem, WorkflowError
from engine.files import NewFile
from engine.server.parts import Document, Here, RelativePath, plain
from engine.server.refusal import Failure, Refusal
from engine.workflow import MAX_BYTES, Workflow

router = APIRouter(tags=["workflows"])
_saving = threading.Lock()


class Opened(BaseModel):
    """A workflow file: its data, its text, a digest of its bytes, and what is wrong with its shape."""

    path: str
    document: Document
    text: str
    digest: str
    problems: list[Problem]


class Save(BaseModel):
    """A document to save over the file whose digest is `base`; without `base` the file must be new."""

    path: RelativePath
    document: Document
    base: str | None = None


class Saved(BaseModel):
    """The file as it is now."""

    digest: str
    text: str


class Text(BaseModel):
    """YAML."""

    text: str


class Data(BaseModel):
    """A workflow, or a part of one, as plain data."""

    document: Document


@router.get("/api/workflow", responses={404: {"model": Failure}, 422: {"model": Failure}})
def open_workflow(path: RelativePath, here: Here) -> Opened:
    """Open a file; 422 with line and column where it is no YAML."""
    file = here.folder.workflow(path)
    content = _read(file, path)
    workflow = Workflow.parse(_decoded(content, path), file)
    return Opened(
        path=path,
        document=plain(workflow.yaml.data),
        text=workflow.text,
        digest=_digest(content),
        problems=workflow.problems,
    )


@router.put("/api/workflow", responses={409: {"model": Failure}})
def save_workflow(request: Save, here: Here) -> Saved:
    """Save a document; 409 where the file has changed since `base`, or exists though there is no `base`."""
    if not request.path:
        raise Refusal(422, "The workflow has no name yet.", hint="Save it under a name that ends in .yaml.")
    file = here.folder.workflow(request.path)
    with _saving:
        before = _before(file, request)
        text = _text(request.document, before, request.path)
        content = text.encode()
        if content != before:
            _write(file, content)
    return Saved(digest=_digest(content), text=text)


@router.post("/api/yaml")
def to_yaml(request: Data) -> Text:
    """Data as the YAML that would be saved."""
    return Text(text=yaml_file.dump(request.document))


@router.post("/api/parse", responses={422: {"model": Failure}})
def from_yaml(request: Text) -> Data:
    """The data in a YAML text; 422 with line and column where it is none."""
    data = yaml_file.load(request.text).data
    if not isinstance(data, dict):
        raise WorkflowError("This text holds no names with values.", hint="Write 'name: value' in each line.")
    return Data(document=plain(data))


def _read(file: Path, path: str) -> bytes:
    if not file.is_file():
        raise Refusal(404, f"There is no file {path!r}.")
    if file.stat().st_size > MAX_BYTES:
        raise Refusal(422, f"{path} is larger than {MAX_BYTES >> 20} MiB; that is no workflow.")
    return file.read_bytes()


def _decoded(content: bytes, path: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WorkflowError(f"{path} is not a text in UTF-8.") from None


def _before(file: Path, request: Save) -> bytes | None:
    """What stands in the file now, if it is what the document was made from."""
    now = _read(file, request.path) if file.exists() else None
    if now is not None and request.base is None:
        raise Refusal(409, f"{request.path} exists already.", hint="Open it, or save under another name.")
    if now is not None and _digest(now) != request.base:
        raise Refusal(
            409, f"{request.path} was changed by someone else.", hint="Reload it, or save under another name."
        )
    return now


def _text(document: Document, before: bytes | None, path: str) -> str:
    """The document as YAML; what was not edited stays as it stands in the file.

    Raises:
        WorkflowError: it holds what cannot be read again (half of a character); nothing unreadable is ever saved.
    """
    text = yaml_edit.update(_decoded(before, path), document, plain) if before else yaml_file.dump(document)
    yaml_file.load(text)
    return text


def _write(file: Path, content: bytes) -> None:
    new = NewFile(file)
    try:
        new.temporary.write_bytes(content)
        if file.exists():
            new.temporary.chmod(file.stat().st_mode & 0o777)
        new.commit()
    finally:
        new.discard()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
