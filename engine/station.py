"""A node while it runs: its tool, its ports, how far it is and what it counted."""

from __future__ import annotations

from collections.abc import Collection, Generator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from engine import events
from engine.context import Context
from engine.errors import FlowrunError, Problem, said_by_system
from engine.graph import Wire
from engine.spool import Spool
from engine.tool import Emission, Tool


@dataclass
class Port:
    """An input of a running node: its schema once known, what is set aside for it, how far it is, how many it took."""

    wire: Wire
    schema: pa.Schema | None
    held: Spool | None = None
    ended: bool = False
    finished: bool = False
    taken: int = 0

    def let_go(self) -> None:
        """Drop what was set aside."""
        if self.held is not None:
            self.held.close()
            self.held = None


class Watcher:
    """Looks on while a workflow runs; what one does not care about, it leaves out."""

    def wants(self, node: str, anchor: str) -> Collection[int] | None:
        """The places of the fields that it will look at of batches to come; None: of all of them.

        What nobody wants need not travel: on a cluster it is null where it stays with the workers.
        """
        return ()

    def needs_all(self, node: str) -> bool:
        """Whether it must see all records that leave a node, and not only the first."""
        return False

    def left_out(self, node: str, anchor: str) -> None:
        """It will see no more records of an anchor, though more leave: they stay within one query."""

    def at_work(self, node: str) -> None:
        """`node` is about to work."""

    def sent(self, station: Station, anchor: str, batch: pa.RecordBatch) -> None:
        """Records have left a node; called before anybody else gets them."""

    def ended(self, station: Station) -> None:
        """A node does nothing more; its state is final, and not yet told."""


@dataclass
class Station:
    """A node while it runs.

    Attributes:
        outgoing: the wires from it, in the order of the document.
        declared: what `schema()` said of each output anchor for the inputs that really came.
        emitted: the schema of each anchor that has sent something.
        pending: its generators on the stack; it takes no further step of its own before they have ended.
        completing: whether `complete` has begun.
        whole: whether it did all of its work.
        seconds: time spent in its own code.
        records, bytes: what has left, by anchor.
        problem, error: why it failed, for people and as it was raised.
    """

    name: str
    tool: Tool[Any]
    ports: dict[str, Port]
    outgoing: list[Wire]
    declared: dict[str, pa.Schema | None] = field(default_factory=dict)
    emitted: dict[str, pa.Schema] = field(default_factory=dict)
    context: Context | None = None
    state: events.State = "waiting"
    pending: int = 0
    completing: bool = False
    whole: bool = False
    seconds: float = 0.0
    records: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    problem: Problem | None = None
    error: BaseException | None = None
    last_counts: float = 0.0

    def count(self, anchor: str, batch: pa.RecordBatch, is_partly: bool) -> None:
        """Count what leaves; where not all fields are there, the bytes are reckoned from what has left before."""
        records, size = self.records.get(anchor, 0), self.bytes.get(anchor, 0)
        self.records[anchor] = records + batch.num_rows
        self.bytes[anchor] = size + (size * batch.num_rows // max(records, 1) if is_partly else batch.nbytes)

    def processed(self, port: str, batch: pa.RecordBatch) -> Generator[Emission]:
        """What the tool makes of a batch, told where in the stream it stands."""
        assert self.context is not None
        self.context.before = self.ports[port].taken
        yield from self.tool.process(port, batch)
        self.ports[port].taken += batch.num_rows
        self.context.before = 0

    @property
    def over(self) -> bool:
        """Whether it will do nothing more."""
        return self.state in ("done", "failed", "skipped", "reused")


@dataclass
class Activity:
    """A generator of a station's tool, suspended or about to begin."""

    station: Station
    emissions: Generator[Emission]


def problem_of(station: Station, error: BaseException) -> Problem:
    """What the user is told of an exception in a tool."""
    if isinstance(error, ExceptionGroup):
        first = error.exceptions[0]
        return problem_of(station, first)
    if isinstance(error, FlowrunError):
        return Problem(message=error.message, hint=error.hint, setting=error.setting, node=station.name)
    if isinstance(error, OSError) and error.strerror:
        return Problem(message=said_by_system(error), node=station.name)
    if isinstance(error, MemoryError):
        return Problem(message="There is not enough memory.", node=station.name)
    return Problem(
        message=f"The tool broke: {type(error).__name__}: {error}.",
        hint="This is a bug in flowrun; the run folder holds the details.",
        node=station.name,
    )
