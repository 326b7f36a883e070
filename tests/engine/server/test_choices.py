"""The pickers get names of tables and sheets, through the tool that will read them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from engine.connections import FILE
from engine.server.app import api, serving
from engine.server.folder import Folder
from tests.engine.server.conftest import Direct


def choices(folder: Path, tool: str, setting: str, **given: Any) -> tuple[list[str], str]:
    served = serving(Folder.at(folder))
    document = {"constants": {"place": "shop"}, "nodes": {"node": {"tool": tool, **given}}}
    body = {"path": "w.yaml", "document": document, "node": "node", "setting": setting}
    try:
        answer = Direct(api(served)).post("/api/choices", body)
    finally:
        served.pictures.close()
    assert answer.status_code == 200, answer.text
    return answer.json()["choices"], answer.json()["problem"]


def test_tables_of_a_file(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.sqlite")) as database:
        database.executescript('CREATE TABLE orders (a); CREATE TABLE "odd.name" (a); CREATE VIEW best AS SELECT 1')
    expected = (["best", '"odd.name"', "orders"], "")
    assert choices(tmp_path, "Input", "table", path="%place%.sqlite") == expected
    assert choices(tmp_path, "Output", "table", path="shop.sqlite") == expected
    assert choices(tmp_path, "Output", "table", path="new.sqlite") == ([], "")
    assert not (tmp_path / "new.sqlite").exists()


def test_tables_of_a_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FILE, str(tmp_path / "connections.yaml"))
    monkeypatch.setenv("FLOWRUN_CONNECTION_SALES", "postgresql://anna:s3cr3t@127.0.0.1:1/sales")
    found, problem = choices(tmp_path, "Input", "table", connection="sales")
    assert found == []
    assert problem.startswith("Cannot open the database 'sales'")
    assert "s3cr3t" not in problem
    assert "no connection 'sale'" in choices(tmp_path, "Input", "table", connection="sale")[1]


def test_sheets_of_a_file(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Sales")
    book.save(tmp_path / "book.xlsx")
    assert choices(tmp_path, "Input", "xlsx.sheet", path="book.xlsx") == (["Sheet", "Sales"], "")
    (tmp_path / "bad.xlsx").write_text("no")
    assert "cannot be read as a spreadsheet" in choices(tmp_path, "Input", "xlsx.sheet", path="bad.xlsx")[1]


def test_nothing_where_there_is_nothing_to_choose(tmp_path: Path) -> None:
    assert choices(tmp_path, "Input", "path") == ([], "")
    assert choices(tmp_path, "Formula", "fields") == ([], "")
    assert "no tool 'Inpt'" in choices(tmp_path, "Inpt", "table")[1]
