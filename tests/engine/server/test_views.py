"""Sorting, filtering and searching what a run left."""

from __future__ import annotations

import asyncio
import datetime
import os
import subprocess
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from starlette.requests import Request

from engine.errors import Cancelled
from engine.previews import Previews
from engine.server.kept import Kept
from engine.server.refusal import Refusal
from engine.server.views import Query, SortKey, Views
from engine.server.work import Work, Works
from engine.tool import Home
from engine.types import Field, FieldType
from tests.engine.server.conftest import Direct, got, keep

FIELDS = [
    Field("Name", FieldType.V_WString),
    Field("age]", FieldType.Int32),
    Field("x", FieldType.Float),
    Field("price", FieldType.FixedDecimal, 50, 2),
    Field("born", FieldType.Date),
    Field("at", FieldType.DateTime),
    Field("ok", FieldType.Bool),
    Field("blob", FieldType.Blob),
]
DAY, NOON = datetime.date(2024, 1, 2), datetime.datetime(2024, 1, 2, 12)
RECORDS: list[list[Any]] = [
    ["Bart", 10, 0.1, Decimal("1.50"), DAY, NOON, True, b"1"],
    ["lisa", 8, 0.2, Decimal("2.50"), None, None, False, None],
    ["", None, None, None, datetime.date(1999, 1, 1), None, None, b""],
    [None, 39, float("nan"), Decimal("1.50"), DAY, NOON, True, b"x"],
    ["O'Bart\n%_", 10, -1.0, Decimal("-7.00"), DAY, None, False, None],
]


@pytest.fixture
def people(folder: Path) -> str:
    columns = [list(column) for column in zip(*RECORDS, strict=True)]
    keep(folder, "b", FIELDS, [column[:2] for column in columns], [column[2:] for column in columns])
    return "b"


def shown(browser: Direct, node: str, anchor: str = "", **query: Any) -> list[int]:
    """The numbers of the records that a view shows."""
    view = browser.post("views", {"node": node, "anchor": anchor, **query})
    assert view.status_code == 200, view.text
    page = got(browser, "records", node=node, anchor=anchor, view=view.json()["id"])
    assert page["shown"] == view.json()["shown"] == len(page["rows"])
    numbers: list[int] = page["numbers"]
    return numbers


def test_sorts_by_the_value_of_a_formula(browser: Direct, people: str) -> None:
    sort = [{"expression": "IIF([Name] = 'lisa', 100, [x])", "descending": True}, {"field": "Name"}]
    assert shown(browser, people, sort=sort) == [3, 1, 0, 4, 2]


@pytest.mark.parametrize(
    ("keys", "numbers"),
    [
        (["+Name"], [3, 2, 0, 4, 1]),
        (["-Name"], [1, 4, 0, 2, 3]),
        (["+age]", "-Name"], [2, 1, 4, 0, 3]),
        (["+age]"], [2, 1, 0, 4, 3]),
        (["-age]"], [3, 0, 4, 1, 2]),
        (["+x"], [2, 4, 0, 1, 3]),
        (["+price", "+born"], [2, 4, 0, 3, 1]),
        (["-ok", "+at"], [0, 3, 1, 4, 2]),
    ],
    ids=str,
)
def test_sorts_by_several_fields_and_keeps_ties(
    browser: Direct, people: str, keys: list[str], numbers: list[int]
) -> None:
    sort = [{"field": key[1:], "descending": key[0] == "-"} for key in keys]
    assert shown(browser, people, sort=sort) == numbers


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ("Name contains BART", [0, 4]),
        ("Name contains %_", [4]),
        ("Name lacks bart", [1, 2, 3]),
        ("Name starts b", [0]),
        ("Name ends sa", [1]),
        ("Name equals Bart", [0]),
        ("Name differs Bart", [1, 2, 3, 4]),
        ("Name null", [3]),
        ("Name empty", [2]),
        ("Name filled", [0, 1, 4]),
        ("name greater a", [1]),
        ("age] equals 10", [0, 4]),
        ("age] less 9.5", [1]),
        ("age] between 8 10", [0, 1, 4]),
        ("age] at_least 1e30", []),
        ("x equals 0.1", [0]),
        ("x at_most 0.1", [0, 4]),
        ("price equals 1.5", [0, 3]),
        ("price less -5", [4]),
        ("born equals 2024-01-02", [0, 3, 4]),
        ("born less 2000-01-01", [2]),
        ("at at_least 2024-01-02", [0, 3]),
        ("ok equals true", [0, 3]),
        ("blob null", [1, 4]),
        ("blob not_null", [0, 2, 3]),
    ],
)
def test_filters_by_type(browser: Direct, people: str, condition: str, numbers: list[int]) -> None:
    field, test, *values = condition.split()
    value, to = [*values, "", ""][:2]
    assert shown(browser, people, filters=[{"field": field, "test": test, "value": value, "to": to}]) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"), [("bart", [0, 4]), ("2024-01-02 12", [0, 3]), ("39", [3]), ("none of all", []), ("'", [4])]
)
def test_searches_every_field_as_it_is_shown(browser: Direct, people: str, text: str, numbers: list[int]) -> None:
    assert shown(browser, people, search=text) == numbers


