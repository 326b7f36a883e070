"""What there is to build with."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from engine.catalog import Description
from engine.server.parts import Here

router = APIRouter(tags=["tools"])


class Tools(BaseModel):
    """All tools, in the order of their modules."""

    tools: list[Description]


@router.get("/api/tools")
def tools(here: Here) -> Tools:
    """Every tool with its anchors, help and settings."""
    return Tools(tools=[here.catalog.describe(tool_id) for tool_id in here.catalog.ids()])
