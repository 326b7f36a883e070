"""What a process left that died in the middle of a run: who took it down, what stands, and what can still be done.

A tool that crashes, exits the process or is killed for memory takes its process with it. Whoever started that process
starts another for the same run, which marks the tool as failed and goes on with what does not depend on it; where
nobody is left to do so, the story gets its end here.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
from pydantic import ValidationError

from engine import at_work, events
from engine.check import Checked
from engine.errors import Problem

EVENTS = "events.jsonl"
OUTPUT = "output.txt"
"""In a run's folder: what tools and libraries print, and the trace of a crash."""


@dataclass(frozen=True)
class Aftermath:
    """A run whose process died.

    Attributes:
        folder: of the run.
        heard: everything that had happened.
        culprit: the node that was at work; empty where all had ended.
        code: the process's exit code; the negative of a signal's number.
    """

    folder: Path
    heard: list[events.Stamped]
    culprit: str
    code: int

    @classmethod
    def of(cls, folder: Path, code: int) -> Aftermath:
        """What the process left that ended with `code`."""
        heard = read(folder)
        culprit = _culprit(open_nodes(heard), at_work.read(folder / "at_work"))
        return cls(folder, heard, culprit, code)

    @property
    def can_go_on(self) -> bool:
        """Whether another process may do the rest: not where this one was asked to end."""
        return bool(self.culprit) and -self.code not in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def left(self, checked: Checked) -> set[str]:
        """The nodes that still have to run, and those whose records they need."""
        if checked.workflow.document.runtime.stop_on_error:
            return set()
        graph = checked.graph.subgraph(set(checked.graph) - checked.cut)
        lost = {self.culprit, *nx.descendants(graph, self.culprit)}
        goals = [node for node in open_nodes(self.heard) if node not in lost and graph.out_degree(node) == 0]
        return {*goals, *(before for node in goals for before in nx.ancestors(graph, node))}

    def news(self, checked: Checked) -> list[events.AnyEvent]:
        """What became of the nodes that had not ended and do not run any more."""
        left = self.left(checked)
        depending = nx.descendants(checked.graph, self.culprit)
        lost = [node for node in open_nodes(self.heard) if node not in left]
        because = dict.fromkeys(depending, f"{self.culprit} failed.")
        return _endings(self.culprit, *cause_of_death(self.code), lost, because)

    @property
    def problems(self) -> list[Problem]:
        """What was said of each node that has failed, the culprit last."""
        states = {one.what.node: one.what for one in self.heard if isinstance(one.what, events.NodeState)}
        failed = [Problem(message=end.reason, node=end.node) for end in states.values() if end.state == "failed"]
        reason, hint = cause_of_death(self.code)
        return [*failed, Problem(message=reason, hint=hint, node=self.culprit)]


def read(folder: Path) -> list[events.Stamped]:
    """What happened in a run, as far as it was written down."""
    try:
        lines = (folder / EVENTS).read_bytes().splitlines()
    except OSError:
        return []
    return [stamped for stamped in map(stamped_of, lines) if stamped is not None]


def epitaph(
    lines: Sequence[str], node: str, reason: str, hint: str = "", outcome: events.Outcome = "failed"
) -> list[str]:
    """The end of a run with which nobody goes on, as further lines: an error on `node`, the rest skipped.

    Where that node is not known, the one that was heard last is taken for the one that died.
    """
    last = stamped_of(lines[-1]) if lines else None
    if last is not None and isinstance(last.what, events.RunFinished):
        return []
    heard = [stamped for stamped in map(stamped_of, lines) if stamped is not None]
    if not heard:
        return []
    states = open_nodes(heard)
    culprit = _culprit(states, node) if outcome == "failed" else ""
    now = max(heard[-1].time, min(time.time(), heard[-1].time + 60))
    news = _endings(culprit, reason, hint, states)
    news.append(events.RunFinished(outcome=outcome, seconds=now - heard[0].time))
    return [
        events.Stamped(sequence=heard[-1].sequence + index, time=now, what=event).model_dump_json()
        for index, event in enumerate(news, start=1)
    ]


def cause_of_death(code: int) -> tuple[str, str]:
    """What a process's exit code says, and a way out."""
    if code >= 0:
        return f"The run's process ended by itself (exit code {code}).", f"Its folder holds {OUTPUT} with details."
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    if name == "SIGKILL":
        return (
            "The run's process was killed from outside (SIGKILL).",
            "If nobody did it, the machine ran out of memory: work on fewer or smaller records at a time.",
        )
    if name in ("SIGTERM", "SIGINT", "SIGHUP"):
        return f"The run's process was ended from outside ({name}).", "Run it again."
    return (
        f"The run's process crashed ({name}).",
        f"A library broke; the run's folder holds {OUTPUT} with details.",
    )


def open_nodes(heard: Iterable[events.Stamped]) -> dict[str, events.State]:
    """The nodes that had not ended, with their state; the one that was heard last stands last."""
    states: dict[str, events.State] = {}
    for stamped in heard:
        what = stamped.what
        if isinstance(what, events.RunStarted):
            states = dict.fromkeys(what.nodes, "waiting")
        elif isinstance(what, events.NodeState) and what.state not in ("waiting", "running"):
            states.pop(what.node, None)
        elif not isinstance(what, events.RunFinished) and what.node in states:
            before = states.pop(what.node)
            states[what.node] = what.state if isinstance(what, events.NodeState) else before
    return states


def stamped_of(line: str | bytes) -> events.Stamped | None:
    """An event, or None for a line that was cut off."""
    try:
        return events.Stamped.model_validate_json(line)
    except ValidationError:
        return None


def _culprit(states: Mapping[str, events.State], node: str) -> str:
    """The node that took the process down: the one at work, else the last that was heard while it ran."""
    working = [name for name, state in states.items() if state == "running"] or list(states)
    return node if node in states else working[-1] if working else ""


def _endings(
    culprit: str, reason: str, hint: str, lost: Iterable[str], because: Mapping[str, str] | None = None
) -> list[events.AnyEvent]:
    news: list[events.AnyEvent] = []
    if culprit:
        news.append(events.Message(node=culprit, level="error", text=reason, hint=hint))
        news.append(events.NodeState(node=culprit, state="failed", reason=reason))
    for node in lost:
        if node != culprit:
            reason = (because or {}).get(node, "The run was stopped.")
            news.append(events.NodeState(node=node, state="skipped", reason=reason))
    return news
