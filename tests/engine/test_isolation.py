"""A tool that takes its process down: named, and the rest of the run is done by another process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine import at_work

FLOWRUN = [sys.executable, "-m", "engine.cli", "w.yaml"]
WORKFLOW = """\
{options}
nodes:
  endless: {{tool: GenerateRows, field: n, type: Int64, initial: "0", condition: "[n] < 100000000000", loop: "[n] + 1"}}
  sorted: {{tool: Sort, by: [{{field: n}}]}}
  people: {{tool: TextInput, fields: {{name: V_WString}}, rows: [[Bart], [Homer]]}}
  out: {{tool: Output, path: people.csv}}
connections: [endless -> sorted, people -> out]
"""


def start(folder: Path, options: str = "") -> tuple[subprocess.Popen[str], Path, int]:
    """A run that is busy with `endless`: the program, the run's folder, the process that works."""
    (folder / "w.yaml").write_text(WORKFLOW.format(options=options))
    program = subprocess.Popen(FLOWRUN, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while True:
        for run in (folder / ".flowrun" / "runs").glob("[0-9]*"):
            if at_work.read(run / "at_work") in ("endless", "sorted"):
                return program, run, int((run / "pid").read_text())
        assert program.poll() is None
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("name", "said"), [("SIGSEGV", "The run's process crashed (SIGSEGV)."), ("SIGKILL", "ran out of memory")]
)
def test_the_other_branch_is_finished(tmp_path: Path, name: str, said: str) -> None:
    program, run, worker = start(tmp_path)
    os.kill(worker, signal.Signals[name])
    _, told = program.communicate(timeout=60)
    assert program.returncode == 1
    assert said in " ".join(told.split())
    assert (tmp_path / "people.csv").read_text().split() == ["name", "Bart", "Homer"]
    facts = json.loads((run / "run.json").read_text())
    states = {node: found["state"] for node, found in facts["nodes"].items()}
    assert states in (
        {"endless": "failed", "sorted": "skipped", "people": "done", "out": "done"},
        {"endless": "skipped", "sorted": "failed", "people": "done", "out": "done"},
    )
    assert list((run / "tmp").iterdir()) == []


def test_all_stops_where_the_workflow_wants_that(tmp_path: Path) -> None:
    program, run, worker = start(tmp_path, options="runtime: {stop_on_error: true}")
    os.kill(worker, signal.SIGSEGV)
    program.communicate(timeout=60)
    assert program.returncode == 1
    assert not (tmp_path / "people.csv").exists()
    assert json.loads((run / "run.json").read_text())["outcome"] == "failed"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_run_is_asked_to_stop(tmp_path: Path, name: str) -> None:
    program, run, _ = start(tmp_path)
    program.send_signal(signal.Signals[name])
    program.communicate(timeout=60)
    assert program.returncode == 130
    # A busy machine may not let it tidy up in time: then it is left without a manifest, but never without its end.
    heard = [json.loads(line)["what"] for line in (run / "events.jsonl").read_text().splitlines()]
    assert [what["outcome"] for what in heard if what["event"] == "run_finished"] == ["cancelled"]


def test_a_killed_program_leaves_nobody_at_work(tmp_path: Path) -> None:
    program, run, _ = start(tmp_path)
    program.kill()
    program.communicate(timeout=60)
    deadline = time.monotonic() + 20
    while at_work.is_running(run) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not at_work.is_running(run)
