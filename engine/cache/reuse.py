"""What a run has to do with the cache: what it need not do, and what it leaves for others."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from engine import events
from engine.cache.entries import Found, point
from engine.cache.files import states
from engine.cache.folder import CacheFolder
from engine.cache.keys import Facts, facts_of, key_of, key_with_files
from engine.cache.plan import Step, plan, reduced
from engine.cache.reasons import why
from engine.cache.recorder import Recorder
from engine.check import Checked
from engine.context import Resources
from engine.digests import Digests
from engine.files import NewFile, link

_LAST = TypeAdapter(dict[str, tuple[Facts, str]])
_MOST_FILES = 20_000  # of a node whose states are remembered one by one, to say which has changed


class Reuse:
    """The plan of one run and what comes of it.

    Attributes:
        facts: what each node is made from, as it stands before the run.
        steps: what is done with each node.
        checked: what is left to run.
        recorder: watches the run.
    """

    def __init__(
        self, checked: Checked, cache: CacheFolder, run_folder: Path, digests: Digests, resources: Resources
    ) -> None:
        self._cache = cache
        self._full = checked
        self._run_folder = run_folder
        self.facts = facts_of(checked)
        self._nodes = checked.workflow.document.nodes
        self._keys = self._known_keys()
        self.steps = plan(checked, self._find)
        self.checked = reduced(checked, self.steps)
        settled = {node: self._keys[node] for node, step in self.steps.items() if step.kind in ("replay", "reuse")}
        digests.of.update(self._known_digests())
        whole = [node for node in self.facts if self._keeps_all(node)]
        self.recorder = Recorder(cache.entries, self.facts, settled, whole, run_folder, digests, resources)
        resources.unfinished = self._unfinished
        resources.key = self.recorder.key

    def tell(self, stream: events.EventStream) -> None:
        """Say what is reused and why the rest runs, and show what the reused nodes said and sent."""
        before = self._last
        changed = {node for node, key in self._keys.items() if before.get(node, (None, ""))[1] != key}
        for node, step in self.steps.items():
            if step.kind in ("run", "idle"):
                reason = self._why(node, step, before.get(node, (None, ""))[0], changed)
                stream.emit(events.Planned(node=node, reused=False, reason=reason))
        for node, step in self.steps.items():
            if step.found is not None:
                self._show(node, step, step.found, stream)
            elif step.kind == "idle":
                stream.emit(events.NodeState(node=node, state="skipped", reason="Nobody needs it."))

    def finish(self, stream: events.EventStream) -> None:
        """After the run: remember what it was made from, tidy up, and say so where something could not be kept."""
        with suppress(OSError):
            self._remember()
            for node, key in self.recorder.keys.items():
                if self.steps[node].kind == "run":
                    shutil.rmtree(self._cache.folder / "unfinished" / key, ignore_errors=True)
            if self.recorder.kept:
                self._cache.tidy()
        if problem := self.recorder.problem or self._cache.memo.problem:
            text = f"Not all results could be kept for the next run: {problem.rstrip('.')}."
            stream.emit(events.Message(node="", level="warning", text=text))

    def _known_keys(self) -> dict[str, str]:
        """The keys as they are now; empty where nobody can tell, or where a node is never to be reused."""
        keys: dict[str, str] = {}
        for node, facts in self.facts.items():
            key = key_of(facts, keys)
            keys[node] = self._with_named(key) if key else ""
        return keys

    def _known_digests(self) -> dict[tuple[str, str], str]:
        found = [(node, step.found.entry) for node, step in self.steps.items() if step.found is not None]
        return {(node, anchor): facts.digest for node, entry in found for anchor, facts in entry.anchors.items()}

    def _with_named(self, key: str) -> str:
        return key_with_files(key, states(self._cache.entries.named(key)))

    def _find(self, node: str) -> Found | None:
        key = self._keys.get(node, "")
        return self._cache.entries.find(key) if key and self._nodes[node].cache != "never" else None

    def _keeps_all(self, node: str) -> bool:
        cache = self._nodes[node].cache
        return cache == "keep" or (self._full.tools[node].heavy and cache != "never")

    def _unfinished(self, node: str) -> Path | None:
        key = self.recorder.key(node)
        try:
            return self._cache.unfinished(key) if key else None
        except OSError:
            return None

    # What the user is told

    def _why(self, node: str, step: Step, before: Facts | None, changed: set[str]) -> str:
        if self._nodes[node].cache == "never":
            return "it is never reused"
        if step.for_whom:
            return f"{step.for_whom} needs its records"
        return why(self.facts[node], before, changed) or "its result was not kept"

    def _show(self, node: str, step: Step, found: Found, stream: events.EventStream) -> None:
        names = ", ".join(Path(path).name for path in found.entry.files)
        reason = f"{names} is up to date" if names else "nothing changed"
        stream.emit(events.Planned(node=node, reused=True, reason=reason))
        for said in found.entry.said:
            stream.emit(said.model_copy(update={"node": node}))
        for anchor, facts in found.entry.anchors.items():
            link(found.preview(anchor), self._run_folder / "anchors" / f"{node}.{anchor}.arrows")
            point(self._run_folder / "anchors" / f"{node}.{anchor}.arrow", found.stream(anchor))
            if step.kind == "reuse":  # one that sends its records again counts them again
                stream.emit(events.Counts(node=node, anchor=anchor, records=facts.records, bytes=facts.bytes))
        link(found.kept, self._run_folder / "results" / f"{node}.arrow")
        if step.kind == "reuse":
            stream.emit(events.NodeState(node=node, state="reused", reason=reason))

    # What each node was made from when it last ran

    @property
    def _last_file(self) -> Path:
        file = self._full.workflow.file
        name = re.sub(r"[^\w.-]", "_", file.name if file else self._full.workflow.document.name)
        return self._cache.folder / "last" / f"{name}.json"

    @cached_property
    def _last(self) -> dict[str, tuple[Facts, str]]:
        try:
            return _LAST.validate_json(self._last_file.read_bytes())
        except (OSError, ValidationError):
            return {}

    def _remember(self) -> None:
        now = {node: (_short(self.facts[node]), key) for node, key in self.recorder.keys.items() if key}
        before = {node: last for node, last in self._last.items() if node in self._nodes}
        self._last_file.parent.mkdir(parents=True, exist_ok=True)
        file = NewFile(self._last_file)
        file.temporary.write_bytes(_LAST.dump_json({**before, **now}))
        file.temporary.replace(file.path)


def _short(facts: Facts) -> Facts:
    few = facts.files is not None and len(facts.files) <= _MOST_FILES
    return facts if few else replace(facts, files=None)
