"""Order, ancestors, and which source runs first."""

from __future__ import annotations

from engine import graph
from engine.graph import Wire
from tests.engine.tiny import check_tiny


def test_order_follows_the_document_where_it_may() -> None:
    wires = [Wire(0, "z", "out", "a", "in"), Wire(1, "b", "out", "c", "in")]
    assert graph.order(graph.build("zabc", wires)) == ["z", "a", "b", "c"]
    assert graph.order(graph.build("abcz", wires)) == ["b", "c", "z", "a"]


def test_two_wires_between_the_same_nodes() -> None:
    built = graph.build("ab", [Wire(0, "a", "E", "b", "T"), Wire(1, "a", "V", "b", "V")])
    assert [wire.port for wire in graph.wires_into(built, "b")] == ["T", "V"]


def test_sources_run_in_the_order_that_tools_want() -> None:
    checked = check_tiny("""
        nodes: {data: {tool: Numbers}, other: {tool: Numbers}, model: {tool: Numbers}, p: {tool: ModelFirst}}
        connections: [data -> p.a, model -> p.b]
    """)
    order = graph.source_order(checked.graph, checked.tools)
    assert sorted(order) == ["data", "model", "other"]
    assert order.index("model") < order.index("data")


def test_wishes_that_contradict_each_other_fall_back_to_the_document() -> None:
    checked = check_tiny("""
        nodes: {x: {tool: Numbers}, y: {tool: Numbers}, p: {tool: ModelFirst}, q: {tool: ModelFirst}}
        connections: [x -> p.a, y -> p.b, x -> q.b, y -> q.a]
    """)
    assert graph.source_order(checked.graph, checked.tools) == ["x", "y"]
