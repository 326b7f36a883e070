"""MakeGroup joins what belongs together by pairs."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow as pa
import pytest

from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from tools.join.make_group import MakeGroup

PAIRS = table("a: V_String(3), b: V_WString(5)", *map(list, ["XA", "YB", "ZA", "BX", "LM"]))
BOTH = {"first": "a", "second": "b"}


def contract_cases(folder: Path) -> list[Case]:
    return [Case(MakeGroup, BOTH, PAIRS)]


def groups(data: pa.Table) -> list[tuple[Any, Any]]:
    return [(row["Group"], row["Key"]) for row in run_tool(MakeGroup, BOTH, data).rows()]


def test_keys_are_joined_by_way_of_others() -> None:
    assert groups(PAIRS) == [("A", "A"), ("A", "B"), ("A", "X"), ("A", "Y"), ("A", "Z"), ("L", "L"), ("L", "M")]


def test_null_joins_nothing_and_is_no_key() -> None:
    data = table("a: Int16, b: Int64", [5, None], [None, 7], [None, None], [3, 3], [7, 3])
    assert groups(data) == [(3, 3), (3, 7), (5, 5)]


def test_as_a_graph_has_it() -> None:
    draw = random.Random(1)
    pairs = [[draw.randrange(3_000), draw.randrange(3_000)] for _ in range(1_500)]
    parts = nx.connected_components(nx.Graph(pairs))
    expected = sorted((min(part), key) for part in parts for key in part)
    assert groups(table("a: Int32, b: Int32", *pairs)) == expected


@pytest.mark.parametrize(
    ("fields", "message"),
    [("a: Int32, b: V_WString", "cannot be compared"), ("a: Blob, b: Blob", "cannot be compared"), ("a: Date", "b")],
)
def test_says_what_is_wrong(fields: str, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        groups(table(fields))
    with pytest.raises(ToolError, match="is both keys"):
        run_tool(MakeGroup, {"first": "a", "second": "A"}, PAIRS)


def test_whole_numbers_beyond_those_that_a_double_tells_apart() -> None:
    assert groups(table("a: Int64, b: Double", [2**53 + 1, 1.5])) == [(1.5, 1.5), (1.5, 2.0**53)]
