"""Moves records through the graph.

A stack of suspended generators, the newest pulled first: a batch flows as deep as it goes before its maker is asked
for the next one. So there are no queues, no locks and no deadlocks, the order is the same every time, and what is in
flight is one batch a level. Parallel work happens inside tools (`Context.map`, DuckDB, TensorFlow) and in the thread
that reads a source ahead.

The decisions are the methods `_may_take`, `_next_step` and `_is_needed`; the loop in `run` only follows them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator

import networkx as nx
import pyarrow as pa

from engine import events
from engine.batches import parts
from engine.cache.replay import Replay
from engine.check import Checked
from engine.context import Context, Resources
from engine.errors import Cancelled, FlowrunError, ToolCrash
from engine.graph import Wire, order, source_order, wires_from, wires_into
from engine.lines import Line, find_lines
from engine.read_ahead import read_ahead
from engine.spool import Spool
from engine.station import Activity, Port, Station, Watcher, problem_of
from engine.tool import Emission
from engine.types import is_open

_COUNTS_INTERVAL = 0.1  # seconds


class Scheduler:
    """Runs a checked workflow once.

    Args:
        checked: a workflow without errors.
        resources: what the tools share; closed by the caller.
        watchers: those who look on.

    Attributes:
        stations: the nodes that run, by name, in an order in which each comes after all that feed it.
        lines: those that may be asked as one query, by the wire that enters the first node.
    """

    def __init__(
        self,
        checked: Checked,
        resources: Resources,
        watchers: Iterable[Watcher] = (),
    ) -> None:
        self.resources = resources
        self._watchers = list(watchers)
        self.stop_on_error = checked.workflow.document.runtime.stop_on_error
        self._graph = checked.graph.subgraph(set(checked.graph) - checked.cut).copy()
        self.stations = {name: self._station(checked, name) for name in order(self._graph)}
        self.lines = find_lines(self._graph, self.stations, self._watchers)
        self._dead: set[Wire] = set()
        self._stack: list[Activity] = []

    def _station(self, checked: Checked, name: str) -> Station:
        ports = {}
        for wire in wires_into(self._graph, name):
            schema = checked.inputs[name].get(wire.port)
            ports[wire.port] = Port(wire, None if schema is None or is_open(schema) else schema.remove_metadata())
        return Station(name, checked.tools[name], ports, wires_from(self._graph, name))

    # The loop

    def run(self) -> None:
        """Run to the end. A node that fails takes with it what depends on it; what does not goes on.

        Raises:
            Cancelled: the run was asked to stop; everything is closed.
        """
        try:
            self._open_all()
            for name in source_order(self._graph, {n: s.tool for n, s in self.stations.items()}):
                self._step(self.stations[name])
                self._drain()
        finally:
            while self._stack:
                self._pop()
            for station in self.stations.values():
                if not station.over:
                    self._close(station, "skipped", reason="The run was stopped.")

    def _drain(self) -> None:
        while self._stack:
            if self.resources.cancelled.is_set():
                raise Cancelled("The run was cancelled.")
            activity = self._stack[-1]
            if activity.station.over:
                self._pop()
                continue
            emission = self._pull(activity)
            if emission is not None:
                self._emit(activity.station, *emission)
            elif not activity.station.over:
                self._pop()
                self._after(activity.station)

    def _push(self, station: Station, emissions: Generator[Emission]) -> None:
        station.pending += 1
        self._stack.append(Activity(station, emissions))

    def _pop(self) -> None:
        activity = self._stack.pop()
        activity.station.pending -= 1
        activity.emissions.close()

    def _pull(self, activity: Activity) -> Emission | None:
        """The next emission; None where the generator has ended or the tool has failed."""
        station = activity.station
        if station.state == "waiting":
            self._set_state(station, "running")
        self._tell_at_work(station)
        began = time.perf_counter()
        try:
            return next(activity.emissions, None)
        except Exception as error:
            self._fail(station, error)
            return None
        finally:
            station.seconds += time.perf_counter() - began

    def _after(self, station: Station) -> None:
        """A generator of a station has ended: see what comes next."""
        if station.completing:
            self._complete(station)
        elif station.tool.satisfied():
            for port in station.ports.values():
                port.ended = True
                port.let_go()
                self._cut(port.wire)
            self._step(station)
        else:
            self._step(station)

    # Decisions

    def _may_take(self, station: Station, port: Port) -> bool:
        """Whether a station may have batches of a port now.

        1. It is open: the schemas of all its inputs are known.
        2. The anchor is one of those it wants first, or all of those have finished.
        """
        first = station.tool.first
        if station.context is None or station.over:
            return False
        return port.wire.target_anchor in first or all(
            other.finished for other in station.ports.values() if other.wire.target_anchor in first
        )

    def _next_step(self, station: Station) -> Generator[Emission] | None:
        """What a station does next, apart from taking batches as they come; None where it has to wait.

        1. Take what was set aside for a port that it may have now.
        2. Finish a port to which nothing more comes.
        3. Complete, when all ports have finished.
        """
        for name, port in station.ports.items():
            if self._may_take(station, port):
                if port.held is not None:
                    held, port.held = port.held, None
                    return self._replay(station, name, held)
                if port.ended and not port.finished:
                    port.finished = True
                    return _generator(station.tool.finish(name))
        if station.context is None or station.completing or not all(p.finished for p in station.ports.values()):
            return None
        station.completing = True
        work = station.tool.complete()
        return _generator(work) if station.ports else read_ahead(work)

    def _is_needed(self, station: Station) -> bool:
        """Whether anybody still waits for a station: a tool without wires to others works for itself."""
        return not station.outgoing or any(wire not in self._dead for wire in station.outgoing)

    # Acts

    def _open_all(self) -> None:
        """Open what can be opened before the run, and do not begin where one fails.

        So a folder that is missing or weights that are not there are found before the first hour of training.
        """
        for station in self.stations.values():
            self._open(station)
        if any(station.state == "failed" for station in self.stations.values()):
            raise Cancelled("A tool cannot begin.")

    def _open(self, station: Station) -> None:
        """Open a station if the schemas of all its inputs are known."""
        if station.over or station.context is not None:
            return
        schemas = {name: port.schema for name, port in station.ports.items()}
        if any(schema is None for schema in schemas.values()):
            return
        self._tell_at_work(station)
        try:
            station.declared = dict(station.tool.schema(schemas))
            context = Context(station.name, self.resources, schemas, station.declared)
            context.take_note = station.tool.take_note
            station.tool.open(context)
            for found in station.tool.warnings(schemas):
                context.warning(found.message, hint=found.hint)
            station.context = context
        except Exception as error:
            self._fail(station, error)
            return
        for wire in station.outgoing:
            schema = station.declared.get(wire.anchor)
            if schema is not None and not is_open(schema):
                self._learn(wire, schema)

    def _learn(self, wire: Wire, schema: pa.Schema) -> None:
        target = self.stations[wire.target]
        if target.ports[wire.port].schema is None:
            target.ports[wire.port].schema = schema
            self._open(target)

    def _step(self, station: Station) -> None:
        work = None if station.over or station.pending else self._next_step(station)
        if work is not None:
            self._push(station, work)

    def _emit(self, station: Station, anchor: str, batch: pa.RecordBatch | None) -> None:
        if batch is None:
            self._end(wire for wire in station.outgoing if wire.anchor == anchor)
            return
        try:
            self._check_schema(station, anchor, batch)
        except FlowrunError as error:
            self._fail(station, error)
            return
        is_hidden = any(line.hides(station) for line in self.lines.values())
        station.count(anchor, batch, is_partly=is_hidden)
        self._tell_counts(station, anchor)
        for watcher in () if is_hidden else self._watchers:
            watcher.sent(station, anchor, batch)
        wires = [wire for wire in station.outgoing if wire.anchor == anchor and wire not in self._dead]
        wires = [wire for wire in wires if not self._in_line(wire, lambda line: line.take(batch))]
        # The stack turns order round: what is pushed last runs first.
        for part in reversed(parts(batch) if wires else []):
            for wire in reversed(wires):
                self._deliver(wire, part)

    def _in_line(self, wire: Wire, act: Callable[[Line], bool]) -> bool:
        """What becomes of a batch, or of the end, that goes to the query of a line, if any; see `engine.lines`."""
        line = self.lines.get(wire)
        if line is None or line.last.over:
            return False
        self._tell_at_work(line.last)
        began = time.perf_counter()
        try:
            return act(line)
        except Exception as error:
            self._fail(line.last, error)
            return True
        finally:
            line.last.seconds += time.perf_counter() - began

    def _check_schema(self, station: Station, anchor: str, batch: pa.RecordBatch) -> None:
        expected = station.emitted.get(anchor)
        if expected is None:
            declared = station.declared.get(anchor)
            expected = batch.schema if declared is None or is_open(declared) else declared
            station.emitted[anchor] = expected
            for wire in station.outgoing:
                if wire.anchor == anchor:
                    self._learn(wire, expected)
        if not batch.schema.equals(expected, check_metadata=True):
            raise ToolCrash(f"It sent records with the fields\n{batch.schema}\nby {anchor}, but declared\n{expected}")

    def _deliver(self, wire: Wire, batch: pa.RecordBatch) -> None:
        target = self.stations[wire.target]
        port = target.ports[wire.port]
        if target.over:
            return
        if self._may_take(target, port) and port.held is None:
            self._push(target, target.processed(wire.port, batch))
            return
        if port.held is None:
            port.held = Spool(batch.schema, self.resources.budget, self.resources.folder)
        port.held.append(batch)

    def _replay(self, station: Station, port: str, held: Spool) -> Generator[Emission]:
        try:
            for batch in held:
                yield from station.processed(port, batch)
        finally:
            held.close()

    def _complete(self, station: Station) -> None:
        for wire in station.outgoing:
            declared = station.declared.get(wire.anchor)
            if wire.anchor not in station.emitted and (declared is None or is_open(declared)):
                self._fail(station, ToolCrash(f"It sent nothing by {wire.anchor}, so its fields are not known."))
                return
        station.whole = True
        self._close(station, "reused" if isinstance(station.tool, Replay) else "done")
        self._end(station.outgoing)

    def _end(self, wires: Iterable[Wire]) -> None:
        """Nothing more comes by these wires."""
        for wire in reversed(list(wires)):
            target = self.stations[wire.target]
            self._in_line(wire, Line.end)
            target.ports[wire.port].ended = True
            self._step(target)

    def _fail(self, station: Station, error: BaseException) -> None:
        """Mark a station as failed, and what depends on it as skipped; stop all where the workflow wants that.

        What goes wrong once the run is to stop goes wrong for that, as what a tool reads from may be closed below it.
        """
        if isinstance(error, Cancelled):
            raise error
        if self.resources.cancelled.is_set():
            raise Cancelled("The run was cancelled.") from error
        station.error = error
        self._close(station, "failed", reason=self._tell_failure(station, error))
        if self.stop_on_error:
            raise Cancelled(f"{station.name} failed.")
        depending = nx.descendants(self._graph, station.name)
        for name, other in self.stations.items():
            if name in depending and not other.over:
                self._close(other, "skipped", reason=f"{station.name} failed.")

    def _cut(self, wire: Wire) -> None:
        """Nothing more is wanted from a wire. Its source ends too when nobody else waits for it."""
        self._dead.add(wire)
        source = self.stations[wire.source]
        if not source.over and not self._is_needed(source):
            began = source.state == "running"
            self._close(source, "done" if began else "skipped", reason="Nobody needs it.")

    def _close(self, station: Station, state: events.State, reason: str = "") -> None:
        """End a station and let go of what it holds."""
        for activity in self._stack:
            if activity.station is station:
                activity.emissions.close()
        for port in station.ports.values():
            port.let_go()
        station.state = state
        try:
            station.tool.close(failed=not station.whole)
        except Exception as error:
            # One that has failed already, or is not needed, has nothing to lose; its first error is the one to tell.
            station.error = station.error or error
            if station.whole:
                station.state, station.whole = "failed", False
                reason = self._tell_failure(station, error)
        if station.context is not None:
            station.context.tell_hidden()
        for watcher in self._watchers:
            watcher.ended(station)
        for anchor in station.records:
            self._tell_counts(station, anchor, at_once=True)
        self._set_state(station, station.state, reason)
        for port in station.ports.values():
            if port.wire not in self._dead:
                self._cut(port.wire)

    # News

    def _tell_at_work(self, station: Station) -> None:
        for watcher in self._watchers:
            watcher.at_work(station.name)

    def _tell_failure(self, station: Station, error: BaseException) -> str:
        station.problem = problem_of(station, error)
        message, hint = station.problem.message, station.problem.hint
        self.resources.events.emit(events.Message(node=station.name, level="error", text=message, hint=hint))
        return message

    def _set_state(self, station: Station, state: events.State, reason: str = "") -> None:
        station.state = state
        self.resources.events.emit(
            events.NodeState(node=station.name, state=state, seconds=station.seconds, reason=reason)
        )

    def _tell_counts(self, station: Station, anchor: str, at_once: bool = False) -> None:
        now = time.monotonic()
        if at_once or now - station.last_counts >= _COUNTS_INTERVAL:
            station.last_counts = now
            self.resources.events.emit(
                events.Counts(
                    node=station.name, anchor=anchor, records=station.records[anchor], bytes=station.bytes[anchor]
                )
            )


def _generator(emissions: Iterator[Emission]) -> Generator[Emission]:
    yield from emissions
