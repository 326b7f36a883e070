"""What to do with each node, before a run begins.

From the end of the workflow to its beginning: a node whose result is known does not run; one that somebody needs who
runs sends again what was kept of it, or runs too where not all of it was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import networkx as nx

from engine.cache.entries import Found
from engine.cache.replay import Replay
from engine.check import Checked
from engine.graph import order, wires_from, wires_into

Kind = Literal["run", "replay", "reuse", "idle"]


@dataclass(frozen=True)
class Step:
    """What is done with a node.

    `run` it; `replay`: send again what was kept; `reuse`: its result stands and nobody needs its records; `idle`:
    nothing is known of it, and nobody needs it.
    """

    kind: Kind
    found: Found | None = None
    for_whom: str = ""
    """The node that needs the records of one that runs though its result stands."""


def plan(checked: Checked, find: Callable[[str], Found | None]) -> dict[str, Step]:
    """A step for every node that takes part, by `find`, which tells what is known of a node."""
    steps: dict[str, Step] = {}
    for node in reversed(order(checked.graph)):
        if node not in checked.cut:
            found = find(node)
            steps[node] = _step(checked, node, found if found is not None and found.is_true() else None, steps)
    return {node: steps[node] for node in checked.graph if node in steps}


def _step(checked: Checked, node: str, found: Found | None, steps: Mapping[str, Step]) -> Step:
    outgoing = [wire for wire in wires_from(checked.graph, node) if wire.target in steps]
    wanted = [wire for wire in outgoing if steps[wire.target].kind == "run"]
    if found is None:
        return Step("run" if wanted or not outgoing else "idle")
    if not wanted:
        return Step("reuse", found)
    if found.holds({wire.anchor for wire in wanted}):
        return Step("replay", found)
    return Step("run", for_whom=wanted[0].target)


def reduced(checked: Checked, steps: Mapping[str, Step]) -> Checked:
    """The workflow that is left to run: without what is reused, and with a `Replay` in the place of what is known."""
    busy = {node for node, step in steps.items() if step.kind in ("run", "replay")}
    graph: nx.MultiDiGraph = checked.graph.subgraph(busy).copy()
    tools = dict(checked.tools)
    for node in busy:
        found = steps[node].found
        if found is not None:
            graph.remove_edges_from([(wire.source, node, wire.index) for wire in wires_into(graph, node)])
            anchors = {wire.anchor for wire in wires_from(graph, node) if steps[wire.target].kind == "run"}
            tools[node] = Replay(checked.workflow.home, {anchor: found.stream(anchor) for anchor in sorted(anchors)})
    return replace(checked, graph=graph, tools=tools)
