"""Templates: the examples that come with the package, to begin a workflow from. What they read comes along."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from engine.server.folder import Folder
from engine.server.parts import Document, Here, plain
from engine.server.refusal import Failure, Refusal
from engine.workflow import Workflow

EXAMPLES = Path(__file__).resolve().parents[2] / "workflows"
_SAMPLES = "samples"
_copying = threading.Lock()

router = APIRouter(tags=["workflows"])


class Template(BaseModel):
    """A workflow to begin from; `name` is its file's, without `.yaml`."""

    name: str
    title: str
    description: str
    document: Document


class Taken(BaseModel):
    """A workflow not saved yet, and what was put into the served folder for it."""

    document: Document
    copied: list[str]


@router.get("/api/templates")
def templates() -> list[Template]:
    """All templates, by the names of their files."""
    return [_template(file) for file in sorted(EXAMPLES.glob("*.yaml"))]


@router.post("/api/templates/{name}", responses={404: {"model": Failure}})
def take(name: str, here: Here) -> Taken:
    """Begin from a template: the samples that it reads are put into the served folder where they are not there yet."""
    names = {file.stem: file for file in EXAMPLES.glob("*.yaml")}
    if name not in names:
        raise Refusal(404, f"There is no template {name!r}.", hint=f"There are {', '.join(sorted(names))}.")
    document = _template(names[name]).document
    with _copying:
        copied = [sample for sample in _samples(document) if _copy(sample, here.folder)]
    return Taken(document=document, copied=copied)


def _template(file: Path) -> Template:
    workflow = Workflow.load(file)
    document = workflow.document
    return Template(
        name=file.stem,
        title=document.name or file.stem,
        description=document.description,
        document=plain(workflow.yaml.data),
    )


def _samples(document: Document) -> list[str]:
    """What the template reads of the samples: every setting or constant that names a folder or file of them."""
    texts = _texts([document.get("constants"), document["nodes"]])
    paths = {text for text in texts if text.startswith(f"{_SAMPLES}/") and ".." not in text}
    return sorted(path for path in paths if (EXAMPLES / path).exists())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _copy(sample: str, folder: Folder) -> bool:
    """Put a sample into the folder, whole; what stands there already stays, and counts as the user's own."""
    place = folder.confined(folder.root / sample)
    if place.exists():
        return False
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=".") as part:
            _copy_to(EXAMPLES / sample, Path(part, place.name)).rename(place)
    except OSError as error:
        hint = "Serve a folder that can be written to, or copy the samples yourself."
        raise Refusal(403, f"{sample!r} cannot be put into the served folder: {error.strerror}.", hint=hint) from None
    return True


def _copy_to(source: Path, target: Path) -> Path:
    if source.is_dir():
        return Path(shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.py", "__pycache__")))
    return Path(shutil.copyfile(source, target))
