"""Message: when it speaks, and what about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import ToolError
from engine.testing import Case, check_tool, run_tool, table
from tools.developer.message import Message

DATA = table("n: Int32, t: V_WString", [1, "a"], [2, None], [3, "c"])


def contract_cases(folder: Path) -> list[Case]:
    return [Case(Message, {"text": "[n]"}, DATA), Case(Message, {"text": "[t]", "when": "each"}, DATA)]


def test_keeps_the_contract(tmp_path: Path) -> None:
    for case in contract_cases(tmp_path):
        check_tool(case)


@pytest.mark.parametrize("batch_rows", [1, 3])
@pytest.mark.parametrize(
    ("config", "texts"),
    [
        ({"text": "'n is ' + ToString([n])"}, ["n is 3"]),
        ({"text": "[n] * 2", "when": "first"}, ["2"]),
        ({"text": "[t]", "when": "each", "condition": "[n] > 1"}, ["", "c"]),
        ({"text": "[n]", "when": "each", "condition": "[t] = 'a'"}, ["1"]),
    ],
)
def test_when_it_speaks(config: dict[str, Any], texts: list[str], batch_rows: int) -> None:
    result = run_tool(Message, config, DATA, batch_rows=batch_rows)
    assert result.said("info") == texts
    assert result["out"].equals(DATA)


@pytest.mark.parametrize("when", ["first", "last"])
def test_speaks_without_records(when: str) -> None:
    result = run_tool(Message, {"text": "IIF(IsNull([n]), 'nothing', 'something')", "when": when}, DATA.slice(0, 0))
    assert result.said("info") == ["nothing"]


def test_levels() -> None:
    for level in ("warning", "conversion_error"):
        assert run_tool(Message, {"text": "'x'", "level": level}, DATA).said(level) == ["x"]
    with pytest.raises(ToolError, match="b is missing"):
        run_tool(
            Message, {"text": "'b is missing'", "when": "each", "condition": "IsNull([t])", "level": "error"}, DATA
        )


def test_many_messages_are_counted() -> None:
    data = table("n: Int32", *([n] for n in range(150)))
    said = run_tool(Message, {"text": "[n]", "when": "each"}, data).said("info")
    assert (len(said), said[-1]) == (101, "50 more messages are not shown.")


def test_a_condition_is_true_or_false() -> None:
    with pytest.raises(ToolError, match="neither true nor false"):
        run_tool(Message, {"text": "[n]", "condition": "[t]"}, DATA)
