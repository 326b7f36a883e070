"""Names stand in workflows, what they lead to stands elsewhere, and nothing of it is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.connections import FILE, Connection, connection, connections
from engine.errors import ToolError

URL = "postgresql://anna:s%40cret@db/sales"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "connections.yaml"
    monkeypatch.setenv(FILE, str(path))
    return path


def write(file: Path, text: str, mode: int = 0o600) -> None:
    file.write_text(text)
    file.chmod(mode)


def test_without_a_file_there_is_none(file: Path) -> None:
    assert connections() == {}
    with pytest.raises(ToolError, match=r"no connection 'sales' on this machine.*FLOWRUN_CONNECTION_SALES"):
        connection("sales")


def test_a_file_and_the_environment(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(file, f"sales eu: {URL}\nstock: postgresql://db/stock\n")
    monkeypatch.setenv("FLOWRUN_CONNECTION_STOCK", "postgresql://other/stock")
    monkeypatch.setenv("FLOWRUN_CONNECTION_NEW", "postgresql://other/new")
    assert {name: found.url for name, found in connections().items()} == {
        "new": "postgresql://other/new",
        "sales eu": URL,
        "stock": "postgresql://other/stock",
    }
    with pytest.raises(ToolError, match=r"there is new, sales eu, stock.*Did you mean 'stock'"):
        connection("stok")


def test_a_file_that_others_may_read_is_refused(file: Path) -> None:
    write(file, f"sales: {URL}\n", 0o640)
    with pytest.raises(ToolError, match=r"others on this machine may read it\. Run: chmod 600"):
        connections()


@pytest.mark.parametrize(
    "text",
    [
        "sales: [s%40cret", "sales: {password: s%40cret}", "- s%40cret", "s%40cret", "sales: s%40cret", "1: s%40cret",
        "sales: postgresql://anna:s%40cret@x@db/sales", "sales: postgresql://anna:s%40cret/x@db/sales",
        "sales: postgresql://anna:s%40cret?x@db/sales", "sales: 'postgresql://anna:s%40cret#x@db/sales'",
        "\tsales: s%40cret",
    ],
)  # fmt: skip
def test_errors_show_nothing_of_what_the_file_holds(file: Path, text: str) -> None:
    write(file, text)
    with pytest.raises(ToolError) as caught:
        connections()
    assert "cret" not in str(caught.value)


def test_hides_what_nobody_may_see() -> None:
    found = Connection("sales", URL + "?sslpassword=pem%2Fword&host=x")
    assert "cret" not in repr(found)
    hidden = found.hide(f"{found.url} s%40cret s@cret pem%2Fword pem/word anna@db")
    assert hidden == "*** *** *** *** *** anna@db"
