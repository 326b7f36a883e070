"""Puts a run together: folder, plan, execution, manifest.

A run writes `.flowrun/runs/<id>/` beside the workflow: `events.jsonl` (everything that happened), `run.json` (what it
was made from and what came out), `workflow.yaml` (the workflow as it was), `results/` (the streams of each Browse),
`anchors/` (the first records of each output anchor).
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import platform
import secrets
import shutil
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine import __version__, events
from engine.at_work import AtWork, is_running
from engine.cache.memo import MemoFile
from engine.check import Checked
from engine.context import DEFAULT_MEMORY, Resources
from engine.errors import Cancelled, FlowrunError, Problem
from engine.keys import node_keys
from engine.previews import Previews
from engine.results import Result, read_result
from engine.scheduler import Scheduler
from engine.station import Station

RUNS_KEPT = 20
_PACKAGES = ("pyarrow", "duckdb", "numpy", "pillow", "tensorflow", "keras", "scikit-learn", "safetensors")


@dataclass
class RunResult:
    """How a run ended.

    Attributes:
        folder: the run's folder.
        problems: one a node that failed.
        results: one a Browse.
        files: what was written, in order.
    """

    outcome: events.Outcome
    folder: Path
    seconds: float
    problems: list[Problem] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    files: list[events.FileWritten] = field(default_factory=list)


class Run:
    """One execution of a checked workflow. `cancel` may be called at any time from any thread.

    Args:
        checked: a workflow without errors.
        listeners: functions that get every event.
        memory: bytes for what is set aside and for DuckDB; None for the default.
        overrides: what was set from outside, for the manifest.
        cache: whether to reuse what other runs left, and to leave something for them.
    """

    def __init__(
        self,
        checked: Checked,
        listeners: Iterable[events.Listener] = (),
        memory: int | None = None,
        overrides: Iterable[tuple[str, Any]] = (),
        cache: bool = True,
    ) -> None:
        self.checked = checked
        self._began = time.time()
        self.id = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
        self.folder = _run_folder(checked.workflow.home.folder, self.id)
        self._stream = events.EventStream(*listeners)
        self._files: list[events.FileWritten] = []
        self._metrics: dict[str, dict[str, float]] = {}
        self._overrides = list(overrides)
        self.resources = Resources(
            self._stream,
            folder=self.folder / "tmp",
            results=self.folder / "results",
            memory=memory or DEFAULT_MEMORY,
            memo=MemoFile(checked.workflow.home.folder / ".flowrun" / "cache" / "memo.sqlite") if cache else None,
        )

    def cancel(self) -> None:
        """Ask the run to stop."""
        self.resources.cancelled.set()

    def listen(self, listener: events.Listener) -> None:
        """Hand every later event to `listener` too."""
        self._stream.listen(listener)

    def abandon(self) -> None:
        """Say that the run was cancelled and remove what is temporary, while a tool may still be busy."""
        self._stream.emit(events.RunFinished(outcome="cancelled", seconds=time.time() - self._began))
        self.resources.sweep()

    def execute(self) -> RunResult:
        """Run to the end, write the manifest, and leave nothing temporary."""
        with self._log():
            with contextlib.suppress(OSError):  # a full disk costs the record of the run, not the run
                (self.folder / "workflow.yaml").write_text(self.checked.workflow.text, encoding="utf-8")
            self._stream.listen(self._remember)
            nodes = self.checked.workflow.document.nodes
            self._stream.emit(
                events.RunStarted(
                    run=self.id,
                    workflow=str(self.checked.workflow.file or ""),
                    nodes={name: nodes[name].tool for name in self.checked.graph if name not in self.checked.cut},
                )
            )
            scheduler = Scheduler(self.checked, self.resources, Previews(self.folder / "anchors"), self._at_work())
            outcome = self._schedule(scheduler)
            seconds = time.time() - self._began
            result = RunResult(outcome, self.folder, seconds, files=self._files)
            result.problems = [s.problem for s in scheduler.stations.values() if s.problem is not None]
            try:
                result.results = [read_result(path) for path in sorted((self.folder / "results").glob("*.arrow"))]
                self._keep_tracebacks(scheduler)
                self._write_manifest(scheduler, result)
            except OSError as error:
                text = f"The record of this run could not be written: {error.strerror}."
                self._stream.emit(events.Message(node="", level="warning", text=text))
            self._stream.emit(events.RunFinished(outcome=outcome, seconds=seconds))
        (self.folder / "pid").unlink()
        return result

    def _schedule(self, scheduler: Scheduler) -> events.Outcome:
        try:
            scheduler.run()
        except Cancelled:
            if self.resources.cancelled.is_set():
                return "cancelled"
        finally:
            self.resources.close()
        return "failed" if any(s.state == "failed" for s in scheduler.stations.values()) else "done"

    def _at_work(self) -> AtWork | None:
        try:
            return AtWork(self.folder / "at_work")
        except OSError:  # a full disk costs the record of the run, not the run
            return None

    @contextmanager
    def _log(self) -> Iterator[None]:
        """Write every event to the run's folder. A full disk costs the log, not the run."""
        with (self.folder / "events.jsonl").open("wb", buffering=0) as file:

            def write(stamped: events.Stamped) -> None:
                with contextlib.suppress(OSError):
                    file.write(stamped.model_dump_json().encode() + b"\n")

            self._stream.listen(write)
            yield

    def _remember(self, stamped: events.Stamped) -> None:
        if isinstance(stamped.what, events.FileWritten):
            self._files.append(stamped.what)
        if isinstance(stamped.what, events.Epoch):
            self._metrics[stamped.what.node] = stamped.what.metrics

    def _keep_tracebacks(self, scheduler: Scheduler) -> None:
        for station in scheduler.stations.values():
            if station.error is not None and not isinstance(station.error, FlowrunError):
                text = "".join(traceback.format_exception(station.error))
                (self.folder / f"{station.name}.traceback.txt").write_text(text, encoding="utf-8")

    def _write_manifest(self, scheduler: Scheduler, result: RunResult) -> None:
        workflow = self.checked.workflow
        keys = node_keys(self.checked)
        manifest = {
            "run": self.id,
            "flowrun": __version__,
            "outcome": result.outcome,
            "began": time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(self._began)),
            "seconds": round(result.seconds, 3),
            "workflow": {
                "name": workflow.document.name,
                "file": workflow.file.name if workflow.file else "",
                "sha256": hashlib.sha256(workflow.text.encode()).hexdigest(),
                "set": dict(self._overrides),
            },
            "python": platform.python_version(),
            "platform": platform.platform(),
            "threads": self.resources.threads,
            "memory": self.resources.memory,
            "packages": _versions(),
            "nodes": {s.name: _facts(s, keys.get(s.name, "")) for s in scheduler.stations.values()},
            "metrics": self._metrics,
            "files": [_file_facts(written, workflow.home.folder) for written in result.files],
        }
        path = self.folder / "run.json"
        temporary = path.with_suffix(".part")
        temporary.write_text(json.dumps(manifest, indent=2, default=str) + "\n", encoding="utf-8")
        temporary.replace(path)


