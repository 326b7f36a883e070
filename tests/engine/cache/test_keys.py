"""What enters a key and what does not."""

from __future__ import annotations

from textwrap import dedent

from engine.cache.keys import facts_of, key_of
from tests.engine.tiny import check_tiny

LINE = """\
    nodes: {a: {tool: Numbers, count: 5}, b: {tool: Pass}, c: {tool: Keep}}
    connections: [a -> b, b -> c]
"""


def keys(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for node, facts in facts_of(check_tiny(dedent(text))).items():
        found[node] = key_of(facts, found)
    return found


def test_a_change_changes_the_keys_of_the_node_and_of_what_follows() -> None:
    one = keys(LINE)
    assert all(key != one[node] for node, key in keys(LINE.replace("count: 5", "count: 6")).items())
    changed = keys(LINE.replace("b: {tool: Pass}", "b: {tool: All}"))
    assert [node for node in "abc" if changed[node] != one[node]] == ["b", "c"]


def test_names_places_and_annotations_do_not_enter() -> None:
    one = keys(LINE)
    assert keys(LINE + "    layout: {a: [1, 2]}\n") == one
    assert keys(LINE.replace("b: {tool: Pass}", "b: {tool: Pass, annotation: on it goes}")) == one
    assert keys(LINE.replace("a:", "x:").replace("a ->", "x ->"))["c"] == one["c"]


def test_only_the_constants_that_are_used_enter() -> None:
    text = """\
        constants: {low: 1, other: 2}
        nodes: {a: {tool: Numbers}, b: {tool: Need, field: "[User.low]"}}
        connections: [a -> b]
    """
    one = keys(text)
    assert keys(text.replace("other: 2", "other: 3")) == one
    changed = keys(text.replace("low: 1", "low: 5"))
    assert [node for node in "ab" if changed[node] != one[node]] == ["b"]


def test_the_order_of_wires_counts() -> None:
    text = """\
        nodes: {a: {tool: Numbers}, b: {tool: Numbers, start: 9}, c: {tool: Many}}
        connections: [a -> c, b -> c]
    """
    assert keys(text)["c"] != keys(text.replace("a -> c, b -> c", "b -> c, a -> c"))["c"]
