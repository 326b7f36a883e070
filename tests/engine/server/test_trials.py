"""Settings tried on the first record, without a run."""

from __future__ import annotations

import base64
import io
import time
from typing import Any

import pytest
from PIL import Image

from tests.engine.server.conftest import Server


@pytest.fixture(scope="module", autouse=True)
def pictures(server: Server) -> None:
    folder = server.folder / "tried"
    folder.mkdir()
    for number, size in enumerate([(60, 40), (30, 30)]):
        Image.new("RGB", size, "red").save(folder / f"{number}.png")


def _document(*steps: dict[str, Any], image: str = "image", sort: bool = False) -> dict[str, Any]:
    before = ["images -> sort", "sort -> load"] if sort else ["images -> load"]
    return {
        "nodes": {
            "images": {"tool": "Directory", "path": "tried"},
            **({"sort": {"tool": "Sort", "by": [{"field": "FileName"}]}} if sort else {}),
            "load": {"tool": "ImageInput", "field": "FullPath"},
            "process": {"tool": "ImageProcessing", "image": image, "steps": list(steps)},
        },
        "connections": [*before, "load -> process"],
    }


def _trial(server: Server, document: Any, path: str = "tried.yaml", row: int = 0) -> Any:
    return server.post("/api/preview/tool", path=path, document=document, node="process", row=row)


def _sizes(trial: Any) -> list[tuple[int, int] | None]:
    sides = [trial["before"], trial["after"]]
    return [(side[0]["width"], side[0]["height"]) if side else None for side in sides]


def test_a_picture_before_and_after_without_a_run(server: Server) -> None:
    scale = {"step": "scale", "width": 12, "height": 8}
    trial = _trial(server, _document(scale))
    assert _sizes(trial) == [(60, 40), (12, 8)]
    assert trial["records"] == 2
    data = base64.b64decode(trial["after"][0]["picture"].partition(",")[2])
    assert Image.open(io.BytesIO(data)).size == (12, 8)
    assert _sizes(_trial(server, _document(scale), row=1)) == [(30, 30), (12, 8)]


def test_what_a_step_says_stands_at_the_step(server: Server) -> None:
    flip, crop = {"step": "flip"}, {"step": "crop", "left": 70, "top": 0, "width": 20, "height": 20}
    trial = _trial(server, _document(flip, crop))
    assert _sizes(trial) == [(60, 40), None]
    assert [problem["setting"] for problem in trial["problems"]] == ["steps.1"]
    assert "0.png" in trial["problems"][0]["message"]


def test_settings_that_are_wrong_are_left_to_the_check(server: Server) -> None:
    trial = _trial(server, _document({"step": "scale", "width": -1}))
    assert _sizes(trial) == [(60, 40), None]
    assert trial["problems"] == []


def test_where_nothing_can_be_had_it_says_what_to_do(server: Server) -> None:
    unconnected = _document() | {"connections": []}
    assert _trial(server, unconnected)["missing"] == "Nothing is connected."
    assert "Run the workflow once" in _trial(server, _document(sort=True))["missing"]
    nowhere = _document()
    nowhere["nodes"]["images"]["path"] = "nowhere"
    assert "nowhere" in _trial(server, nowhere)["missing"]


def test_the_records_of_a_run_where_it_left_some(server: Server) -> None:
    document = _document(sort=True)
    run = server.post("/api/runs", path="tried_sorted.yaml", document=document)["run"]
    while server.get(f"/api/runs/{run}")["outcome"] == "running":
        time.sleep(0.05)
    edited = _document({"step": "scale", "width": 6, "height": 4}, sort=True)
    assert _sizes(_trial(server, edited, "tried_sorted.yaml")) == [(60, 40), (6, 4)]


def test_a_tool_that_needs_all_records_is_not_tried(server: Server) -> None:
    document = _document()
    document["nodes"]["process"] = {"tool": "Sort", "by": [{"field": "FileName"}]}
    assert "after a run" in _trial(server, document)["missing"]
