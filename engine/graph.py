"""The document as a graph: order, ancestors, cycles, and what a disabled container cuts off.

A `networkx.MultiDiGraph` whose edges carry a `Wire`. It holds only what is sound: nodes that exist and wires whose
both ends do; everything else is a problem for `engine.check`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx

from engine.tool import Tool
from engine.workflow import Container, Document


@dataclass(frozen=True)
class Wire:
    """A connection with both anchors known. `port` is the target anchor, numbered (`in#2`) where it takes several."""

    index: int
    source: str
    anchor: str
    target: str
    port: str

    @property
    def target_anchor(self) -> str:
        """The target anchor without its number."""
        return self.port.partition("#")[0]


def build(nodes: Iterable[str], wires: Iterable[Wire]) -> nx.MultiDiGraph:
    """The graph of these nodes and wires, both in the order of the document."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(nodes)
    for wire in wires:
        graph.add_edge(wire.source, wire.target, key=wire.index, wire=wire)
    return graph


def wires_into(graph: nx.MultiDiGraph, node: str) -> list[Wire]:
    """The wires that enter a node, in the order of the document."""
    return sorted((wire for _, _, wire in graph.in_edges(node, data="wire")), key=lambda wire: wire.index)


def wires_from(graph: nx.MultiDiGraph, node: str) -> list[Wire]:
    """The wires that leave a node, in the order of the document."""
    return sorted((wire for _, _, wire in graph.out_edges(node, data="wire")), key=lambda wire: wire.index)


def cycle(graph: nx.MultiDiGraph) -> list[str]:
    """The nodes of one cycle, the first of them again at the end; empty where there is none."""
    if nx.is_directed_acyclic_graph(graph):  # many times as fast as finding one
        return []
    edges = nx.find_cycle(graph)
    return [edges[0][0], *(edge[1] for edge in edges)]


def order(graph: nx.MultiDiGraph) -> list[str]:
    """The nodes, each after all that feed it; of those that could come next, the one that the document names first."""
    place = {node: index for index, node in enumerate(graph)}
    return list(nx.lexicographical_topological_sort(graph, key=place.__getitem__))


def up_to(graph: nx.MultiDiGraph, node: str) -> nx.MultiDiGraph:
    """The part of the graph that `node` needs, and itself."""
    return graph.subgraph({node, *nx.ancestors(graph, node)}).copy()


def disabled_nodes(document: Document) -> set[str]:
    """The nodes in a disabled container, or in one inside it."""
    return {
        node
        for container in document.containers.values()
        if any(around.disabled for around in _around(document.containers, container))
        for node in container.nodes
    }


def _around(containers: Mapping[str, Container], container: Container) -> Iterator[Container]:
    """A container and those around it; a ring of containers ends after one turn."""
    seen: set[int] = set()
    current: Container | None = container
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = containers.get(current.inside)


def cut_off(graph: nx.MultiDiGraph, tools: Mapping[str, type[Tool[Any]]], disabled: set[str]) -> set[str]:
    """The disabled nodes and those that lose an input they require with them, all the way down."""
    out = set(disabled)
    for node in order(graph):
        if node in out or node not in tools:
            continue
        lost = {wire.target_anchor for wire in wires_into(graph, node) if wire.source in out}
        kept = {wire.target_anchor for wire in wires_into(graph, node) if wire.source not in out}
        required = {anchor.name for anchor in tools[node].inputs if not anchor.optional}
        if required & (lost - kept):
            out.add(node)
    return out


def source_order(graph: nx.MultiDiGraph, tools: Mapping[str, Tool[Any]]) -> list[str]:
    """The nodes without inputs, in the order in which they should run.

    1. In the order of the document,
    2. but what feeds an anchor that a tool wants `first` comes before what feeds its others, where one source does
       not feed both and no such wishes contradict each other (then the scheduler sets records aside).
    """
    sources = [node for node in graph if graph.in_degree(node) == 0]
    wishes = nx.DiGraph()
    wishes.add_nodes_from(sources)
    for node in graph:
        first = tools[node].first
        if first:
            entering = wires_into(graph, node)
            early = _sources_of(graph, sources, (wire for wire in entering if wire.target_anchor in first))
            late = _sources_of(graph, sources, (wire for wire in entering if wire.target_anchor not in first))
            wishes.add_edges_from((a, b) for a in early - late for b in late - early)
    if not nx.is_directed_acyclic_graph(wishes):
        return sources
    return list(nx.lexicographical_topological_sort(wishes, key=sources.index))


def _sources_of(graph: nx.MultiDiGraph, sources: list[str], wires: Iterable[Wire]) -> set[str]:
    feeding = {wire.source for wire in wires}
    return {source for origin in feeding for source in {origin, *nx.ancestors(graph, origin)} if source in sources}
