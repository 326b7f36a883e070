"""Does a run again from its record and compares what left each anchor, to prove what a result came from.

The workflow runs as it was, without the cache. Tools that wrote files are left out, so that nothing newer is
overwritten: what entered them is compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine import events
from engine.check import Checked, check
from engine.errors import WorkflowError
from engine.graph import order
from engine.manifest import NAME
from engine.run import Run, RunResult
from engine.workflow import Workflow


@dataclass
class Comparison:
    """What came out.

    Attributes:
        compared: how many anchors.
        different: those whose records differ, `node.anchor`, in the order in which they were made.
        circumstances: what else was different: versions, files that have changed.
    """

    compared: int
    different: list[str] = field(default_factory=list)
    circumstances: list[str] = field(default_factory=list)


class Recorded:
    """A run as it was recorded.

    Raises:
        WorkflowError: there is no such run, or it was not recorded to the end.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self.manifest: dict[str, Any] = json.loads((folder / NAME).read_bytes())
            text = (folder / "workflow.yaml").read_text(encoding="utf-8")
            told = self.manifest["workflow"]
            file = folder.absolute().parents[2] / (told["file"] or "workflow.yaml")
            self.workflow = Workflow.parse(text, file, told["set"].items())
        except FileNotFoundError:
            raise WorkflowError(f"{folder} is no run that has ended.", hint="It lacks its record.") from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise WorkflowError(f"The record in {folder} cannot be read: {error}.") from None

    def again(self, listeners: Iterable[events.Listener] = ()) -> Run:
        """The same run, to be executed.

        Raises:
            WorkflowError: the workflow cannot run any more; a file that it read is gone, for one.
        """
        checked = check(self.workflow)
        if checked.errors:
            raise WorkflowError(f"It cannot run any more: {checked.errors[0]}")
        checked.cut |= {written["node"] for written in self.manifest["files"]} & set(checked.graph)
        told = self.manifest
        overrides = told["workflow"]["set"].items()
        return Run(checked, listeners, told["memory"], overrides, cache=False, threads=told["threads"])

    def compare(self, result: RunResult, checked: Checked) -> Comparison:
        """Hold what came out now against the record."""
        now = json.loads((result.folder / NAME).read_bytes())
        before, after = self.manifest["nodes"], now["nodes"]
        pairs = [
            (f"{node}.{anchor}", digest, after[node]["digests"][anchor])
            for node in order(checked.graph)
            if node in before and node in after
            for anchor, digest in before[node]["digests"].items()
            if anchor in after[node]["digests"]
        ]
        different = [name for name, old, new in pairs if old != new]
        return Comparison(len(pairs), different, [*self._circumstances(now)])

    def _circumstances(self, now: dict[str, Any]) -> Iterable[str]:
        then = self.manifest
        for name in ("flowrun", "python", "platform", "threads"):
            if then[name] != now[name]:
                yield f"{name} {then[name]} -> {now[name]}"
        for package, version in then["packages"].items():
            if now["packages"].get(package) != version:
                yield f"{package} {version} -> {now['packages'].get(package, 'missing')}"
        for node, facts in then["nodes"].items():
            if node in now["nodes"] and facts["reads"] != now["nodes"][node]["reads"]:
                yield f"the files that {node} reads have changed"
