from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, table
from tools.preparation.filter import Filter

PEOPLE = table(
    "Name: V_WString, Age: Int32, Adult: Bool, Born: Date, Seen: DateTime",
    ["Homer", 39, True, datetime.date(1985, 5, 12), datetime.datetime(2024, 1, 1, 12)],
    ["Bart", 10, False, datetime.date(2014, 4, 1), datetime.datetime(2024, 1, 2)],
    ["", None, None, None, None],
    [None, 0, False, datetime.date(2024, 1, 1), datetime.datetime(2024, 1, 1)],
)


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(Filter, {"expression": "[Age] > 18"}, PEOPLE),
        Case(Filter, {"field": "Name", "operator": "Contains", "value": "art"}, PEOPLE),
    ]


def test_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def kept(**config: Any) -> list[int]:
    """The indices of the records that leave by T; checks that all others leave by F, in order."""
    numbered = PEOPLE.append_column("Index", table("i: Int32", [0], [1], [2], [3])["i"])
    result = run_tool(Filter, config, numbered)
    true, false = result["T"]["Index"].to_pylist(), result["F"]["Index"].to_pylist()
    assert sorted(true + false) == [0, 1, 2, 3]
    assert true == sorted(true)
    assert false == sorted(false)
    return list(true)


@pytest.mark.parametrize(
    ("expression", "indices"),
    [
        ("[Age] > 18", [0]),
        ("[Age]", [0, 1]),
        ("[Age] / 0", []),
        ("True", [0, 1, 2, 3]),
        ("1 > 2", []),
        ("[Age] != 10", [0, 2, 3]),
        ("Contains([Name], 'HOM')", [0]),
        ("IsEmpty([Name])", [2, 3]),
        ("Null()", None),
    ],
)
def test_expressions(expression: str, indices: list[int] | None) -> None:
    if indices is None:
        with pytest.raises(ToolError, match="a condition is true or false"):
            kept(expression=expression)
    else:
        assert kept(expression=expression) == indices


@pytest.mark.parametrize(
    ("field", "operator", "value", "to", "indices"),
    [
        ("Name", "=", "Homer", None, [0]),
        ("Name", "!=", "Homer", None, [1, 2, 3]),
        ("Name", "<", "C", None, [1, 2]),
        ("Name", "Contains", "AR", None, [1]),
        ("Name", "DoesNotContain", "ar", None, [0, 2]),
        ("Name", "StartsWith", "b", None, [1]),
        ("Name", "EndsWith", "R", None, [0]),
        ("Name", "IsEmpty", None, None, [2, 3]),
        ("Name", "IsNotEmpty", None, None, [0, 1]),
        ("Name", "IsNull", None, None, [3]),
        ("Name", "IsNotNull", None, None, [0, 1, 2]),
        ("Name", "=", 'it\'s "quoted" [x]', None, []),
        ("age", ">=", 10, None, [0, 1]),
        ("Age", ">=", "10", None, [0, 1]),
        ("Age", "<", "9.5", None, [3]),
        ("Age", "Between", 0, 10, [1, 3]),
        ("Age", "IsNull", None, None, [2]),
        ("Adult", "IsTrue", None, None, [0]),
        ("Adult", "IsFalse", None, None, [1, 3]),
        ("Adult", "=", True, None, [0]),
        ("Born", ">", "2014-04-01", None, [3]),
        ("Born", "Between", "2014-01-01", "2014-12-31", [1]),
        ("Born", "<", "today", None, [0, 1, 3]),
        ("Born", ">", "Today - 900 years", None, [0, 1, 3]),
        ("Born", "Between", "today - 200 years", "yesterday+1 day", [0, 1, 3]),
        ("Seen", ">=", "tomorrow", None, []),
        ("Seen", "=", "2024-01-01", None, [0, 3]),
        ("Seen", ">", "2024-01-01 00:00", None, [0, 1]),
    ],
)
def test_chosen_conditions(field: str, operator: str, value: object, to: object, indices: list[int]) -> None:
    assert kept(field=field, operator=operator, value=value, to=to) == indices


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"expression": "[Name]"}, "The expression gives a V_WString"),
        ({"expression": "[Nmae] = 1"}, "Did you mean 'Name'"),
        ({"expression": ""}, "Nothing says which records leave by T"),
        ({"field": "Nmae", "value": 1}, "Did you mean 'Name'"),
        ({"field": "Age", "operator": "Contains", "value": "1"}, "Contains is not for it, but =, !="),
        ({"field": "Age", "value": "old"}, "'old' is no number"),
        ({"field": "Age"}, "needs a value"),
        ({"field": "Age", "operator": "Between", "value": 1}, "needs a value"),
        ({"field": "Adult", "value": "maybe"}, "neither true nor false"),
        ({"field": "Born", "value": "1.1.2024"}, "Dates are written 2024-12-31"),
    ],
)
def test_mistakes(config: dict[str, Any], message: str) -> None:
    with pytest.raises(ToolError) as caught:
        run_tool(Filter, config, PEOPLE)
    assert message in str(caught.value)


def test_expression_and_field_together_are_refused() -> None:
    with pytest.raises(ValidationError, match="not both"):
        run_tool(Filter, {"expression": "True", "field": "Age"}, PEOPLE)


def test_batches_that_pass_whole_are_not_copied() -> None:
    whole = PEOPLE.to_batches()[0]
    out = run_tool(Filter, {"expression": "True"}, PEOPLE)["T"].to_batches()[0]
    assert out.column("Name").buffers()[2].address == whole.column("Name").buffers()[2].address


def test_a_value_that_is_no_finite_number() -> None:
    data = table("a: Double", [1.5], [float("inf")], [None])
    result = run_tool(Filter, {"field": "a", "operator": "<", "value": "inf"}, data)
    assert result.rows("T") == [{"a": 1.5}]