def _facts(station: Station, key: str) -> dict[str, Any]:
    return {
        "tool": type(station.tool).__name__,
        "version": station.tool.version,
        "key": key,
        "state": station.state,
        "seconds": round(station.seconds, 3),
        "records": station.records,
        "bytes": station.bytes,
        "messages": dict(station.context.messages) if station.context else {},
        "problem": str(station.problem) if station.problem else "",
    }


def _file_facts(written: events.FileWritten, folder: Path) -> dict[str, Any]:
    path = Path(written.path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    name = path.relative_to(folder) if path.is_relative_to(folder) else path
    return {
        "node": written.node,
        "path": str(name),
        "records": written.records,
        "bytes": written.bytes,
        "sha256": digest,
    }


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _run_folder(home: Path, run_id: str) -> Path:
    """The new run's folder beside the workflow; in the system's temporary folder where that cannot be written."""
    runs = home / ".flowrun" / "runs"
    try:
        folder = _furnished(runs / run_id)
    except OSError:
        folder = _furnished(Path(tempfile.mkdtemp(prefix="flowrun-run-")))
    _tidy(runs)
    return folder


def _furnished(folder: Path) -> Path:
    for name in ("tmp", "results"):
        (folder / name).mkdir(parents=True)
    (folder / "pid").write_text(str(os.getpid()), encoding="ascii")
    return folder


def _tidy(runs: Path) -> None:
    """Remove the oldest runs, and what killed ones left in their temporary folders."""
    if not runs.is_dir():
        return
    folders = sorted(path for path in runs.iterdir() if path.is_dir())
    over = [folder for folder in folders if not is_running(folder)]
    for folder in over[:-RUNS_KEPT]:
        shutil.rmtree(folder, ignore_errors=True)
    for folder in over[-RUNS_KEPT:]:
        shutil.rmtree(folder / "tmp", ignore_errors=True)
