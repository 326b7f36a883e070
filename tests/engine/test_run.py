"""A run's folder: what happened, what it was made from, what was kept, and nothing temporary."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from textwrap import dedent
from typing import Any

from engine import events
from engine.check import check
from engine.run import Run, RunResult
from engine.workflow import Workflow
from tests.engine.tiny import TinyCatalog

LINE = """\
    nodes: {a: {tool: Numbers, count: 5}, b: {tool: Pass}, c: {tool: Keep}}
    connections: [a -> b, b -> c]
"""


def prepare(folder: Path, text: str) -> Run:
    file = folder / "w.yaml"
    file.write_text(dedent(text))
    return Run(check(Workflow.load(file), TinyCatalog()))


def manifest(result: RunResult) -> Any:
    return json.loads((result.folder / "run.json").read_text())


def test_the_run_folder(tmp_path: Path) -> None:
    result = prepare(tmp_path, LINE).execute()
    assert result.outcome == "done"
    assert result.folder.parent == tmp_path / ".flowrun" / "runs"
    facts = manifest(result)
    assert facts["outcome"] == "done"
    assert facts["nodes"]["b"]["records"] == {"out": 5}
    assert facts["packages"]["pyarrow"]
    assert (result.folder / "workflow.yaml").read_text() == dedent(LINE)
    lines = [
        events.Stamped.model_validate_json(line) for line in (result.folder / "events.jsonl").read_text().splitlines()
    ]
    assert [line.sequence for line in lines] == list(range(1, len(lines) + 1))
    assert isinstance(lines[0].what, events.RunStarted)
    assert isinstance(lines[-1].what, events.RunFinished)
    assert list((result.folder / "tmp").iterdir()) == []


def test_a_failed_run_says_why_and_keeps_the_traceback_of_a_bug(tmp_path: Path) -> None:
    result = prepare(
        tmp_path,
        """\
        nodes: {a: {tool: Numbers}, bad: {tool: Fail, crash: true}}
        connections: [a -> bad]
        """,
    ).execute()
    assert result.outcome == "failed"
    assert [(p.node, p.message) for p in result.problems] == [("bad", "The tool broke: KeyError: 'oops'.")]
    assert "KeyError: 'oops'" in (result.folder / "bad.traceback.txt").read_text()
    assert manifest(result)["nodes"]["bad"]["state"] == "failed"


def test_cancelling(tmp_path: Path) -> None:
    run = prepare(tmp_path, LINE.replace("count: 5", "count: 100000000"))
    threading.Timer(0.3, run.cancel).start()
    result = run.execute()
    assert result.outcome == "cancelled"
    assert result.seconds < 2
    assert manifest(result)["outcome"] == "cancelled"


def test_old_runs_go(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("engine.run.RUNS_KEPT", 2)
    for _ in range(5):
        result = prepare(tmp_path, LINE).execute()
    runs = sorted((tmp_path / ".flowrun" / "runs").iterdir())
    assert len(runs) == 3
    assert result.folder in runs


def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    left = tmp_path / ".flowrun" / "runs" / "20200101-000000-dead"
    (left / "tmp" / "flowrun-x").mkdir(parents=True)
    (left / "pid").write_text("999999999")
    prepare(tmp_path, LINE).execute()
    assert left.exists()
    assert not (left / "tmp").exists()


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / ".flowrun").write_text("in the way")
    result = prepare(tmp_path, LINE).execute()
    assert result.outcome == "done"
    assert not result.folder.is_relative_to(tmp_path)


def test_names_of_runs_sort_by_time(tmp_path: Path) -> None:
    runs = [prepare(tmp_path, LINE).id for _ in range(5)]
    assert runs == sorted(runs)
