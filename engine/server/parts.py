"""What the routes share: what they serve from, and the shapes that several of them take."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from pydantic import Field

from engine import yaml_file
from engine.catalog import Catalog
from engine.server.folder import Folder
from engine.workflow import Workflow

if TYPE_CHECKING:
    from engine.server.downloads import Downloads
    from engine.server.pictures import Pictures
    from engine.server.runs import Runs
    from engine.server.views import Views
    from engine.server.work import Works

_SAFE_INTEGER = 1 << 53  # JavaScript keeps integers exactly up to here

RelativePath = Annotated[str, Field(max_length=4096)]
"""A path inside the served folder, with forward slashes; a workflow without a file has the empty one."""
Document = dict[str, Any]
"""A workflow as plain data, keys as in the YAML file."""


@dataclass
class Served:
    """What one server serves from."""

    folder: Folder
    runs: Runs
    pictures: Pictures
    views: Views
    works: Works
    downloads: Downloads
    catalog: Catalog = field(default_factory=Catalog)

    def read(self, path: str, document: Document) -> Workflow:
        """A document as it stands on the canvas, as a workflow.

        Raises:
            WorkflowError: it is none.
        """
        return Workflow.of(yaml_file.YamlText({"nodes": {}} | document), self.folder.workflow(path))


def _served(request: Request) -> Served:
    served: Served = request.app.state.served
    return served


Here = Annotated[Served, Depends(_served)]


def plain(value: Any) -> Any:
    """Data of a YAML file as JSON that a browser keeps exactly.

    What a JavaScript number cannot hold becomes text: infinity, not-a-number, integers past 2^53. `fields` of a name
    and a type each become a list where a name is a number: JavaScript puts such keys first, and their order counts.
    """
    if isinstance(value, dict):
        return {str(key): _listed(item) if key == "fields" else plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and abs(value) > _SAFE_INTEGER:
        return str(value)
    return value


def _listed(fields: Any) -> Any:
    if not isinstance(fields, dict) or not any(str(name).isdecimal() for name in fields):
        return plain(fields)
    return [{"field": str(name), "type": plain(type_)} for name, type_ in fields.items()]
