"""SpearmanCorrelation: the same over ranks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from engine.testing import Case, run_tool, table
from tests.tools.data_investigation.numbers import complete, holed
from tools.data_investigation.spearman_correlation import SpearmanCorrelation

CONFIG = {"fields": ["x", "y", "even"]}


def contract_cases(folder: Path) -> list[Case]:
    return [Case(SpearmanCorrelation, CONFIG, holed(20))]


def test_agrees_with_scipy() -> None:
    data = holed(5_000)
    rows = run_tool(SpearmanCorrelation, CONFIG, data).rows()
    found = np.array([list(row.values())[1:] for row in rows])
    assert found == pytest.approx(spearmanr(complete(data)).statistic, abs=1e-12)


def test_any_line_that_rises() -> None:
    data = table("a: Int32, b: Double", [1, 1e1], [2, 1e5], [3, 1e50])
    assert run_tool(SpearmanCorrelation, {"fields": ["a", "b"]}, data).rows()[0]["b"] == 1.0
