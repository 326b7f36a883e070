"""WeightedAverage averages with weights."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from engine.context import Resources
from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from tools.transform.weighted_average import WeightedAverage

SALES = table(
    "region: V_WString, price: FixedDecimal(6.2), units: Int32",
    ["n", Decimal("2.00"), 1], ["s", Decimal("9.00"), 0], ["n", Decimal("4.00"), 3],
    ["n", None, 5], [None, Decimal("1.00"), None],
)  # fmt: skip
CONFIG = {"value": "price", "weight": "units"}


def contract_cases(folder: Path) -> list[Case]:
    return [Case(WeightedAverage, CONFIG, SALES), Case(WeightedAverage, {**CONFIG, "by": ["region"]}, SALES)]


def test_values_count_by_their_weight() -> None:
    assert run_tool(WeightedAverage, CONFIG, SALES).rows() == [{"WeightedAverage": 3.5}]


def test_groups_are_sorted_and_no_weight_gives_null() -> None:
    result = run_tool(WeightedAverage, {**CONFIG, "by": ["Region"], "rename": "mean"}, SALES)
    expected = [{"region": None, "mean": None}, {"region": "n", "mean": 3.5}, {"region": "s", "mean": None}]
    assert result.rows() == expected


def test_many_groups_in_little_memory() -> None:
    numbers = np.random.default_rng(1).permutation(400_000)
    data = pa.table({"key": numbers // 2, "value": numbers, "weight": numbers % 2})
    config = {"value": "value", "weight": "weight", "by": ["key"]}
    result = run_tool(WeightedAverage, config, data, resources=Resources(memory=48 << 20, threads=1))["out"]
    assert np.array_equal(result["key"], np.arange(200_000))
    assert np.array_equal(result["WeightedAverage"], np.arange(200_000) * 2 + 1)


def test_refuses_texts_and_names_that_are_taken() -> None:
    with pytest.raises(ToolError, match=r"\[region\] is a V_WString; only numbers"):
        run_tool(WeightedAverage, {"value": "region", "weight": "units"}, SALES)
    with pytest.raises(ToolError, match="already"):
        run_tool(WeightedAverage, {**CONFIG, "by": ["region"], "rename": "Region"}, SALES)
