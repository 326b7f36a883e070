from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from engine.errors import ToolError
from engine.testing import Case, Result, check_tool, run_tool, schema_from, table
from engine.types import Meaning, fields_of
from tools.data_investigation.contingency_table import ContingencyTable

PREDICTED = table(
    "Class: V_WString(20), Predicted: V_WString, Score: Double",
    ["lisa", "lisa", 0.9],
    ["bart", "bart", 0.8],
    ["bart", "lisa", 0.5],
    ["bart", "bart", 0.7],
    ["lisa", "lisa", 0.6],
)
BOTH = {"fields": ["Class", "Predicted"]}


def text_of(result: Result, anchor: str) -> str:
    [html] = result[anchor]["Report"].to_pylist()
    body = str(html).partition("<body>")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(ContingencyTable, {**BOTH, "chi_squared": True}, PREDICTED),
        Case(
            ContingencyTable,
            {"fields": ["a", "B", "c"]},
            table("a: Bool, b: Int32, c: String", [True, 1, "x"], [None, None, None], [None, None, None]),
        ),
    ]


def test_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def test_counts_each_combination_in_order() -> None:
    result = run_tool(ContingencyTable, BOTH, PREDICTED, batch_rows=2)
    assert result.rows("D") == [
        {"Class": "bart", "Predicted": "bart", "Frequency": 2, "Percent": 40.0},
        {"Class": "bart", "Predicted": "lisa", "Frequency": 1, "Percent": 20.0},
        {"Class": "lisa", "Predicted": "lisa", "Frequency": 2, "Percent": 40.0},
    ]
    assert fields_of(result["D"].schema)[0].size == 20


def test_reports_counts_row_and_column_percentages_with_zeros() -> None:
    text = text_of(run_tool(ContingencyTable, BOTH, PREDICTED), "R")
    assert "5 records. Both fields hold the same values; they agree in 80.0% of the records." in text
    assert "bart 2 66.7% 100.0% 1 33.3% 33.3% 3 100.0% 60.0%" in text
    assert "lisa 0 0.0% 0.0% 2 100.0% 66.7% 2 100.0% 40.0%" in text
    assert "Totals 2 40.0% 100.0% 3 60.0% 100.0% 5 100.0% 100.0%" in text


def test_the_pivot_holds_every_view_without_scripts() -> None:
    result = run_tool(ContingencyTable, BOTH, PREDICTED)
    assert "bart 2 66.7% 100.0% 40.0% 1 33.3% 33.3% 20.0%" in text_of(result, "I")
    for anchor in "RI":
        [field] = fields_of(result[anchor].schema)
        assert field.meaning is Meaning.report
        assert not re.search(r"<script|https?:|\son\w+=", result[anchor]["Report"][0].as_py())


def test_the_pivot_can_be_turned() -> None:
    data = table("a: String, b: Int32, c: Bool", ["x", 1, True], ["x", 2, False], [None, 2, True])
    result = run_tool(ContingencyTable, {"fields": ["a", "b", "c"]}, data)
    page = result["I"]["Report"][0].as_py()
    assert re.findall(r"<label for=\"turn\d\">(.*?)</label>", page) == ["a, b × c", "a, c × b", "b, c × a"]
    assert page.count("<table") == 3
    cells = [json.loads(where) for where in re.findall("data-where='([^']*)'", page)]
    assert {"a": None, "b": 2, "c": True} in cells
    assert sum(cell == {"a": "x", "b": 1, "c": True} for cell in cells) == 3


def test_a_large_pivot_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.data_investigation.contingency_table._TURNED_CELLS", 3)
    assert "turn1" not in run_tool(ContingencyTable, BOTH, PREDICTED)["I"]["Report"][0].as_py().partition("<body>")[2]


def test_the_chi_squared_test() -> None:
    counts = {("a", "x"): 10, ("a", "y"): 20, ("b", "x"): 30, ("b", "y"): 40}
    data = table("f: String, g: String", *([*key] for key, count in counts.items() for _ in range(count)))
    text = text_of(run_tool(ContingencyTable, {"fields": ["f", "g"], "chi_squared": True}, data), "R")
    assert "Statistic 0.7937 Degrees of freedom 1 p 0.373" in text
    assert "Chi-squared" not in text_of(run_tool(ContingencyTable, {"fields": ["f", "g"]}, data), "R")


def test_a_field_with_one_value_has_no_test() -> None:
    data = table("f: String, g: String", ["a", "x"], ["a", "y"])
    text = text_of(run_tool(ContingencyTable, {"fields": ["f", "g"], "chi_squared": True}, data), "R")
    assert "Not defined: each field needs at least two values." in text


def test_null_is_a_value_of_its_own_and_html_is_harmless() -> None:
    data = table("f: V_WString, g: Bool", ["<script>", True], [None, None], ["", False])
    result = run_tool(ContingencyTable, {"fields": ["f", "g"]}, data)
    assert [row["f"] for row in result.rows("D")] == [None, "", "<script>"]
    html = result["R"]["Report"][0].as_py()
    assert "&lt;script&gt;" in html
    assert "<script>" not in html
    assert "[Null]" in html
    assert "[Empty]" in html


def test_more_values_than_anyone_reads_stay_in_the_data() -> None:
    data = table("f: Int32, g: Int32", *([number, number] for number in range(300)))
    result = run_tool(ContingencyTable, {"fields": ["f", "g"]}, data)
    assert result["D"].num_rows == 300
    assert "300 combinations are too many to show" in text_of(result, "R")
    assert result.said("warning") == ["There are too many values for a report."]


def test_merging_on_the_way_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.data_investigation.contingency_table._MERGE_ROWS", 2)
    assert sum(row["Frequency"] for row in run_tool(ContingencyTable, BOTH, PREDICTED, batch_rows=1).rows("D")) == 5


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"fields": ["Class"]}, "at least 2"),
        ({"fields": list("abcde")}, "at most 4"),
        ({"fields": ["Class", "CLASS"]}, "named twice"),
        ({"fields": ["a", "b", "c"], "chi_squared": True}, "exactly two fields, not 3"),
    ],
)
def test_refuses_settings(config: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        run_tool(ContingencyTable, config, PREDICTED)


@pytest.mark.parametrize("type_", ["FixedDecimal", "Float", "Double", "Date", "Time", "DateTime", "Blob"])
def test_refuses_types_with_too_many_values(type_: str) -> None:
    tool = ContingencyTable(ContingencyTable.config_class()(fields=["a", "b"]), None)  # type: ignore[call-arg,arg-type]
    with pytest.raises(ExceptionGroup) as caught:
        tool.schema({"in": schema_from(f"a: String, b: {type_}")})
    [error] = caught.value.exceptions
    assert isinstance(error, ToolError)
    assert error.setting == "fields.1"
    assert f"[b] is {type_}" in error.message


def test_refuses_a_field_named_as_its_own() -> None:
    with pytest.raises(ToolError, match="is the name of a field that this tool adds"):
        run_tool(ContingencyTable, {"fields": ["a", "percent"]}, table("a: String, percent: Int32"))
