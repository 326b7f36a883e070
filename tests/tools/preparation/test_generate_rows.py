"""GenerateRows makes records by a loop."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from engine.types import FieldType, fields_of
from tools.preparation.generate_rows import GenerateRows

STAYS = table(
    "guest: V_WString, first: Date, last: Date",
    ["Ann", date(2024, 2, 28), date(2024, 3, 1)],
    ["Bob", date(2024, 2, 1), date(2024, 1, 1)],
    ["Cy", date(2024, 1, 1), date(2024, 1, 1)],
)
DAYS = {"field": "day", "initial": "[first]", "condition": "[day] <= [last]", "loop": 'DateTimeAdd([day], 1, "days")'}
DAYS_OF_STAY = {**DAYS, "type": "Date"}


def contract_cases(folder: Path) -> list[Case]:
    return [Case(GenerateRows, DAYS_OF_STAY, STAYS), Case(GenerateRows, {})]


def generated(**config: Any) -> list[Any]:
    return list(run_tool(GenerateRows, {"field": "x", **config})["out"]["x"].to_pylist())


def test_counts_to_ten_by_default() -> None:
    result = run_tool(GenerateRows, {})["out"]
    assert result.to_pydict() == {"RowCount": list(range(1, 11))}
    assert fields_of(result.schema)[0].type is FieldType.Int64


def test_many_rows() -> None:
    assert generated(initial="0", condition="[x] < 5000", loop="[x] + 2") == list(range(0, 5000, 2))


def test_any_type() -> None:
    assert generated(initial='"a"', condition="Length([x]) < 4", loop='[x] + "b"') == ["a", "ab", "abb"]
    halves = generated(initial="1.0", condition="[x] > 0.2", loop="[x] / 2", type="Float")
    assert halves == [1.0, 0.5, 0.25]


def test_each_record_is_repeated_with_its_values() -> None:
    rows = run_tool(GenerateRows, DAYS_OF_STAY, STAYS).rows()
    assert [(row["guest"], row["day"].isoformat()) for row in rows] == [
        ("Ann", "2024-02-28"),
        ("Ann", "2024-02-29"),
        ("Ann", "2024-03-01"),
        ("Cy", "2024-01-01"),
    ]


def test_order_stays_that_of_the_input_however_long_each_loop_is() -> None:
    lengths = [3, 40, 0, 2000, 1, 16, 17, 15]
    data = table("n: Int32", *([n] for n in lengths))
    config = {"field": "x", "initial": "1", "condition": "[x] <= [n]", "loop": "[x] + 1"}
    rows = run_tool(GenerateRows, config, data)["out"].to_pydict()
    assert rows == {
        "n": [n for n in lengths for _ in range(n)],
        "x": [x for n in lengths for x in range(1, n + 1)],
    }


def test_a_field_of_the_input_can_be_the_one() -> None:
    data = table("n: Int16, t: String(1)", [1, "a"], [3, "b"])
    result = run_tool(GenerateRows, {"field": "N", "initial": "[n]", "condition": "[n] < 4", "loop": "[n] + 1"}, data)
    assert result["out"].schema.equals(data.schema, check_metadata=True)
    assert result["out"].to_pydict() == {"n": [1, 2, 3, 3], "t": ["a", "a", "a", "b"]}


def test_null_ends_the_loop_with_a_warning() -> None:
    result = run_tool(
        GenerateRows, {"field": "x", "type": "Byte", "initial": "250", "condition": "[x] > 0", "loop": "[x] + 2"}
    )
    assert result["out"]["x"].to_pylist() == [250, 252, 254]
    assert result.said("warning") == ["[x] became Null, which ended the loop."]


def test_a_loop_that_stands_still_is_an_error() -> None:
    with pytest.raises(ToolError, match=r"The loop never ends: \[x\] stays 1"):
        generated(condition="[x] > 0", loop="[x]")


def test_a_loop_that_adds_nothing_is_an_error() -> None:
    with pytest.raises(ToolError, match=r"The loop never ends: \[x\] stays 1"):
        generated(condition="[x] > 0", loop="[x] + 0")


@pytest.mark.parametrize(
    ("type_", "initial", "condition", "loop"),
    [
        ("Int64", "1", "[x] < 9000", "[x] + 2"),
        ("Int32", "5", "[x] > -4000", "[x] - 1"),
        ("Int64", "0", "[x] >= -7", "-3 + [X]"),
        ("Byte", "1", "[x] >= 0", "[x] + 3"),
        ("Int64", "9223372036854775000", "[x] > 0", "[x] + 5"),
        ("Date", "ToDate('2024-02-28')", "[x] < ToDate('2029-01-01')", "DateTimeAdd([x], 1, 'days')"),
        ("Date", "ToDate('9990-01-01')", "TRUE", "DateTimeAdd([x], 2, 'week')"),
        ("Date", "ToDate('2024-01-31')", "[x] < ToDate('2027-01-01')", "DateTimeAdd([x], 1, 'months')"),
        ("DateTime", "ToDateTime('2024-02-28 23:30:00')", "[x] > ToDateTime('2024-01-01 00:00:00')",
         "DateTimeAdd([x], -7, 'hours')"),
        ("Double", "0", "[x] < 200", "[x] + 0.1"),
        ("V_String", "'2024-01-01'", "[x] < '2024-03-01'", "DateTimeAdd([x], 1, 'days')"),
    ],
)  # fmt: skip
def test_many_steps_at_once_come_to_the_same_as_one_by_one(type_: str, initial: str, condition: str, loop: str) -> None:
    config = {"field": "x", "type": type_, "initial": initial, "condition": condition}
    at_once = run_tool(GenerateRows, {**config, "loop": loop})
    one_by_one = run_tool(GenerateRows, {**config, "loop": f"IF TRUE THEN {loop} ELSE Null() ENDIF"})
    assert at_once["out"]["x"].to_pylist() == one_by_one["out"]["x"].to_pylist()
    assert at_once["out"].num_rows > 2
    assert at_once.said("warning") == one_by_one.said("warning")


def test_a_condition_is_true_or_false() -> None:
    with pytest.raises(ToolError, match="The condition gives a Int64"):
        generated(condition="[x] + 1", loop="[x] + 1")
