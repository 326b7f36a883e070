"""What is wrong with a workflow and what flows through it, while it is edited."""

from __future__ import annotations

import pyarrow as pa
from fastapi import APIRouter
from pydantic import BaseModel

from engine.check import Checked, check
from engine.errors import Problem
from engine.server.parts import Document, Here, RelativePath
from engine.types import FieldType, Meaning, fields_of, is_open

router = APIRouter(tags=["workflows"])


class FieldShape(BaseModel):
    """A field: `size` in characters or bytes, `scale` in decimals, where its type has them."""

    name: str
    type: FieldType
    size: int | None
    scale: int | None
    source: str
    description: str
    meaning: Meaning | None


class Schema(BaseModel):
    """The fields that pass; `open`: more may come to light when the workflow runs."""

    fields: list[FieldShape]
    open: bool = False


class NodeSchemas(BaseModel):
    """What enters and leaves a node, by port and anchor; null where it is not known."""

    inputs: dict[str, Schema | None]
    outputs: dict[str, Schema | None]


class CheckRequest(BaseModel):
    """A document as it stands on the canvas."""

    path: RelativePath = ""
    document: Document


class CheckAnswer(BaseModel):
    """Everything that is wrong; the nodes that will not run; what enters and leaves each node."""

    problems: list[Problem]
    cut: list[str]
    nodes: dict[str, NodeSchemas]


@router.post("/api/check")
def check_document(request: CheckRequest, here: Here) -> CheckAnswer:
    """Check a document without running it."""
    checked = check(here.read(request.path, request.document), here.catalog)
    return CheckAnswer(
        problems=checked.problems,
        cut=sorted(checked.cut),
        nodes={node: _schemas(checked, node) for node in checked.workflow.document.nodes},
    )


def shape_of(schema: pa.Schema) -> Schema:
    """A schema as the browser gets it."""
    return Schema(
        fields=[FieldShape.model_validate(field, from_attributes=True) for field in fields_of(schema)],
        open=is_open(schema),
    )


def _schemas(checked: Checked, node: str) -> NodeSchemas:
    tool = checked.tools.get(node)
    known = checked.outputs.get(node, {})
    anchors = [anchor.name for anchor in tool.outputs] if tool else []
    return NodeSchemas(
        inputs={port: shape_of(schema) if schema else None for port, schema in checked.inputs.get(node, {}).items()},
        outputs={name: shape_of(schema) if (schema := known.get(name)) is not None else None
                 for name in dict.fromkeys([*anchors, *known])},
    )  # fmt: skip
