"""The pickers get the names of connections, and nothing of what they lead to."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.connections import FILE
from engine.server.app import api
from tests.engine.server.conftest import Direct


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "connections.yaml"
    monkeypatch.setenv(FILE, str(path))
    return path


def test_names_and_kinds(file: Path) -> None:
    file.write_text("sales: postgresql://anna:s3cr3t@db.example.org/sales\n")
    file.chmod(0o600)
    answer = Direct(api()).get("/api/connections")
    assert answer.json() == {
        "connections": [{"name": "sales", "kind": "postgresql"}],
        "file": str(file),
        "problem": "",
    }
    assert not any(part in answer.text for part in ("s3cr3t", "anna", "example"))


def test_a_file_that_others_may_read(file: Path) -> None:
    file.write_text("sales: postgresql://anna:s3cr3t@db/sales\n")
    file.chmod(0o644)
    answer = Direct(api()).get("/api/connections")
    assert "chmod 600" in answer.json()["problem"]
    assert "s3cr3t" not in answer.text
