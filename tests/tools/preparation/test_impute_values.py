"""ImputeValues fills in what is missing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from tools.preparation.impute_values import ImputeValues

DATA = table(
    "x: Int32, y: FixedDecimal(6.2), z: Double",
    [1, Decimal("1.00"), -999.0],
    [None, None, 2.0],
    [2, Decimal("2.00"), None],
    [2, Decimal("2.01"), 4.0],
)


def contract_cases(folder: Path) -> list[Case]:
    config = {"fields": ["x", "y"], "indicator": True, "separate": True}
    return [
        Case(ImputeValues, config, DATA),
        Case(ImputeValues, {"fields": ["z"], "method": "value", "value": 0}, DATA),
    ]


def imputed(field: str, **config: Any) -> list[Any]:
    return list(run_tool(ImputeValues, {"fields": [field], **config}, DATA)["out"][field].to_pylist())


@pytest.mark.parametrize(
    ("field", "method", "expected"),
    [
        ("x", "average", 2),
        ("x", "mode", 2),
        ("y", "average", Decimal("1.67")),
        ("y", "median", Decimal("2.00")),
        ("y", "mode", Decimal("1.00")),
    ],
)
def test_method(field: str, method: str, expected: Any) -> None:
    values = DATA[field].to_pylist()
    assert imputed(field, method=method) == [values[0], expected, *values[2:]]


def test_a_number_can_stand_for_missing_and_another_for_it() -> None:
    assert imputed("z", replace=-999) == [3.0, 2.0, 3.0, 4.0]
    assert imputed("z", replace=-999, method="value", value=0.5) == [0.5, 2.0, 0.5, 4.0]


def test_indicator_and_separate_field() -> None:
    result = run_tool(ImputeValues, {"fields": ["X"], "indicator": True, "separate": True}, DATA)
    assert result.rows()[1] == {"x": None, "y": None, "z": 2.0, "x_ImputedValue": 2, "x_Indicator": True}
    assert result["out"]["x_Indicator"].to_pylist() == [False, True, False, False]
    assert result.said("info") == ["The average of [x] is 2."]


def test_nothing_to_take_the_average_of() -> None:
    result = run_tool(ImputeValues, {"fields": ["x"]}, DATA.slice(1, 1))
    assert result.rows()[0]["x"] is None
    assert result.said("warning") == ["[x] has no value to take the average of; it stays Null."]


def test_refuses_what_makes_no_sense() -> None:
    with pytest.raises(ToolError, match=r"\[t\] is a V_WString; only numbers"):
        run_tool(ImputeValues, {"fields": ["t"]}, table("t: V_WString"))
    with pytest.raises(ToolError, match=r"1e\+20 does not fit into \[x\], which is Int32"):
        imputed("x", method="value", value=1e20)
    with pytest.raises(ValidationError, match="value goes with"):
        imputed("x", method="value")


def test_whole_numbers_beyond_those_that_a_double_tells_apart() -> None:
    data = table("x: Int64", [2**63 - 1], [-999], [2**53 + 1])
    result = run_tool(ImputeValues, {"fields": ["x"], "replace": -999, "method": "value", "value": 0}, data)
    assert result["out"]["x"].to_pylist() == [2**63 - 1, 0, 2**53 + 1]
