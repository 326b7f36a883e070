"""A real Ray cluster of two machines on this one, and runs to compare."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from engine import events
from engine.check import check
from engine.cluster.connection import Cluster
from engine.run import Run, RunResult
from engine.workflow import Workflow


@contextmanager
def machines(count: int = 2, cores: int = 1) -> Iterator[Any]:
    """Ray's own utility for tests: each machine has processes and a memory of its own. Sets RAY_ADDRESS."""
    from ray.cluster_utils import Cluster as Machines

    small = {"num_cpus": cores, "object_store_memory": 200 << 20, "include_dashboard": False}
    cluster = Machines(initialize_head=True, head_node_args=small)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_ADDRESS", cluster.address)
        try:
            for _ in range(count - 1):
                cluster.add_node(num_cpus=cores, object_store_memory=200 << 20)
            cluster.wait_for_nodes()
            yield cluster
        finally:
            cluster.shutdown()


def workers_of(cluster: Any) -> list[int]:
    """The processes of our workers."""
    raylets = {process.process.pid for node in cluster.list_all_nodes() for process in node.all_processes["raylet"]}
    return [pid for pid in processes_named("ray::MapWorker") if _parent(pid) in raylets]


def processes_named(beginning: str) -> list[int]:
    """The processes whose command line begins so."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if folder.name.isdigit() and (folder / "cmdline").read_bytes().startswith(beginning.encode()):
                found.append(int(folder.name))
    return found


def _parent(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


class Ran:
    """A run, with everything that it leaves behind."""

    def __init__(self, file: Path, on: str = "", cache: bool = False, threads: int = 1, **settings: Any) -> None:
        self.heard: list[events.AnyEvent] = []
        overrides = [(name.replace("__", "."), value) for name, value in settings.items()]
        checked = check(Workflow.load(file, overrides))
        assert not checked.errors, checked.errors
        self.run = Run(
            checked,
            [lambda stamped: self.heard.append(stamped.what)],
            overrides=overrides,
            cache=cache,
            threads=threads,
            cluster=Cluster(on) if on else None,
        )

    def execute(self) -> Ran:
        """To the end, whatever that is."""
        self.result: RunResult = self.run.execute()
        self.manifest: dict[str, Any] = json.loads((self.result.folder / "run.json").read_text())
        return self

    @property
    def digests(self) -> dict[str, dict[str, str]]:
        """Of all that left each node."""
        return {name: facts["digests"] for name, facts in self.manifest["nodes"].items()}

    @property
    def records(self) -> dict[str, dict[str, int]]:
        """How many left each node."""
        return {name: facts["records"] for name, facts in self.manifest["nodes"].items()}

    @property
    def bytes(self) -> dict[str, dict[str, int]]:
        """How much left each node."""
        return {name: facts["bytes"] for name, facts in self.manifest["nodes"].items()}

    def said(self, *nodes: str) -> list[tuple[str, str, str]]:
        """What tools said, in order; of some nodes or all."""
        messages = [what for what in self.heard if isinstance(what, events.Message) and what.node]
        return [(what.node, what.level, what.text) for what in messages if not nodes or what.node in nodes]

    def told(self) -> list[str]:
        """What the run itself said."""
        return [what.text for what in self.heard if isinstance(what, events.Message) and not what.node]