def test_everything_together(browser: Direct, people: str) -> None:
    query: dict[str, Any] = {
        "expression": "[x] < 1 AND !IsNull([Name])",
        "filters": [{"field": "price", "test": "less", "value": "2"}],
        "search": "bart",
        "sort": [{"field": "x"}],
    }
    assert shown(browser, people, **query) == [4, 0]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"sort": [{"field": "nope"}]}, "No field [nope]"),
        ({"sort": [{"field": "blob"}]}, "[blob] is Blob; records cannot be sorted by it."),
        (
            {"filters": [{"field": "age]", "test": "equals", "value": "ten"}]},
            "'ten' is no Int32 to compare [age]] with.",
        ),
        (
            {"filters": [{"field": "born", "test": "less", "value": "soon"}]},
            "'soon' is no Date to compare [born] with.",
        ),
        ({"filters": [{"field": "age]", "test": "contains", "value": "1"}]}, "[age]] is Int32; it cannot be tested"),
        ({"expression": "[Naem] = 1"}, "No field [Naem]"),
        ({"expression": "1 +"}, ""),
    ],
    ids=str,
)
def test_says_what_is_wrong(browser: Direct, people: str, query: dict[str, Any], message: str) -> None:
    answer = browser.post("views", {"node": people, **query})
    assert answer.status_code == 422
    assert message in answer.json()["message"]
    assert "Traceback" not in answer.text


def test_a_page_of_a_view_has_the_fields_that_were_asked_for(browser: Direct, people: str) -> None:
    view = browser.post("views", {"node": people, "sort": [{"field": "age]", "descending": True}]}).json()
    page = got(browser, "records", node=people, view=view["id"], field=["age]", "Name"], offset=1, limit=2)
    assert [field["name"] for field in page["fields"]] == ["age]", "Name"]
    assert (page["rows"], page["numbers"], page["shown"], page["kept"]) == (
        [[10, "Bart"], [10, "O'Bart\n%_"]],
        [0, 4],
        5,
        5,
    )


def test_a_view_of_a_preview(browser: Direct, folder: Path) -> None:
    batch = pa.record_batch({"n": pa.array([3, 1, 2], pa.int32())})
    previews = Previews(folder / "anchors")
    previews.see("filter", "T", batch)
    previews.end("filter", {"T": batch.schema})
    assert shown(browser, "filter", "T", sort=[{"field": "n"}]) == [1, 2, 0]


