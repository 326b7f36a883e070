"""What happens in a run, as typed values: one stream for the terminal, for JSON lines and for the browser.

Every event gets a sequence number; a reader that comes late, or comes back, asks for those after number n.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["info", "warning", "conversion_error", "error"]
State = Literal["waiting", "running", "done", "failed", "skipped", "reused"]
Outcome = Literal["done", "failed", "cancelled"]


class Event(BaseModel):
    """Something that happened; `event` names what."""

    model_config = ConfigDict(frozen=True, defer_build=True)  # a check needs none of them


class RunStarted(Event):
    """A run began; `nodes` in the order in which they are shown, each with its tool."""

    event: Literal["run_started"] = "run_started"
    run: str
    workflow: str
    nodes: dict[str, str]


class Planned(Event):
    """What is done with a node, and why: it runs because of what has changed, or is reused; see `engine.cache.plan`."""

    event: Literal["planned"] = "planned"
    node: str
    reused: bool
    reason: str


class NodeState(Event):
    """A node changed its state; `reason` says why it failed or was skipped, `seconds` counts its own work."""

    event: Literal["node_state"] = "node_state"
    node: str
    state: State
    seconds: float = 0.0
    reason: str = ""


class Counts(Event):
    """Records and bytes that have left a node by an anchor so far."""

    event: Literal["counts"] = "counts"
    node: str
    anchor: str
    records: int
    bytes: int


class Progress(Event):
    """How far a node has come: a fraction of 1, or None where nobody knows, and a few words."""

    event: Literal["progress"] = "progress"
    node: str
    fraction: float | None = None
    text: str = ""


class Epoch(Event):
    """One pass over the training data is over; `metrics` such as loss, accuracy, val_loss, val_accuracy."""

    event: Literal["epoch"] = "epoch"
    node: str
    epoch: int
    epochs: int
    metrics: dict[str, float]


class Message(Event):
    """What a tool says."""

    event: Literal["message"] = "message"
    node: str
    level: Level
    text: str
    hint: str = ""


class FileWritten(Event):
    """A file stands under its final name."""

    event: Literal["file_written"] = "file_written"
    node: str
    path: str
    records: int
    bytes: int


class RunFinished(Event):
    """The run is over."""

    event: Literal["run_finished"] = "run_finished"
    outcome: Outcome
    seconds: float


AnyEvent = Annotated[
    RunStarted | Planned | NodeState | Counts | Progress | Epoch | Message | FileWritten | RunFinished,
    Field(discriminator="event"),
]


class Stamped(BaseModel):
    """An event with its place in the stream: `sequence` counts from 1, `time` is Unix seconds."""

    model_config = ConfigDict(defer_build=True)  # as of the events

    sequence: int
    time: float
    what: AnyEvent


Listener = Callable[[Stamped], None]


class EventStream:
    """Numbers events from `told` on and hands them to its listeners, one at a time, whichever thread they come from."""

    def __init__(self, *listeners: Listener, told: int = 0) -> None:
        self._listeners = list(listeners)
        self._lock = threading.Lock()
        self._sequence = told

    def listen(self, listener: Listener) -> None:
        """Hand every later event to `listener` too."""
        with self._lock:
            self._listeners.append(listener)

    def emit(self, event: AnyEvent) -> None:
        """Number `event` and hand it round."""
        with self._lock:
            self._sequence += 1
            stamped = Stamped(sequence=self._sequence, time=time.time(), what=event)
            for listener in self._listeners:
                listener(stamped)
