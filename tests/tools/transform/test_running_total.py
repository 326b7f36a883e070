"""RunningTotal adds up from record to record."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from engine.types import Field, FieldType, fields_of, schema_of
from tools.transform.running_total import RunningTotal

SALES = table(
    "region: V_WString, units: Int32, price: FixedDecimal(6.2)",
    ["n", None, Decimal("0.10")],
    ["s", 2, Decimal("0.20")],
    ["n", 3, None],
    ["n", 4, Decimal("0.40")],
)


def contract_cases(folder: Path) -> list[Case]:
    return [Case(RunningTotal, {"fields": ["units", "price"], "by": ["region"]}, SALES)]


def test_adds_up_record_by_record() -> None:
    rows = run_tool(RunningTotal, {"fields": ["Units"]}, SALES, batch_rows=3)["out"]
    assert rows["RunTot_units"].to_pylist() == [None, 2, 5, 9]
    assert rows.select(SALES.column_names).equals(SALES)


def test_groups_have_totals_of_their_own() -> None:
    rows = run_tool(RunningTotal, {"fields": ["units", "price"], "by": ["region"]}, SALES)["out"]
    assert rows["RunTot_units"].to_pylist() == [None, 2, 3, 7]
    assert rows["RunTot_price"].to_pylist() == [Decimal("0.10"), Decimal("0.20"), Decimal("0.10"), Decimal("0.50")]


def test_names_and_types() -> None:
    data = table("x: Byte, RunTot_x: Float")
    new = fields_of(run_tool(RunningTotal, {"fields": ["x", "runtot_X"]}, data)["out"].schema)[2:]
    assert new == [Field("RunTot_x2", FieldType.Int64), Field("RunTot_RunTot_x", FieldType.Double)]


def test_over_many_batches() -> None:
    numbers = np.random.default_rng(1).integers(-9, 9, 150_000)
    data = pa.table([numbers, numbers % 3], schema=schema_of(Field("x", FieldType.Int64), Field("g", FieldType.Int64)))
    totals = run_tool(RunningTotal, {"fields": ["x"]}, data)["out"]["RunTot_x"].to_numpy()
    assert np.array_equal(totals, np.cumsum(numbers))


def test_a_total_that_becomes_too_large_stops() -> None:
    with pytest.raises(ToolError, match="too large"):
        run_tool(RunningTotal, {"fields": ["x"]}, table("x: Int64", [2**62], [2**62]))


def test_refuses_texts() -> None:
    with pytest.raises(ToolError, match=r"\[region\] is a V_WString; only numbers add up"):
        run_tool(RunningTotal, {"fields": ["region"]}, SALES)
