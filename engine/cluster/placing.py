"""Which nodes work on the cluster: stateless ones, in lines of neighbours; a heavy one that is not, as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import networkx as nx
import pyarrow as pa

from engine.check import Checked
from engine.cluster.away import Away
from engine.cluster.blocks import Blocks
from engine.cluster.line import Line, Member, Wanted
from engine.cluster.stand_ins import Head, StandIn
from engine.cluster.workers import Workers
from engine.graph import Wire, order, wires_from, wires_into
from engine.station import Watcher
from engine.tool import Tool
from engine.types import is_open


@dataclass
class Plan:
    """Where the nodes work.

    Attributes:
        lines: the nodes of each line, the head first.
        whole: those that work on one worker each.
        parts: those that hand some of their work to the workers.
    """

    lines: list[list[str]] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @property
    def pools(self) -> int:
        """How many have workers at the same time."""
        return len(self.lines) + len(self.whole) + len(self.parts)

    def line_of(self, node: str) -> list[str] | None:
        """The line that a node belongs to."""
        return next((line for line in self.lines if node in line), None)


def plan(checked: Checked) -> Plan:
    """Where the nodes of a workflow work."""
    found = Plan()
    for node in order(checked.graph):
        if node in checked.cut:
            continue
        tool = checked.tools[node]
        main = _main_wire(checked.graph, node, tool)
        if main is not None and tool.stateless:
            line = found.line_of(main.source)
            if line and _may_join(checked, line[0], node, main):
                line.append(node)
            else:
                found.lines.append([node])
        elif tool.spreads:
            found.parts.append(node)
        elif tool.heavy and not tool.stateless:
            found.whole.append(node)
    return found


def _main_wire(graph: nx.MultiDiGraph, node: str, tool: Tool[Any]) -> Wire | None:
    """The one wire whose batches a node works on one by one; None where there is none, or several."""
    wires = [wire for wire in wires_into(graph, node) if wire.target_anchor not in tool.first]
    return wires[0] if len(wires) == 1 else None


def _may_join(checked: Checked, head: str, node: str, main: Wire) -> bool:
    """Whether what a node needs first can wait at the head of a line: known by its fields, and not made of the line."""
    below = nx.descendants(checked.graph, head)
    return all(
        wire.source not in below and wire.source != head and _schema(checked, node, wire.port) is not None
        for wire in wires_into(checked.graph, node)
        if wire != main
    )


def _schema(checked: Checked, node: str, port: str) -> pa.Schema | None:
    schema = checked.inputs[node].get(port)
    return None if schema is None or is_open(schema) else schema.remove_metadata()


def placed(checked: Checked, found: Plan, workers: Workers, watchers: Iterable[Watcher]) -> Checked:
    """The workflow with stand-ins for what works on the cluster."""
    graph, tools, inputs = checked.graph.copy(), dict(checked.tools), dict(checked.inputs)
    for names in found.lines:
        line = _line(checked, names)
        others = {node: StandIn(node, checked.tools[node], _sides(checked, node, line)) for node in names[1:]}
        exported = _exported(checked.graph, names)
        elsewhere = partial(workers.line, network=_computes_network(checked, names))
        wanted = _wanted(line, exported, list(watchers))
        head = Head(
            line, checked.tools[names[0]], others.values(), elsewhere, wanted, Blocks(workers=len(workers.places))
        )
        tools.update({line.head: head, **others})
        for node in names[1:]:
            _bring_sides(graph, inputs, node, line, head)
    for node in found.whole:
        tools[node] = Away(checked.tools[node], workers)
    return replace(checked, graph=graph, tools=tools, inputs=inputs)


def networks(checked: Checked, found: Plan) -> int:
    """How many of the pools compute networks, and have a use for GPUs."""
    return sum(_computes_network(checked, names) for names in found.lines) + len(found.whole) + len(found.parts)


def _computes_network(checked: Checked, names: list[str]) -> bool:
    """Whether a line has a tool of long computations."""
    return any(checked.tools[node].heavy for node in names)


def _line(checked: Checked, names: list[str]) -> Line:
    members = {}
    for node in names:
        tool = checked.tools[node]
        main = _main_wire(checked.graph, node, tool)
        assert main is not None
        wires = [(w.anchor, w.target) for w in wires_from(checked.graph, node) if _is_main(checked, w, names)]
        members[node] = replace(Member.of(node, tool, main.port), wires=wires)
    return Line(members)


def _is_main(checked: Checked, wire: Wire, names: list[str]) -> bool:
    return wire.target in names[1:] and wire.target_anchor not in checked.tools[wire.target].first


def _sides(checked: Checked, node: str, line: Line) -> dict[str, pa.Schema]:
    """The schemas of what a node must have first."""
    ports = [wire.port for wire in wires_into(checked.graph, node) if wire.port != line.members[node].port]
    return {port: schema for port in ports if (schema := _schema(checked, node, port)) is not None}


def _bring_sides(graph: nx.MultiDiGraph, inputs: dict[str, Any], node: str, line: Line, head: Head) -> None:
    """Lead the wires that carry what a node must have first to the head of its line."""
    for wire in wires_into(graph, node):
        if wire.port != line.members[node].port:
            port = f"{node}.{wire.port}"
            graph.remove_edge(wire.source, node, key=wire.index)
            graph.add_edge(wire.source, line.head, key=wire.index, wire=replace(wire, target=line.head, port=port))
            inputs[line.head] = {**inputs[line.head], port: inputs[node][wire.port]}
            head.add_side(port, node, wire.port)


def _exported(graph: nx.MultiDiGraph, names: list[str]) -> set[tuple[str, str]]:
    """The anchors of a line from which wires lead out of it."""
    return {(node, wire.anchor) for node in names for wire in wires_from(graph, node) if wire.target not in names}


def _wanted(line: Line, exported: set[tuple[str, str]], watchers: list[Watcher]) -> Any:
    anchors = [(node, anchor.name) for node, member in line.members.items() for anchor in member.tool.outputs]

    def wanted() -> Wanted:
        return {anchor: None if anchor in exported else _looked_at(anchor, watchers) for anchor in anchors}

    return wanted


def _looked_at(anchor: tuple[str, str], watchers: list[Watcher]) -> list[int] | None:
    looks = [watcher.wants(*anchor) for watcher in watchers]
    return None if None in looks else sorted({index for look in looks for index in look or ()})


def gathered(checked: Checked, found: Plan) -> list[str]:
    """The nodes between others that have their records on this machine."""
    away = {*found.whole, *found.parts, *(node for line in found.lines for node in line), *checked.cut}
    return [node for node in order(checked.graph) if node not in away and _gathers(checked, node)]


def _gathers(checked: Checked, node: str) -> bool:
    """Whether a node takes records in and sends some on."""
    return bool(wires_into(checked.graph, node)) and bool(checked.tools[node].outputs)
