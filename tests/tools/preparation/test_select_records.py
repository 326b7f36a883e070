from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from engine.testing import Case, check_tool, run_tool, table
from tools.preparation.select_records import SelectRecords

NUMBERS = table("n: Int32", *[[n] for n in range(1, 13)])


def contract_cases(folder: Path) -> list[Case]:
    return [Case(SelectRecords, {"ranges": "2-4, 9, 11+"}, NUMBERS)]


def test_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


@pytest.mark.parametrize(
    ("ranges", "kept"),
    [
        ("3", [3]),
        ("-3", [1, 2, 3]),
        ("10+", [10, 11, 12]),
        ("10-", [10, 11, 12]),
        ("5-6, 6 - 7\n1", [1, 5, 6, 7]),
        ("100-200", []),
    ],
)
@pytest.mark.parametrize("batch_rows", [1, 5, 100])
def test_ranges(ranges: str, kept: list[int], batch_rows: int) -> None:
    result = run_tool(SelectRecords, {"ranges": ranges}, NUMBERS, batch_rows=batch_rows)
    assert result["out"]["n"].to_pylist() == kept


@pytest.mark.parametrize("ranges", ["", "0", "5-3", "a", "1--2", "1-2-3", "+"])
def test_what_is_no_range_is_refused(ranges: str) -> None:
    with pytest.raises(ValidationError, match=r"range|record"):
        run_tool(SelectRecords, {"ranges": ranges}, NUMBERS)
