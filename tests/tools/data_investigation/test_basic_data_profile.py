"""BasicDataProfile: exact facts about every type of field."""

from __future__ import annotations

import math
import statistics as plain
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, table
from tools.data_investigation.basic_data_profile import BasicDataProfile

DATA = table(
    "n: Int32, t: V_String(20), b: Blob, d: Date, x: FixedDecimal(50.2), ok: Bool",
    [3, "Bart", b"x", date(2024, 1, 2), Decimal("1.50"), True],
    [-1, " Lisa ", None, None, Decimal("2.50"), None],
    [3, "", b"y", date(2023, 1, 2), None, True],
    [None, None, None, None, None, False],
    [0, "ä", None, None, None, True],
)


def contract_cases(folder: Path) -> list[Case]:
    return [Case(BasicDataProfile, {}, DATA), Case(BasicDataProfile, {"fields": ["T"]}, DATA)]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


def facts_of(field: str, data: Any = DATA, **more: Any) -> dict[str, str]:
    rows = run_tool(BasicDataProfile, {"fields": [field]}, data, **more).rows()
    return {row["Name"]: row["Value"] for row in rows}


def test_numbers() -> None:
    assert facts_of("n") == {
        "Name": "n", "Type": "Int32", "Records": "5", "Nulls": "1", "Non-Nulls": "4", "Unique": "3", "Min": "-1",
        "Max": "3", "Most Frequent": "3", "Most Frequent Count": "2", "Sum": "5", "Mean": "1.25",
        "Std Dev": "2.06155281280883", "25%": "-0.25", "Median": "1.5", "75%": "3", "Zeros": "1", "Negatives": "1",
    }  # fmt: skip


def test_texts() -> None:
    assert facts_of("t") == {
        "Name": "t", "Type": "V_String", "Size": "20", "Records": "5", "Nulls": "1", "Non-Nulls": "4", "Unique": "4",
        "Max": "ä", "Most Frequent Count": "1", "Blanks": "1", "Leading Blanks": "1", "Trailing Blanks": "1",
        "Average Length": "2.75", "Shortest": "ä", "Shortest Length": "1", "Longest": " Lisa ", "Longest Length": "6",
    }  # fmt: skip


def test_other_types() -> None:
    assert facts_of("b")["Nulls"] == "3"
    assert (facts_of("d")["Min"], facts_of("d")["Max"]) == ("2023-01-02", "2024-01-02")
    assert (facts_of("x")["Mean"], facts_of("x")["Unique"]) == ("2", "2")
    assert facts_of("ok")["Most Frequent"] == "True"


def test_without_records() -> None:
    assert facts_of("n", DATA.slice(0, 0))["Records"] == "0"


def test_only_fields_that_there_are() -> None:
    with pytest.raises(ToolError, match=r"No field \[q\]"):
        facts_of("q")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6) | st.integers(-3, 3).map(float), min_size=2, max_size=40))
def test_numbers_are_as_in_plain_python(values: list[float]) -> None:
    found = facts_of("v", table("v: Double", *([value] for value in values)), batch_rows=7)
    assert float(found["Mean"]) == pytest.approx(plain.fmean(values), rel=1e-9, abs=1e-9)
    assert float(found["Std Dev"]) == pytest.approx(plain.stdev(values), rel=1e-9, abs=1e-9)
    quartiles = plain.quantiles(values, n=4, method="inclusive")
    assert [float(found[name]) for name in ("25%", "Median", "75%")] == pytest.approx(quartiles, rel=1e-9, abs=1e-9)
    assert int(found["Unique"]) == len(set(values))
    assert not math.isnan(float(found["Sum"]))
