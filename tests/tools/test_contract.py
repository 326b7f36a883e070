"""What every tool keeps to; see `engine.testing.check_tool`. Each tool's own test file says how it is used."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.testing import Case, check_tool

TOOLS = Path(__file__).resolve().parents[2] / "tools"
FILES = sorted(path for path in TOOLS.glob("[a-z]*/*.py") if not path.name.startswith("_"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_keeps_the_contract(file: Path, tmp_path: Path) -> None:
    module = importlib.import_module(f"tests.tools.{file.parent.name}.test_{file.stem}")
    contract_cases: Callable[[Path], list[Case]] = module.contract_cases
    cases = contract_cases(tmp_path)
    assert cases
    for case in cases:
        check_tool(case)
