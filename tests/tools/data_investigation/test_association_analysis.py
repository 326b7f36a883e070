"""AssociationAnalysis: pairs of fields with p-values, and a report."""

from __future__ import annotations

from pathlib import Path

import pytest
from scipy.stats import pearsonr

from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from tests.tools.data_investigation.numbers import complete, holed
from tools.data_investigation.association_analysis import AssociationAnalysis


def contract_cases(folder: Path) -> list[Case]:
    target = {"fields": ["x", "y"], "target": "t", "target_value": "yes", "measure": "spearman"}
    return [
        Case(AssociationAnalysis, {"fields": ["x", "y", "even"]}, holed(20)),
        Case(AssociationAnalysis, target, holed(20)),
    ]


def test_pairs_by_strength_with_scipys_p_values() -> None:
    data = holed(60)
    rows = run_tool(AssociationAnalysis, {"fields": ["x", "y", "even"]}, data).rows("D")
    assert list(rows[0].values())[:2] == ["x", "y"]
    x, y, _ = complete(data).T
    expected = pearsonr(x, y)
    assert rows[0]["Association"] == pytest.approx(expected.statistic)
    assert rows[0]["P_Value"] == pytest.approx(expected.pvalue)
    strengths = [abs(row["Association"]) for row in rows]
    assert strengths == sorted(strengths, reverse=True)


def test_the_target_comes_first_and_may_be_a_text() -> None:
    config = {"fields": ["y", "x"], "target": "t", "target_value": "yes"}
    result = run_tool(AssociationAnalysis, config, holed())
    assert [(row["FieldName1"], row["FieldName2"]) for row in result.rows("D")] == [("t", "x"), ("t", "y"), ("y", "x")]
    (report,) = result["R"]["Report"].to_pylist()
    assert "What goes with t" in report
    assert "***" in report


def test_too_few_records_have_no_p_value() -> None:
    data = table("a: Int32, b: Int32", [1, 2], [2, 4])
    result = run_tool(AssociationAnalysis, {"fields": ["a", "b"]}, data)
    assert result.rows("D")[0]["P_Value"] is None
    assert result.said("warning") == ["With fewer than three records there is nothing to compare."]


def test_refuses_what_makes_no_sense() -> None:
    with pytest.raises(ToolError, match="only one field"):
        run_tool(AssociationAnalysis, {"fields": ["x"], "target": "x"}, holed(3))
    with pytest.raises(ToolError, match="a value that counts as 1"):
        run_tool(AssociationAnalysis, {"fields": ["x"], "target": "t"}, holed(3))
    with pytest.raises(ToolError, match="no target that has it"):
        run_tool(AssociationAnalysis, {"fields": ["x", "y"], "target_value": "yes"}, holed(3))
