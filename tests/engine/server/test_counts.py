"""How often values come together in what a run left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from engine import events
from engine.previews import Previews
from engine.types import Field, FieldType, Meaning
from tests.engine.server.conftest import RUN, Direct, got, keep

_FRAMES = [
    Field("image", FieldType.Blob, meaning=Meaning.image),
    Field("Class", FieldType.V_WString),
    Field("Predicted", FieldType.V_WString, meaning=Meaning.label),
    Field("Seen", FieldType.Int32),
]
_PICTURE = b"picture"
_BATCHES: list[list[list[Any]]] = [
    [[_PICTURE] * 3, ["marge", "lisa", "marge"], ["lisa", "lisa", "marge"], [2] * 3],
    [[_PICTURE] * 2, ["marge", None], ["lisa", "lisa"], [2] * 2],
]


def _frames(folder: Path) -> None:
    keep(folder, "b", _FRAMES, *_BATCHES)


def test_combinations_over_all_batches(browser: Direct, folder: Path) -> None:
    _frames(folder)
    found = got(browser, "counts", node="b", fields=["class", "Predicted"])
    assert found["fields"] == ["Class", "Predicted"]
    assert list(zip(found["values"], found["counts"], strict=True)) == [
        ([None, "lisa"], 1),
        (["lisa", "lisa"], 1),
        (["marge", "lisa"], 2),
        (["marge", "marge"], 1),
    ]
    assert (found["records"], found["total"]) == (5, 5)


def test_counts_that_are_added_up(browser: Direct, folder: Path) -> None:
    _frames(folder)
    found = got(browser, "counts", node="b", fields=["Predicted"], weight="Seen")
    assert (found["values"], found["counts"]) == ([["lisa"], ["marge"]], [8, 2])


def test_nothing_to_count(browser: Direct, folder: Path) -> None:
    keep(folder, "b", _FRAMES)
    assert got(browser, "counts", node="b", fields=["Class"])["counts"] == []


def test_a_preview_says_that_there_is_more(browser: Direct, folder: Path) -> None:
    Previews(folder / "anchors").see("filter", "T", pa.record_batch({"n": pa.array([1] * 1000, pa.int32())}))
    with (folder / "events.jsonl").open("w") as file:
        stream = events.EventStream(lambda stamped: print(stamped.model_dump_json(), file=file))
        stream.emit(events.RunStarted(run=RUN, workflow="x.yaml", nodes={"filter": "Filter"}))
        stream.emit(events.Counts(node="filter", anchor="T", records=70_000, bytes=1))
    found = got(browser, "counts", node="filter", anchor="T", fields=["n"])
    assert (found["counts"], found["records"], found["total"]) == ([100], 100, 70_000)


def test_too_many_values_are_refused(browser: Direct, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.server.counts.MAX_COMBINATIONS", 3)
    _frames(folder)
    answer = browser.get("counts", {"node": "b", "fields": ["Class", "Predicted"]})
    assert answer.status_code == 422
    assert answer.json() == {
        "message": "There are more than 3 combinations of values.",
        "hint": "Choose fields with fewer values.",
    }


@pytest.mark.parametrize(
    "query", [{"fields": ["image"]}, {"fields": ["nope"]}, {"fields": []}, {"fields": ["Class"], "weight": "Predicted"}]
)
def test_what_cannot_be_counted_is_refused(browser: Direct, folder: Path, query: dict[str, Any]) -> None:
    _frames(folder)
    answer = browser.get("counts", {"node": "b", **query})
    assert answer.status_code == 422
    assert answer.json()["message"]
