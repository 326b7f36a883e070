"""What goes to the clipboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.types import Field, FieldType
from tests.engine.server.conftest import Direct, keep

FIELDS = [Field("a\tb", FieldType.V_WString), Field("n", FieldType.Int64), Field("z", FieldType.Blob)]


def test_whole_values_below_their_names(browser: Direct, folder: Path) -> None:
    keep(folder, "b", FIELDS, [["x" * 2000, 'say "hi"\n', None], [2**60, None, 3], [b"123", None, b""]])
    answer = browser.get("text", {"node": "b"})
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text == (f'"a\tb"\tn\tz\n{"x" * 2000}\t{2**60}\t3 bytes\n"say ""hi""\n"\t\t\n\t3\t0 bytes\n')


def test_some_records_of_some_fields_in_the_order_of_a_view(browser: Direct, folder: Path) -> None:
    keep(folder, "b", FIELDS, [["a", "b", "c"], [3, 1, 2], [None] * 3])
    view = browser.post("views", {"node": "b", "sort": [{"field": "n"}]}).json()["id"]
    query = {"node": "b", "view": view, "field": ["n"], "offset": 1, "limit": 5, "header": False}
    assert browser.get("text", query).text == "2\n3\n"


def test_too_much_is_refused(browser: Direct, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.server.texts._MAX_CELLS", 5)
    keep(folder, "b", FIELDS, [["a", "b"], [3, 1], [None] * 2])
    answer = browser.get("text", {"node": "b"})
    assert (answer.status_code, answer.json()["hint"]) == (422, "Select fewer, or download them as a file.")
