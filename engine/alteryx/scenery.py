"""What stands around the tools: containers, comments, and the place of everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.alteryx.configuration import Configuration
from engine.alteryx.document import AlteryxNode, AlteryxWorkflow, Box
from engine.alteryx.wiring import Carried

# Alteryx's positions are pixels at 100 %, as ours are, and its annotations are as wide as ours; so one is one. Its
# tools are larger by some pixels than ours, which stand in the middle of their place.
_INSET = 6
_GRID = 5
_BEHIND = 50  # from a tool to what was put behind it: half a step
_FOLDED = 30  # the height of a folded container, which says nothing of its size when open


def containers_of(
    workflow: AlteryxWorkflow, carried: Mapping[str, Carried], scenery: Mapping[str, str]
) -> dict[str, Any]:
    """The containers by name, with all that stands in each."""
    members: dict[str, list[str]] = {}
    for node in workflow.nodes:
        if node.is_container:
            continue
        names = list(carried[node.id].entries) if node.id in carried else [scenery[node.id]]
        members.setdefault(node.inside, []).extend(names)
    return {
        scenery[node.id]: _container(node, members.get(node.id, []), scenery)
        for node in workflow.nodes
        if node.is_container
    }


def _container(node: AlteryxNode, members: list[str], scenery: Mapping[str, str]) -> dict[str, Any]:
    config = Configuration(node.configuration)
    facts = {
        "title": config.text("Caption").strip(),
        "nodes": members,
        "inside": scenery.get(node.inside, ""),
        "disabled": config.flag("Disabled"),
        "folded": config.flag("Folded"),
    }
    return {key: value for key, value in facts.items() if value or key == "nodes"}


def comments_of(workflow: AlteryxWorkflow, scenery: Mapping[str, str]) -> dict[str, Any]:
    """The comments by name; an Explorer Box is one that tells its address."""
    return {scenery[node.id]: {"text": _text(node)} for node in workflow.nodes if node.is_comment}


def _text(node: AlteryxNode) -> str:
    config = Configuration(node.configuration)
    return (config.text("Text") or config.text("URL")).strip()


def layout_of(
    workflow: AlteryxWorkflow, carried: Mapping[str, Carried], scenery: Mapping[str, str]
) -> dict[str, list[int]]:
    """The place of everything."""
    layout: dict[str, list[int]] = {}
    for node in workflow.nodes:
        if node.id in carried:
            for number, name in enumerate(carried[node.id].entries):
                layout[name] = [_snap(node.box.x + _INSET + number * _BEHIND), _snap(node.box.y + _INSET)]
        else:
            layout[scenery[node.id]] = _place(node.box, folded=node.is_container and node.box.height <= _FOLDED)
    return layout


def _place(box: Box, folded: bool) -> list[int]:
    corner = [_snap(box.x), _snap(box.y)]
    sized = box.width > 0 and box.height > 0 and not folded
    return [*corner, _snap(box.width), _snap(box.height)] if sized else corner


def _snap(value: float) -> int:
    return round(value / _GRID) * _GRID
