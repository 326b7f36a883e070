"""`run.json`: what a run was made from and what came out, so that it can be looked up, compared and done again."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine import __version__, events
from engine.cache.files import digest
from engine.cache.keys import Facts
from engine.files import NewFile
from engine.station import Station
from engine.workflow import Workflow

NAME = "run.json"
_PACKAGES = ("pyarrow", "duckdb", "numpy", "pillow", "tensorflow", "keras", "scikit-learn", "safetensors")


@dataclass
class Manifest:
    """What a run gathers for its manifest while it goes on.

    Attributes:
        cluster: the machines it ran on besides this one, in words.
        facts: what each node was made from.
        keys: the key of each node whose result is whole.
        digests: of what left each anchor, by (node, anchor).
        peaks: the most memory the process had while a node was at work, in bytes.
        metrics: the last of each training.
    """

    run: str
    workflow: Workflow
    began: float
    overrides: Mapping[str, Any]
    threads: int
    memory: int
    cache: bool
    cluster: str = ""
    facts: Mapping[str, Facts] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[tuple[str, str], str] = field(default_factory=dict)
    peaks: Mapping[str, int] = field(default_factory=dict)
    states: dict[str, events.NodeState] = field(default_factory=dict)
    counts: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)
    metrics: dict[str, dict[str, float]] = field(default_factory=dict)
    messages: list[events.Message] = field(default_factory=list)
    files: list[events.FileWritten] = field(default_factory=list)

    def hear(self, stamped: events.Stamped) -> None:
        """Listen to the run's events."""
        what = stamped.what
        if isinstance(what, events.FileWritten):
            self.files.append(what)
        elif isinstance(what, events.Epoch):
            self.metrics[what.node] = what.metrics
        elif isinstance(what, events.Message):
            self.messages.append(what)
        elif isinstance(what, events.NodeState):
            self.states[what.node] = what
        elif isinstance(what, events.Counts):
            self.counts.setdefault(what.node, {})[what.anchor] = (what.records, what.bytes)

    def write(self, folder: Path, outcome: events.Outcome, seconds: float, stations: Mapping[str, Station]) -> None:
        """Write it to the run's folder.

        Raises:
            OSError: it cannot be written.
        """
        data = {
            "run": self.run,
            "flowrun": __version__,
            "outcome": outcome,
            "began": time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(self.began)),
            "seconds": round(seconds, 3),
            "workflow": self._workflow(),
            "python": platform.python_version(),
            "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
            "threads": self.threads,
            "memory": self.memory,
            "cache": self.cache,
            "cluster": self.cluster,
            "packages": _versions(),
            "nodes": {node: self._node(node, stations.get(node)) for node in self.states},
            "metrics": self.metrics,
            "messages": [message.model_dump(exclude={"event"}) for message in self.messages],
            "files": [_file_facts(written, self.workflow.home.folder) for written in self.files],
        }
        file = NewFile(folder / NAME)
        file.temporary.write_text(json.dumps(data, indent=2, default=str) + "\n", encoding="utf-8")
        file.commit()

    def _workflow(self) -> dict[str, Any]:
        return {
            "name": self.workflow.document.name,
            "file": self.workflow.file.name if self.workflow.file else "",
            "sha256": hashlib.sha256(self.workflow.text.encode()).hexdigest(),
            "set": dict(self.overrides),
        }

    def _node(self, node: str, station: Station | None) -> dict[str, Any]:
        facts, state = self.facts.get(node), self.states[node]
        counts = self.counts.get(node, {})
        return {
            "tool": facts.tool if facts else "",
            "version": facts.version if facts else "",
            "key": self.keys.get(node, ""),
            "state": state.state,
            "reason": state.reason,
            "seconds": round(state.seconds, 3),
            "peak_memory": self.peaks.get(node, 0),
            "reads": {"files": len(facts.files), "digest": digest(facts.files)} if facts and facts.files else None,
            "records": {anchor: records for anchor, (records, _) in counts.items()},
            "bytes": {anchor: size for anchor, (_, size) in counts.items()},
            "digests": {anchor: found for (name, anchor), found in self.digests.items() if name == node},
            "messages": Counter(message.level for message in self.messages if message.node == node),
            "problem": str(station.problem) if station and station.problem else "",
        }


def _file_facts(written: events.FileWritten, folder: Path) -> dict[str, Any]:
    path = Path(written.path)
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    name = path.relative_to(folder) if path.is_relative_to(folder) else path
    return {
        "node": written.node,
        "path": str(name),
        "records": written.records,
        "bytes": written.bytes,
        "sha256": found,
    }


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
