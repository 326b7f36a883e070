"""Arrow does not bring pandas in; what imports it finds Arrow knowing its series."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

LISTS = """
import sys
import engine.types
import pyarrow as pa
assert pa.array([1, 2]).to_pylist() == [1, 2]
assert "pandas" not in sys.modules
"""
SERIES = """
import pandas
texts = pandas.Series(["a", None])
assert pa.array(texts).to_pylist() == ["a", None]
assert pa.array(pandas.Series([1.0, float("nan")])).null_count == 1
assert pa.table({"a": texts}).to_pandas()["a"].isna().tolist() == [False, True]
"""


@pytest.mark.skipif(find_spec("pandas") is None, reason="pandas comes with the extra ray")
@pytest.mark.parametrize("program", [LISTS, LISTS + SERIES, "import pandas\n" + LISTS.rpartition("assert")[0] + SERIES])
def test_pandas_is_there_when_somebody_wants_it(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
