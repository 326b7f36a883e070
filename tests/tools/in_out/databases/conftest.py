"""The databases that the tests use: three kinds, each empty at first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from engine.testing import Result, run_tool
from engine.tool import Home
from tests.tools.in_out.databases.server import Server, programs, running
from tools.in_out.databases import _place
from tools.in_out.input import Input
from tools.in_out.output import Output


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL here; tests/install_postgresql installs it")
    with running(found) as server:
        yield server


@pytest.fixture
def postgresql(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server, with an empty database, as the connection `sales`."""
    server.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS other CASCADE")
    monkeypatch.setenv("FLOWRUN_CONNECTION_SALES", server.url())
    monkeypatch.setattr(_place, "_unreachable", {})
    return server


@dataclass(frozen=True)
class Database:
    """One database, read and written by the tools themselves."""

    kind: str
    folder: Path

    @property
    def place(self) -> dict[str, str]:
        return {"connection": "sales"} if self.kind == "postgresql" else {"path": f"shop.{self.kind}"}

    def write(self, table: str, data: pa.Table, mode: str = "create", **config: Any) -> Result:
        settings = {**self.place, "table": table, "mode": mode, **config}
        return run_tool(Output, settings, data, home=Home(self.folder))

    def read(self, table: str | None = None, **config: Any) -> Result:
        settings = {**self.place, **({"table": table} if table else {}), **config}
        return run_tool(Input, settings, home=Home(self.folder))


@pytest.fixture(params=["postgresql", "sqlite", "duckdb"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "postgresql":
        request.getfixturevalue("postgresql")
    return Database(request.param, tmp_path)


@pytest.fixture(params=["sqlite", "duckdb"])
def file_database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    return Database(request.param, tmp_path)
