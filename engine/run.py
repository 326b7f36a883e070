"""Puts a run together: folder, plan, execution, manifest.

A run whose process died goes on in another one, from what `engine.aftermath` tells.

A run writes `.flowrun/runs/<id>/` beside the workflow: `events.jsonl` (everything that happened), `run.json` (what it
was made from and what came out), `workflow.yaml` (the workflow as it was), `results/` (the streams of each Browse),
`anchors/` (the first records of each output anchor).
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from engine import events
from engine.aftermath import EVENTS, Aftermath
from engine.at_work import AtWork, is_running
from engine.cache.folder import CacheFolder
from engine.cache.keys import facts_of
from engine.cache.reuse import Reuse
from engine.check import Checked
from engine.context import DEFAULT_MEMORY, Resources
from engine.digests import Digests
from engine.errors import Cancelled, FlowrunError, Problem
from engine.manifest import Manifest
from engine.peaks import Peaks
from engine.previews import Previews
from engine.results import Result, read_result
from engine.scheduler import Scheduler

if TYPE_CHECKING:
    from engine.cluster.connection import Cluster

RUNS_KEPT = 20


@dataclass
class RunResult:
    """How a run ended.

    Attributes:
        folder: the run's folder.
        problems: one a node that failed.
        results: one a Browse.
        files: what was written, in order.
        peaks: the most memory that the process had while each node was at work, in bytes.
    """

    outcome: events.Outcome
    folder: Path
    seconds: float
    problems: list[Problem] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    files: list[events.FileWritten] = field(default_factory=list)
    peaks: Mapping[str, int] = field(default_factory=dict)


class Run:
    """One execution of a checked workflow. `cancel` may be called at any time from any thread.

    Args:
        checked: a workflow without errors.
        listeners: functions that get every event.
        memory: bytes for what is set aside and for DuckDB; None for the default.
        overrides: what was set from outside, for the manifest.
        cache: whether to reuse what other runs left, and to leave something for them.
        threads: how many threads tools and DuckDB may use; None: as many as there are cores.
        after: what an earlier process of this run left when it died; then this one goes on where it can.
        cluster: where stateless and heavy tools work; left when the run is over.
    """

    def __init__(
        self,
        checked: Checked,
        listeners: Iterable[events.Listener] = (),
        memory: int | None = None,
        overrides: Iterable[tuple[str, Any]] = (),
        cache: bool = True,
        threads: int | None = None,
        after: Aftermath | None = None,
        cluster: Cluster | None = None,
    ) -> None:
        self.checked = checked
        self._cluster = cluster
        self._after = after
        self._began = after.heard[0].time if after else time.time()
        self.folder = _taken_over(after.folder) if after else _run_folder(checked.workflow.home.folder, self._began)
        self.id = self.folder.name
        self._stream = events.EventStream(*listeners, told=after.heard[-1].sequence if after else 0)
        self._cache = CacheFolder(checked.workflow.home.folder) if cache else None
        self.resources = Resources(
            self._stream,
            folder=self.folder / "tmp",
            results=self.folder / "results",
            memory=memory or DEFAULT_MEMORY,
            threads=threads,
            memo=self._cache.memo if self._cache else None,
        )
        self._manifest = Manifest(
            self.id,
            checked.workflow,
            self._began,
            dict(overrides),
            self.resources.threads,
            self.resources.memory,
            cache,
            str(cluster) if cluster else "",
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
        with self._log(), Peaks() as peaks:
            with contextlib.suppress(OSError):  # a full disk costs the record of the run, not the run
                (self.folder / "workflow.yaml").write_text(self.checked.workflow.text, encoding="utf-8")
            self._stream.listen(self._manifest.hear)
            self._begin()
            digests = Digests()
            reuse = self._reuse(digests)
            checked = reuse.checked if reuse else self.checked
            watchers = [Previews(self.folder / "anchors"), digests, peaks, *self._at_work()]
            if reuse:
                watchers.append(reuse.recorder)
            if self._cluster:
                from engine.cluster.spread import spread

                checked = spread(checked, self._cluster, self.resources, watchers)
            scheduler = Scheduler(checked, self.resources, watchers)
            outcome = self._schedule(scheduler)
            self._manifest.digests, self._manifest.peaks = digests.of, peaks.of
            if reuse:
                self._manifest.keys = reuse.recorder.keys
                reuse.finish(self._stream)
            seconds = time.time() - self._began
            result = RunResult(outcome, self.folder, seconds, files=self._manifest.files, peaks=peaks.of)
            result.problems = self._after.problems if self._after else []
            result.problems += [s.problem for s in scheduler.stations.values() if s.problem is not None]
            try:
                result.results = [read_result(path) for path in sorted((self.folder / "results").glob("*.arrow"))]
                self._keep_tracebacks(scheduler)
                self._manifest.write(self.folder, outcome, seconds, scheduler.stations)
            except OSError as error:
                text = f"The record of this run could not be written: {error.strerror}."
                self._stream.emit(events.Message(node="", level="warning", text=text))
            self._stream.emit(events.RunFinished(outcome=outcome, seconds=seconds))
        (self.folder / "pid").unlink(missing_ok=True)  # somebody may have removed the folder
        return result

    def _begin(self) -> None:
        """Say that the run begins, or what became of the nodes that an earlier process of it has lost."""
        if self._after is not None:
            for stamped in self._after.heard:
                self._manifest.hear(stamped)
            for news in self._after.news(self.checked):
                self._stream.emit(news)
            self.checked.cut |= set(self.checked.graph) - self._after.left(self.checked)
            return
        nodes = self.checked.workflow.document.nodes
        taking_part = {name: nodes[name].tool for name in self.checked.graph if name not in self.checked.cut}
        file = str(self.checked.workflow.file or "")
        self._stream.emit(events.RunStarted(run=self.id, workflow=file, nodes=taking_part))

    def _reuse(self, digests: Digests) -> Reuse | None:
        """What need not run; tells the user."""
        if self._cache is None:
            self._manifest.facts = facts_of(self.checked)
            return None
        reuse = Reuse(self.checked, self._cache, self.folder, digests, self.resources)
        self._stream.listen(reuse.recorder.hear)
        self._manifest.facts = reuse.facts
        reuse.tell(self._stream)
        return reuse

    def _schedule(self, scheduler: Scheduler) -> events.Outcome:
        if "jemalloc" in pa.supported_memory_backends():  # it gives back soonest: a fifth less memory for the same work
            pa.set_memory_pool(pa.jemalloc_memory_pool())
        try:
            scheduler.run()
        except Cancelled:
            if self.resources.cancelled.is_set():
                return "cancelled"
        finally:
            self.resources.close()
            if self._cluster:
                self._cluster.close()
        failed = self._after or any(station.state == "failed" for station in scheduler.stations.values())
        return "failed" if failed else "done"

    def _at_work(self) -> list[AtWork]:
        try:
            return [AtWork(self.folder / "at_work")]
        except OSError:  # a full disk costs the record of the run, not the run
            return []

    @contextmanager
    def _log(self) -> Iterator[None]:
        """Write every event to the run's folder. A full disk costs the log, not the run."""
        with (self.folder / EVENTS).open("ab", buffering=0) as file:

            def write(stamped: events.Stamped) -> None:
                with contextlib.suppress(OSError):
                    file.write(stamped.model_dump_json().encode() + b"\n")

            self._stream.listen(write)
            yield

    def _keep_tracebacks(self, scheduler: Scheduler) -> None:
        for station in scheduler.stations.values():
            if station.error is not None and not isinstance(station.error, FlowrunError):
                text = "".join(traceback.format_exception(station.error))
                (self.folder / f"{station.name}.traceback.txt").write_text(text, encoding="utf-8")


