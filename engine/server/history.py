"""Runs as they lie on disk: which there are, how they ended, what happened in them."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from engine import at_work, events

RUN_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
_FOLDERS_SEARCHED = 5_000
_LAST_LINE = 1 << 16  # bytes; an event is shorter


class Summary(BaseModel):
    """A run in a list. `began` is Unix seconds; `file` the name of the workflow's file.

    Once it is over: what the last epoch of each training measured, by node, and how many messages of which level
    there were.
    """

    run: str
    outcome: events.Outcome | Literal["running"]
    began: float
    seconds: float
    file: str
    metrics: dict[str, dict[str, float]] = {}
    messages: dict[events.Level, int] = {}


def runs_of(workflow: Path) -> Iterator[Path]:
    """The folders of the runs of a workflow file that are kept, newest first."""
    beside = workflow.parent / ".flowrun" / "runs"
    folders = [path for path in beside.iterdir() if RUN_ID.fullmatch(path.name)] if beside.is_dir() else []
    for folder in sorted(folders, reverse=True):
        found = summary(folder)
        if found is not None and found.file == workflow.name:
            yield folder


def find(root: Path, run: str) -> Path | None:
    """The folder of a run, wherever below `root` its workflow lies."""
    for count, (folder, names, _) in enumerate(os.walk(root)):
        candidate = Path(folder, ".flowrun", "runs", run)
        if candidate.is_dir():
            return candidate
        if count > _FOLDERS_SEARCHED:
            return None
        names[:] = [name for name in names if not name.startswith(".")]
    return None


def summary(folder: Path) -> Summary | None:
    """How a run went, from the first and the last thing that happened; None where nothing did."""
    try:
        with (folder / "events.jsonl").open("rb") as file:
            first = _stamped(file.readline())
            file.seek(max(0, file.seek(0, os.SEEK_END) - _LAST_LINE))
            last = next(filter(None, map(_stamped, reversed(file.read().splitlines()))), None)
    except OSError:
        return None
    if first is None or last is None or not isinstance(first.what, events.RunStarted):
        return None
    found = Summary(
        run=folder.name,
        outcome="running" if at_work.is_running(folder) else "failed",
        began=first.time,
        seconds=last.time - first.time,
        file=Path(first.what.workflow).name,
    )
    if isinstance(last.what, events.RunFinished):
        found.outcome, found.seconds = last.what.outcome, last.what.seconds
        facts = manifest(folder)
        found.metrics = facts.get("metrics", {})
        found.messages = dict(sum((Counter(node["messages"]) for node in facts.get("nodes", {}).values()), Counter()))
    return found


def manifest(folder: Path) -> dict[str, Any]:
    """What a run was made from and what came out; nothing where it was killed before it could say."""
    try:
        found: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def told(folder: Path) -> Iterator[events.AnyEvent]:
    """What happened in a run, without how far it was in between."""
    for line in read_events(folder):
        if '"event":"progress"' not in line and '"event":"counts"' not in line:
            stamped = _stamped(line)
            if stamped is not None:
                yield stamped.what


def read_events(folder: Path) -> list[str]:
    """What happened in a run, a JSON line each; one that was killed gets the end that it lacks."""
    try:
        lines = (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    if lines and _stamped(lines[-1]) is None:
        lines.pop()
    if at_work.is_running(folder):
        return lines
    return lines + epitaph(lines, at_work.read(folder / "at_work"), "The run's process ended before the run did.")


def epitaph(
    lines: Sequence[str], node: str, reason: str, hint: str = "", outcome: events.Outcome = "failed"
) -> list[str]:
    """The end of a run whose process died, as further lines: an error on `node`, the rest skipped.

    Where that node is not known, the one that was heard last is taken for the one that died.
    """
    last = _stamped(lines[-1]) if lines else None
    if last is not None and isinstance(last.what, events.RunFinished):
        return []
    heard = [stamped for stamped in map(_stamped, lines) if stamped is not None]
    if not heard:
        return []
    states = _open_nodes(heard)
    working = [node for node, state in states.items() if state == "running"] or list(states)
    news: list[events.AnyEvent] = []
    if working and outcome == "failed":
        culprit = node if node in working else working[-1]
        news.append(events.Message(node=culprit, level="error", text=reason, hint=hint))
        news.append(events.NodeState(node=culprit, state="failed", reason=reason))
        states.pop(culprit)
    news += [events.NodeState(node=node, state="skipped", reason="The run was stopped.") for node in states]
    now = max(heard[-1].time, min(time.time(), heard[-1].time + 60))
    news.append(events.RunFinished(outcome=outcome, seconds=now - heard[0].time))
    return [
        events.Stamped(sequence=heard[-1].sequence + index, time=now, what=event).model_dump_json()
        for index, event in enumerate(news, start=1)
    ]


def cause_of_death(code: int) -> tuple[str, str]:
    """What a process's exit code says, and a way out."""
    if code >= 0:
        return f"The run's process ended by itself (exit code {code}).", "Its folder holds output.txt with details."
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
        "A library broke; the run's folder holds output.txt with details.",
    )


def _open_nodes(heard: list[events.Stamped]) -> dict[str, events.State]:
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


def _stamped(line: str | bytes) -> events.Stamped | None:
    """An event, or None for a line that was cut off."""
    try:
        return events.Stamped.model_validate_json(line)
    except ValidationError:
        return None