def test_a_whole_stream_goes_before_its_preview(browser: Direct, folder: Path) -> None:
    previews = Previews(folder / "anchors")
    previews.see("filter", "T", pa.record_batch({"n": pa.array([1], pa.int32())}))
    previews.end("filter", {})
    keep(folder, "x", [Field("n", FieldType.Int32)], [[1, 2, 3]])
    os.link(folder / "results" / "x.arrow", folder / "anchors" / "filter.T.arrow")
    page = got(browser, "records", node="filter", anchor="T")
    assert (page["total"], page["kept"], page["rows"]) == (3, 3, [[1], [2], [3]])


def test_records_that_changed_need_a_new_view(browser: Direct, folder: Path, people: str) -> None:
    old = browser.post("views", {"node": people, "sort": [{"field": "Name"}]}).json()["id"]
    keep(folder, people, FIELDS, [[value] for value in RECORDS[0]])
    assert browser.get("records", {"node": people, "view": old}).status_code == 410
    assert browser.get("records", {"node": people, "view": "0" * 32}).status_code == 410
    assert browser.get("records", {"node": people, "view": "../x"}).status_code == 422
    assert shown(browser, people, sort=[{"field": "Name"}]) == [0]


def test_views_stay_while_there_is_room(
    browser: Direct, folder: Path, people: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown(browser, people, search="a")
    views = tmp_path / ".flowrun" / "views"
    [first] = views.iterdir()
    os.utime(first, (0, 0))
    monkeypatch.setattr("engine.server.views.BYTES_KEPT", int(2.5 * first.stat().st_size))
    shown(browser, people, search="b")
    assert len(list(views.iterdir())) == 2
    shown(browser, people, search="c")
    assert len(list(views.iterdir())) == 2
    assert not first.exists()
    monkeypatch.setattr("engine.server.views.BYTES_KEPT", 1)
    shown(browser, people, search="a")
    assert len(list(views.iterdir())) == 1


def large(folder: Path, records: int) -> Kept:
    """Records that take a while to sort."""
    texts = np.char.add("name ", np.random.default_rng(1).integers(0, records, records).astype(str))
    keep(folder, "large", [Field("n", FieldType.V_WString)], *[[part.tolist()] for part in np.array_split(texts, 20)])
    return Kept.of(folder, "large", "")


def test_a_large_view_is_right(folder: Path, tmp_path: Path) -> None:
    kept = large(folder, 200_000)
    work = Work(tmp_path)
    view = Views(tmp_path / "views").make(kept, Query(sort=[SortKey(field="n")]), Home(), work)
    work.close()
    looked = Views(tmp_path / "views").open(view.id, kept)
    part, numbers = looked.read(99_990, 20)
    names = np.concatenate([batch.column(0).to_numpy(zero_copy_only=False) for batch in kept.batches()])
    order = np.argsort(names, kind="stable")[99_990:100_010]
    assert numbers.tolist() == order.tolist()
    assert part.records.column(0).to_pylist() == names[order].tolist()


def test_stopped_work_ends_and_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    kept = large(folder, 1_000_000)
    work = Work(tmp_path)
    threading.Timer(0.1, work.stop).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        Views(tmp_path / "views").make(kept, Query(sort=[SortKey(field="n")], search="9"), Home(), work)
    work.close()
    assert time.monotonic() - began < 5
    assert list((tmp_path / "views").iterdir()) == []


def test_who_hangs_up_stops_the_work(tmp_path: Path) -> None:
    ended = threading.Event()

    def endless(work: Work) -> None:
        try:
            while True:
                work.go_on()
                time.sleep(0.01)
        finally:
            ended.set()

    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    with pytest.raises(Refusal, match="did not wait"):
        asyncio.run(Works(tmp_path / "work").do(Request({"type": "http"}, gone), endless))
    assert ended.is_set()
    assert list((tmp_path / "work").iterdir()) == []


def test_what_a_killed_server_left_is_removed(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for process in (ended.pid, os.getpid()):
        (tmp_path / f"work-{process}-x" / "duckdb-1").mkdir(parents=True)
    Works(tmp_path)
    assert [left.name for left in tmp_path.iterdir()] == [f"work-{os.getpid()}-x"]
