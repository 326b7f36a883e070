"""What there is to build with."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from engine.catalog import Description
from engine.errors import Problem
from engine.server.parts import Here

router = APIRouter(tags=["tools"])


class Tools(BaseModel):
    """All tools, in the order of their modules; `problems` tells of those that cannot be loaded."""

    tools: list[Description]
    problems: list[Problem]


@router.get("/api/tools")
def tools(here: Here) -> Tools:
    """Every tool with its anchors, help and settings."""
    found = Tools(tools=[], problems=[])
    for tool_id in here.catalog.ids():
        try:
            found.tools.append(here.catalog.describe(tool_id))
        except Exception as error:  # somebody's package may be broken in any way; the other tools still work
            message = f"The tool {tool_id} cannot be loaded: {type(error).__name__}: {error}"
            found.problems.append(Problem(tool=tool_id, message=message))
    return found
