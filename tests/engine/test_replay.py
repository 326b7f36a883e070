"""Doing a run again from its record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from engine.check import check
from engine.errors import WorkflowError
from engine.replay import Comparison, Recorded
from engine.run import Run
from engine.workflow import Workflow

CONTENT = {
    "nodes": {
        "data": {"tool": "Input", "path": "data.csv"},
        "drawn": {"tool": "RandomSample", "n": 2, "seed": 1},
        "look": {"tool": "Browse"},
        "file": {"tool": "Output", "path": "out.csv"},
    },
    "connections": ["data -> drawn", "drawn -> look", "drawn -> file"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a run that has ended."""
    (tmp_path / "data.csv").write_text("n\n1\n2\n3\n4\n")
    (tmp_path / "w.yaml").write_text(yaml.safe_dump(CONTENT))
    checked = check(Workflow.load(tmp_path / "w.yaml", [("drawn.seed", 5)]))
    return Run(checked, overrides=[("drawn.seed", 5)]).execute().folder


def again(folder: Path) -> Comparison:
    recorded = Recorded(folder)
    run = recorded.again()
    return recorded.compare(run.execute(), run.checked)


def test_the_same_comes_out(folder: Path) -> None:
    home = folder.parents[2]
    (home / "w.yaml").write_text("flowrun: 1\nnodes: {}\n")  # what the workflow is by now does not matter
    (home / "out.csv").write_text("newer")
    assert again(folder) == Comparison(compared=2)
    assert (home / "out.csv").read_text() == "newer"


def test_the_first_anchor_that_differs_is_named(folder: Path) -> None:
    manifest = json.loads((folder / "run.json").read_text())
    manifest["nodes"]["drawn"]["digests"]["out"] = "00"
    (folder / "run.json").write_text(json.dumps(manifest))
    assert again(folder).different == ["drawn.out"]


def test_what_has_changed_around_it_is_told(folder: Path) -> None:
    (folder.parents[2] / "data.csv").write_text("n\n1\n2\n3\n9\n")
    manifest = json.loads((folder / "run.json").read_text())
    manifest["packages"]["pyarrow"] = "1.0"
    (folder / "run.json").write_text(json.dumps(manifest))
    found = again(folder)
    assert found.different[0] == "data.out"
    assert "the files that data reads have changed" in found.circumstances
    assert any(text.startswith("pyarrow 1.0 -> ") for text in found.circumstances)


def test_a_reused_run_can_be_compared_too(folder: Path) -> None:
    home = folder.parents[2]
    checked = check(Workflow.load(home / "w.yaml", [("drawn.seed", 5)]))
    reused = Run(checked, overrides=[("drawn.seed", 5)]).execute()
    assert again(reused.folder) == Comparison(compared=2)


@pytest.mark.parametrize("spoil", ["missing", "no json", "no workflow"])
def test_what_is_no_record_is_refused(folder: Path, spoil: str) -> None:
    if spoil == "missing":
        (folder / "run.json").unlink()
    elif spoil == "no json":
        (folder / "run.json").write_text("[]")
    else:
        (folder / "workflow.yaml").write_text(":")
    with pytest.raises(WorkflowError):
        Recorded(folder)


def test_a_file_that_is_gone_is_told(folder: Path) -> None:
    (folder.parents[2] / "data.csv").unlink()
    with pytest.raises(WorkflowError, match="cannot run any more"):
        Recorded(folder).again()
