"""OversampleField makes a rare value more frequent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from tools.preparation.oversample_field import OversampleField

ANSWERS = table("id: Int32, yes: Bool", *([number, number % 10 == 0] for number in range(100)))


def contract_cases(folder: Path) -> list[Case]:
    return [Case(OversampleField, {"field": "yes", "value": "True", "percent": 30}, ANSWERS)]


def sampled(**config: Any) -> list[dict[str, Any]]:
    return run_tool(OversampleField, {"field": "Yes", "value": "True", **config}, ANSWERS).rows()


@pytest.mark.parametrize(("percent", "count"), [(50, 20), (25, 40), (10, 100), (99, 10)])
def test_all_records_with_the_value_and_as_many_others_as_fit(percent: float, count: int) -> None:
    rows = sampled(percent=percent)
    assert len(rows) == count
    assert sum(row["yes"] for row in rows) == 10


def test_a_value_that_is_too_frequent_loses_records() -> None:
    rows = sampled(percent=5)
    assert (len(rows), sum(row["yes"] for row in rows)) == (95, 5)


def test_records_keep_their_order_and_the_seed_decides() -> None:
    ids = [row["id"] for row in sampled()]
    assert ids == sorted(ids) == [row["id"] for row in sampled(seed=1)] != [row["id"] for row in sampled(seed=2)]


def test_says_what_came_and_what_is_wrong() -> None:
    result = run_tool(OversampleField, {"field": "yes", "value": "True"}, ANSWERS)
    assert result.said("info") == ["20 of 100 records leave, 50.0% of them with the value."]
    with pytest.raises(ToolError, match=r"No record has the value 'yes' in \[Yes\]"):
        sampled(value="yes")


def test_so_small_a_share_that_none_is_left() -> None:
    assert sampled(percent=1e-300) == []
