"""Test: what holds, and what fails the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, table
from tools.developer.test import Test

DATA = table("n: Int32, t: V_WString", [1, "a"], [2, "b"], [3, None])


def contract_cases(folder: Path) -> list[Case]:
    expectations = [{"expression": "[n] > 0"}, {"fields": ["n", "t"]}, {"at_most": 3}]
    return [Case(Test, {"expectations": expectations}, DATA)]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


@pytest.mark.parametrize(
    ("expectation", "complaint"),
    [
        ({"records": 3}, ""),
        ({"records": 4}, "Input 1: 4 records were expected, and 3 came."),
        ({"at_least": 4, "name": "Enough"}, "Enough: at least 4 records were expected, and 3 came."),
        ({"at_most": 2}, "at most 2 records were expected, and 3 came."),
        ({"fields": ["t", "n"]}, "the fields t, n were expected, and n, t came."),
        ({"expression": "[n] < 4"}, ""),
        ({"expression": "[n] = 2"}, r"\[n\] = 2 must hold for every record; it does not for record 1, 3."),
        ({"expression": "[t] > ''"}, "it does not for record 3"),
        ({"expression": "[n] = 1", "of": "first"}, ""),
        ({"expression": "[n] = 1", "of": "last"}, "must hold for last record; it does for 1 of 3"),
        ({"expression": "[n] = 3", "of": "last"}, ""),
        ({"expression": "[n] = 2", "of": "any"}, ""),
        ({"expression": "[n] = 5", "of": "any"}, "must hold for any record; it does for 0 of 3"),
        ({"expression": "[n] = 5", "of": "no"}, ""),
        ({"expression": "[n] > 1", "of": "no"}, "must hold for no record; it does for record 2, 3"),
    ],
)
@pytest.mark.parametrize("batch_rows", [1, 3])
def test_expectations(expectation: dict[str, Any], complaint: str, batch_rows: int) -> None:
    config = {"expectations": [expectation]}
    if not complaint:
        assert run_tool(Test, config, DATA, batch_rows=batch_rows).said("info") == ["What was expected holds."]
        return
    with pytest.raises(ToolError, match=complaint):
        run_tool(Test, config, DATA, batch_rows=batch_rows)


def test_all_that_fails_is_listed_and_can_be_a_warning() -> None:
    config = {
        "expectations": [{"records": 1}, {"input": 2, "records": 0}, {"input": 2, "at_most": 2}],
        "on_failure": "warn",
    }
    result = run_tool(Test, config, {"in#1": DATA, "in#2": DATA})
    assert [text.partition(":")[0] for text in result.said("warning")] == ["Input 1", "Input 2", "Input 2"]


def test_many_failures_are_cut() -> None:
    data = table("n: Int32", *([n] for n in range(100)))
    with pytest.raises(ToolError, match="for record 1, 2, 3, 4, 5 and others"):
        run_tool(Test, {"expectations": [{"expression": "[n] < 0"}]}, data, batch_rows=4)


def test_without_records_nothing_is_wrong() -> None:
    config = {"expectations": [{"expression": "[n] < 0", "of": "first"}]}
    assert run_tool(Test, config, DATA.slice(0, 0)).said("info")


def test_what_cannot_be_checked_is_all_told_at_once() -> None:
    config = {"expectations": [{"input": 2, "records": 1}, {"expression": "[x] > 1"}, {"expression": "[n]+1"}, {}]}
    with pytest.raises(ExceptionGroup) as caught:
        Test(Test.config_class().model_validate(config), None).schema({"in#1": DATA.schema})  # type: ignore[arg-type]
    words = ["There is no input 2", "No field [x]", "gives a Int64", "Nothing is expected"]
    for error, word in zip(caught.value.exceptions, words, strict=True):
        assert word.casefold() in str(error).casefold()
