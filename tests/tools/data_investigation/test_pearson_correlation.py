"""PearsonCorrelation: a table of every field with every other."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from tests.tools.data_investigation.numbers import complete, holed
from tools.data_investigation.pearson_correlation import PearsonCorrelation

CONFIG = {"fields": ["x", "Y", "even"]}


def contract_cases(folder: Path) -> list[Case]:
    covariance = {**CONFIG, "measure": "covariance"}
    return [Case(PearsonCorrelation, CONFIG, holed(20)), Case(PearsonCorrelation, covariance, holed(20))]


def test_agrees_with_numpy_over_complete_records() -> None:
    data = holed(100_000)
    result = run_tool(PearsonCorrelation, CONFIG, data, batch_rows=30_000)
    assert result["out"].column_names == ["FieldName", "x", "y", "even"]
    found = np.array([list(row.values())[1:] for row in result.rows()])
    assert found == pytest.approx(np.corrcoef(complete(data).T), abs=1e-12)
    assert result.said("warning") == ["14,286 records were left out, where a field is Null or no finite number."]


def test_covariance_depends_on_units() -> None:
    data = table("a: Int32, b: FixedDecimal(6.1)", [1, Decimal(10)], [2, Decimal(20)], [3, Decimal(60)])
    result = run_tool(PearsonCorrelation, {"fields": ["a", "b"], "measure": "covariance"}, data)
    assert result.rows() == [{"FieldName": "a", "a": 1.0, "b": 25.0}, {"FieldName": "b", "a": 25.0, "b": 700.0}]


def test_what_is_the_same_everywhere_goes_with_nothing() -> None:
    data = table("a: Int32, b: Int32", [1, 5], [2, 5], [3, 5])
    result = run_tool(PearsonCorrelation, {"fields": ["a", "b"]}, data)
    assert result.rows() == [{"FieldName": "a", "a": 1.0, "b": None}, {"FieldName": "b", "a": None, "b": None}]


def test_refuses_texts_and_fields_that_are_listed_twice() -> None:
    with pytest.raises(ToolError, match=r"\[t\] is V_String, no number"):
        run_tool(PearsonCorrelation, {"fields": ["x", "t"]}, holed(3))
    with pytest.raises(ToolError, match=r"\[x\] is listed twice"):
        run_tool(PearsonCorrelation, {"fields": ["x", "X"]}, holed(3))


def test_whole_numbers_beyond_those_that_a_double_tells_apart() -> None:
    data = table("a: Int64, b: Int64", [2**62 + 1, 1], [0, 2], [-(2**62) - 1, 3])
    (_, row) = run_tool(PearsonCorrelation, {"fields": ["a", "b"]}, data).rows()
    assert row == {"FieldName": "b", "a": pytest.approx(-1), "b": 1.0}
