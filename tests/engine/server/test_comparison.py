"""Runs side by side. No process here: the runs' folders are made by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from engine import events
from engine.server.app import api, serving
from engine.server.folder import Folder
from tests.engine.server.conftest import Direct

_ONE, _TWO, _LOST = (f"20260101-12000{number}-abcdef" for number in range(3))
_TRAIN = """\
    flowrun: 1
    constants: {images: frames}
    nodes:
      images: {tool: Directory, path: "%images%"}
      train: {tool: ImageRecognition, annotation: here, training: {image: i, label: Class}, epochs: 2}
    connections: [images -> train.T]
    layout: {images: [1, 2]}
    """


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Direct]:
    place = Folder.at(tmp_path)
    served = serving(place)
    yield Direct(api(served))
    served.pictures.close()


def _ran(folder: Path, run: str, text: str, *happened: events.AnyEvent, **manifest: Any) -> None:
    """A run that is over, as it lies on disk."""
    place = folder / ".flowrun" / "runs" / run
    place.mkdir(parents=True)
    if text:
        (place / "workflow.yaml").write_text(dedent(text))
    if manifest:
        (place / "run.json").write_text(json.dumps(manifest))
    with (place / "events.jsonl").open("w") as file:
        stream = events.EventStream(lambda stamped: print(stamped.model_dump_json(), file=file))
        stream.emit(events.RunStarted(run=run, workflow=str(folder / "flow.yaml"), nodes={"train": "ImageRecognition"}))
        for event in happened:
            stream.emit(event)
        stream.emit(events.RunFinished(outcome="done", seconds=1.0))


def _epoch(number: int, accuracy: float) -> events.Epoch:
    return events.Epoch(node="train", epoch=number, epochs=2, metrics={"val_accuracy": accuracy})


def _done(seconds: float) -> events.NodeState:
    return events.NodeState(node="train", state="done", seconds=seconds)


def _compare(browser: Direct, *runs: str) -> Any:
    answer = browser.get("api/comparison", params={"run": list(runs)})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_settings_that_differ(browser: Direct, tmp_path: Path) -> None:
    _ran(tmp_path, _ONE, _TRAIN)
    other = _TRAIN.replace("epochs: 2", "model: VGG16").replace("frames", "more").replace("here", "there")
    _ran(tmp_path, _TWO, other.replace("[images -> train.T]", "[images -> train.V]").replace("[1, 2]", "[9, 9]"))
    found = _compare(browser, _ONE, _TWO)
    assert {(one["node"], one["setting"]): one["values"] for one in found["differences"]} == {
        ("", "%images%"): ["frames", "more"],
        ("", "images -> train.T"): [True, None],
        ("", "images -> train.V"): [None, True],
        ("train", "epochs"): [2, None],
        ("train", "model"): [None, "VGG16"],
    }


def test_what_was_set_from_outside_counts(browser: Direct, tmp_path: Path) -> None:
    _ran(tmp_path, _ONE, _TRAIN)
    _ran(tmp_path, _TWO, _TRAIN, workflow={"set": {"train.training.label": "Kind", "train.epochs": 2}})
    assert _compare(browser, _ONE, _TWO)["differences"] == [
        {"node": "train", "setting": "training.label", "values": ["Class", "Kind"]}
    ]


def test_curves_and_times(browser: Direct, tmp_path: Path) -> None:
    _ran(tmp_path, _ONE, _TRAIN, _epoch(1, 0.5), _epoch(2, 0.75), _done(3.5))
    _ran(tmp_path, _TWO, _TRAIN, _epoch(1, 0.25), events.NodeState(node="train", state="reused"))
    found = _compare(browser, _TWO, _ONE)
    assert found["curves"] == [{"node": "train", "metric": "val_accuracy", "runs": [[0.25], [0.5, 0.75]]}]
    assert found["times"] == [{"node": "train", "seconds": [None, 3.5]}]
    assert [run["run"] for run in found["runs"]] == [_TWO, _ONE]


def test_a_run_whose_workflow_was_not_kept(browser: Direct, tmp_path: Path) -> None:
    _ran(tmp_path, _ONE, _TRAIN)
    _ran(tmp_path, _LOST, "")
    found = _compare(browser, _ONE, _LOST)
    assert found["known"] == [True, False]
    assert found["differences"] == []


@pytest.mark.parametrize("runs", [[_ONE], [_ONE] * 9, [_ONE, "../x"], [_ONE, "20260101-120009-abcdef"]])
def test_what_cannot_be_compared_is_refused(browser: Direct, tmp_path: Path, runs: list[str]) -> None:
    _ran(tmp_path, _ONE, _TRAIN)
    answer = browser.get("api/comparison", params={"run": runs})
    assert answer.status_code in (404, 422)
    assert answer.json()["message"]


def test_the_list_of_runs_tells_metrics_and_messages(browser: Direct, tmp_path: Path) -> None:
    (tmp_path / "flow.yaml").write_text(dedent(_TRAIN))
    nodes = {"images": {"messages": {"info": 1, "warning": 2}}, "train": {"messages": {"warning": 1}}}
    _ran(tmp_path, _ONE, _TRAIN, nodes=nodes, metrics={"train": {"val_accuracy": 0.75}})
    [found] = browser.get("api/runs", params={"path": "flow.yaml"}).json()
    assert found["metrics"] == {"train": {"val_accuracy": 0.75}}
    assert found["messages"] == {"info": 1, "warning": 3}
