"""BlockUntilDone: a branch has done all of its work before the next begins."""

from __future__ import annotations

from pathlib import Path

from engine.events import NodeState
from engine.testing import Case, check_tool, run_tool, table
from tests.engine.tiny import Ran, run_tiny
from tools.developer.block_until_done import BlockUntilDone

DATA = table("n: Int32", [1], [2], [3])


def contract_cases(folder: Path) -> list[Case]:
    return [Case(BlockUntilDone, {}, DATA)]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def story(ran: Ran) -> list[tuple[str, str]]:
    """When the nodes behind the block began and ended."""
    return [
        (event.node, event.state)
        for event in ran.heard
        if isinstance(event, NodeState) and event.node not in ("a", "block")
    ]


def test_all_records_leave_by_each_anchor() -> None:
    result = run_tool(BlockUntilDone, {}, DATA, batch_rows=1)
    assert all(result[anchor].equals(DATA) for anchor in "123")


def test_a_branch_is_done_before_the_next_begins() -> None:
    ran = run_tiny("""
        nodes:
          a: {tool: Numbers, count: 6}
          block: {tool: BlockUntilDone}
          three: {tool: Keep}
          two: {tool: All}
          one: {tool: All}
          save: {tool: Keep}
          save_two: {tool: Keep}
        connections: [a -> block, block.3 -> three, block.2 -> two, block.1 -> one, one -> save, two -> save_two]
    """)
    assert ran.kept == {"three": [*range(6)], "save": [*range(6)], "save_two": [*range(6)]}
    ends = [node for node, state in story(ran) if state == "done"]
    assert ends == ["one", "save", "two", "save_two", "three"]
    assert story(ran).index(("save", "done")) < story(ran).index(("two", "running"))
    assert ran.states["block"] == "done"


def test_branches_that_meet_again() -> None:
    ran = run_tiny("""
        nodes: {a: {tool: Numbers, count: 4}, block: {tool: BlockUntilDone}, both: {tool: Union}, k: {tool: Keep}}
        connections: [a -> block, block.2 -> both, block.1 -> both, both -> k]
    """)
    assert ran.kept == {"k": [0, 1, 2, 3, 0, 1, 2, 3]}


def test_a_branch_that_needs_no_more_and_one_that_fails() -> None:
    ran = run_tiny("""
        nodes:
          a: {tool: Numbers, count: 10}
          block: {tool: BlockUntilDone}
          first: {tool: First}
          f: {tool: Keep}
          bad: {tool: Fail, at: 4}
          b: {tool: Keep}
          last: {tool: Keep}
        connections: [a -> block, block.1 -> first, first -> f, block.2 -> bad, bad -> b, block.3 -> last]
    """)
    assert (ran.kept["f"], ran.kept["last"]) == ([0, 1, 2], [*range(10)])
    assert (ran.states["bad"], ran.states["block"]) == ("failed", "done")


def test_a_single_branch() -> None:
    ran = run_tiny("""
        nodes: {a: {tool: Numbers, count: 4}, block: {tool: BlockUntilDone}, k: {tool: Keep}}
        connections: [a -> block, block.1 -> k]
    """)
    assert (ran.kept, ran.closed) == ({"k": [0, 1, 2, 3]}, {"k": False})
