"""AppendFields: all combinations, names, too many, none."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, table
from tests.tools.join.oracle import records
from tools.join.append_fields import AppendFields

PEOPLE = table("Name: V_WString, n: Int32", ["Bart", 1], ["Lisa", 2])
TOTAL = table("N: Int64, t: Date", [10, None], [20, None])


def contract_cases(folder: Path) -> list[Case]:
    return [Case(AppendFields, {}, {"T": PEOPLE, "S": TOTAL})]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


@pytest.mark.parametrize("on_disk", [False, True])
def test_all_combinations_in_order(on_disk: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if on_disk:
        monkeypatch.setattr("engine.spool.Budget.take", lambda self, size: False)
    out = run_tool(AppendFields, {}, {"T": PEOPLE, "S": TOTAL}, batch_rows=1)["out"]
    assert out.schema.names == ["Name", "n", "Source_N", "t"]
    assert records(out) == [
        ("Bart", 1, 10, None),
        ("Bart", 1, 20, None),
        ("Lisa", 2, 10, None),
        ("Lisa", 2, 20, None),
    ]


def test_many_records_have_to_be_allowed() -> None:
    many = {"T": PEOPLE, "S": table("x: Int32", *([i] for i in range(17)))}
    with pytest.raises(ToolError, match="more than 16 records"):
        run_tool(AppendFields, {}, many)
    warned = run_tool(AppendFields, {"many": "warn"}, many)
    assert (warned["out"].num_rows, warned.said("warning")) == (
        34,
        ["S has 17 records; each record of T becomes as many."],
    )
    allowed = run_tool(AppendFields, {"many": "allow"}, many)
    assert (allowed["out"].num_rows, allowed.messages) == (34, [])


def test_nothing_to_append() -> None:
    result = run_tool(AppendFields, {}, {"T": PEOPLE, "S": TOTAL.slice(0, 0)})
    assert result["out"].num_rows == 0
    assert result.said("warning") == ["S has no record, so none leaves."]


def test_large_values_leave_in_small_batches() -> None:
    large = pa.table({"b": pa.array([b"x" * 1_000_000], pa.binary())})
    out = run_tool(AppendFields, {}, {"T": pa.table({"n": pa.array(range(40))}), "S": large})["out"]
    assert (out.num_rows, max(len(chunk) for chunk in out["b"].chunks) < 10) == (40, True)
