"""Runs as they lie on disk: which there are, how they ended, what happened in them."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from engine import at_work, events
from engine.aftermath import EVENTS, epitaph, stamped_of

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
        with (folder / EVENTS).open("rb") as file:
            first = stamped_of(file.readline())
            file.seek(max(0, file.seek(0, os.SEEK_END) - _LAST_LINE))
            last = next(filter(None, map(stamped_of, reversed(file.read().splitlines()))), None)
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
            stamped = stamped_of(line)
            if stamped is not None:
                yield stamped.what


def read_events(folder: Path) -> list[str]:
    """What happened in a run, a JSON line each; one that was killed gets the end that it lacks."""
    try:
        lines = (folder / EVENTS).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    if lines and stamped_of(lines[-1]) is None:
        lines.pop()
    if at_work.is_running(folder):
        return lines
    return lines + epitaph(lines, at_work.read(folder / "at_work"), "The run's process ended before the run did.")
