"""What the tests of expressions share: a session, and a way to compute with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from engine.expression import evaluate
from engine.sql import Session
from engine.testing import table
from engine.tool import Home

Compute = Callable[..., Any]


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    session = Session(256 << 20, 1, tmp_path_factory.mktemp("sql"))
    yield session
    session.close()


@pytest.fixture
def compute(session: Session) -> Compute:
    """`compute(expression)` for a record without fields; `compute(expression, table)` gives one result a record."""

    def compute(expression: str, data: pa.Table | None = None, *, home: Home | None = None) -> Any:
        batch = (table("nothing: Int32", [0]) if data is None else data).to_batches()[0]
        results = evaluate(session, expression, batch, home).to_pylist()
        return results[0] if data is None else results

    return compute


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path, tmp_path / "flow.yaml", {"Name": "Bart"})
