"""What goes to a cluster, and what stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.check import check
from engine.cluster.placing import Plan, gathered, plan
from engine.workflow import Workflow

EXAMPLES = Path(__file__).resolve().parents[3] / "workflows"
PEOPLE = "{tool: TextInput, fields: {name: V_WString, age: Int32}, rows: [[Bart, 10]]}"


def planned(nodes: str, connections: str) -> tuple[Plan, list[str]]:
    checked = check(Workflow.parse(f"flowrun: 1\nname: x\nnodes:\n{nodes}\nconnections: [{connections}]"))
    found = plan(checked)
    return found, gathered(checked, found)


def test_neighbours_make_a_line_and_a_line_may_fork() -> None:
    nodes = f"""
  people: {PEOPLE}
  old: {{tool: Filter, expression: "[age] > 18"}}
  more: {{tool: Formula, fields: [{{field: age, expression: "[age] + 1"}}]}}
  less: {{tool: Select}}
  sorted: {{tool: Sort, by: [{{field: age}}]}}
  last: {{tool: Select}}
"""
    found, here = planned(nodes, "people -> old, old.T -> more, old.F -> less, more -> sorted, sorted -> last")
    assert found.lines == [["old", "more", "less"], ["last"]]
    assert here == ["sorted"]


def test_a_tool_that_keeps_something_in_mind_is_not_stateless() -> None:
    clean = "clean: {tool: DataCleansing, remove_null_fields: %s}"
    for setting, lines in (("true", []), ("false", [["clean"]])):
        found, _ = planned(f"\n  people: {PEOPLE}\n  {clean % setting}\n", "people -> clean")
        assert found.lines == lines


@pytest.mark.parametrize(
    ("file", "lines", "whole"),
    [
        ("simpsons.yaml", [["cleanup", "select", "load", "scale"]], ["recognise"]),
        ("best_customers.yaml", [], []),
    ],
)
def test_the_examples(file: str, lines: list[list[str]], whole: list[str]) -> None:
    found = plan(check(Workflow.load(EXAMPLES / file)))
    assert (found.lines, found.whole) == (lines, whole)