def _new_id(began: float) -> str:
    """A name that sorts by time, to the microsecond; the last digit is drawn."""
    second = time.strftime("%Y%m%d-%H%M%S", time.localtime(began))
    return f"{second}-{int(began % 1 * 1_000_000):05x}{secrets.token_hex(1)[0]}"


def _run_folder(home: Path, began: float) -> Path:
    """The new run's folder beside the workflow; in the system's temporary folder where that cannot be written."""
    runs = home / ".flowrun" / "runs"
    try:
        folder = _furnished(runs / _new_id(began))
    except OSError:
        folder = _furnished(Path(tempfile.mkdtemp(prefix="flowrun-run-")))
    _tidy(runs)
    return folder


def _furnished(folder: Path) -> Path:
    """The folder, with everything in it at once: another run that tidies up must see whose it is."""
    new = folder.with_name(f".{folder.name}")
    for name in ("tmp", "results"):
        (new / name).mkdir(parents=True)
    (new / "pid").write_text(str(os.getpid()), encoding="ascii")
    return new.rename(folder)


def _taken_over(folder: Path) -> Path:
    """The folder of a run whose process died, for this one: without what is temporary, and without half an event."""
    shutil.rmtree(folder / "tmp", ignore_errors=True)
    (folder / "tmp").mkdir(parents=True)
    (folder / "pid").write_text(str(os.getpid()), encoding="ascii")
    told = (folder / EVENTS).read_bytes()
    (folder / EVENTS).write_bytes(told[: told.rfind(b"\n") + 1])
    return folder


def _tidy(runs: Path) -> None:
    """Remove the oldest runs, and what killed ones left in their temporary folders."""
    if not runs.is_dir():
        return
    folders = sorted(path for path in runs.iterdir() if path.is_dir() and not path.name.startswith("."))
    over = [folder for folder in folders if not is_running(folder)]
    for folder in over[:-RUNS_KEPT]:
        shutil.rmtree(folder, ignore_errors=True)
    for folder in over[-RUNS_KEPT:]:
        shutil.rmtree(folder / "tmp", ignore_errors=True)
