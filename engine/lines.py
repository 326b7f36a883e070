"""Lines of nodes that are asked as one query; see `engine.relation`.

Each line works batch by batch at first: that fills the previews, and most inputs end there. When many records have
come, its nodes are asked to say what they do as SQL, and if all can, whatever enters the first goes to the query of the
last, beginning with what had come before. Nothing is told of single records in between from then on; the numbers of
records follow from what the query counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import networkx as nx
import pyarrow as pa

from engine.graph import Wire, wires_from, wires_into
from engine.relation import LineFeed, Relation, Tally
from engine.station import Station, Watcher
from engine.tool import Source, Tool

MANY = 1 << 16
"""Records, from which on a line is asked as one query."""
_LARGE = 32 << 20  # bytes of them that are kept until then


@dataclass
class _Step:
    """A node before the last: the anchor by which the line goes on, and what the records are before and after it."""

    station: Station
    anchor: str
    before: Relation
    after: Relation


class Line:
    """A line while it runs.

    Args:
        wires: those that enter each of its nodes, from the first to the last.
        stations: of the run.
        watchers: those who look on.
    """

    def __init__(self, wires: Sequence[Wire], stations: Mapping[str, Station], watchers: Sequence[Watcher]) -> None:
        self.wires = wires
        self.last = stations[wires[-1].target]
        self._source = stations[wires[0].source]
        self._stations = stations
        self._watchers = watchers
        self._records = self._bytes = 0
        self._held: list[pa.RecordBatch] = []
        self._steps: list[_Step] = []
        self._feed: LineFeed | None = None
        self._given_up = False

    @property
    def begun(self) -> bool:
        """Whether it is asked as one query."""
        return self._feed is not None

    def hides(self, station: Station) -> bool:
        """Whether what leaves a node is not for others to look at any more: a source makes only the fields needed."""
        return self.begun and station is self._source and self._is_all_of_source

    def take(self, batch: pa.RecordBatch) -> bool:
        """Whether the batch that enters the first node went to the query; else it is worked on as usual.

        Raises:
            ToolError: the query has failed.
        """
        if self._given_up:
            return False
        is_large = self._records >= MANY or self._bytes >= _LARGE  # before: so much the last tool has looked at
        self._records += batch.num_rows
        if self._feed is None:
            self._bytes += batch.nbytes
            self._held.append(batch)
            if not is_large:
                return False
            self._feed = self._begin(batch.schema)
            self._given_up = self._feed is None
        held, self._held = (self._held or [batch]), []
        if self._feed is None:
            return False
        for waiting in held:
            self._feed.write(waiting.select(self._feed.reads))
        return True

    def end(self) -> bool:
        """Nothing more enters: find out how many records have passed each node, before those end.

        Whether it was asked as one query.

        Raises:
            ToolError: the query has failed.
        """
        self._held = []
        if self._feed is None or self.last.context is None:
            return False
        tally = self._feed.end(self.last.context.spool)
        entering = self._records
        for step in self._steps:
            leaving = _leaving(step, entering, tally)
            _set_count(step.station, step.anchor, leaving)
            if step.after.rest:
                _set_count(step.station, step.after.rest, entering - leaving)
            step.station.tool.counted(tally)
            entering = leaving
        return True

    # How it begins

    def _begin(self, schema: pa.Schema) -> LineFeed | None:
        if not self._may_begin():
            return None
        relation = Relation.of(schema)
        for entering, leaving in pairwise(self.wires):
            before, station = relation, self._stations[entering.target]
            relation = before and station.tool.relation(before, leaving.anchor)
            if before is None or relation is None:
                return None
            self._steps.append(_Step(station, leaving.anchor, before, relation))
        feed = self.last.tool.ask(relation, schema) if relation else None
        if feed is not None:
            self._leave_out()
            if self._is_all_of_source and self._source.context is not None:
                self._source.context.wanted = frozenset(feed.reads)
        return feed

    def _may_begin(self) -> bool:
        """Whether all nodes take records as they come, and nobody must have all that pass between them."""
        ports = [self._stations[wire.target].ports[wire.port] for wire in self.wires]
        return all(port.held is None for port in ports) and not any(
            watcher.needs_all(wire.source)
            for watcher in self._watchers
            for wire in self.wires[0 if self._is_all_of_source else 1 :]
        )

    @property
    def _is_all_of_source(self) -> bool:
        """Whether the line takes everything that a source gives."""
        return isinstance(self._source.tool, Source) and len(self._source.outgoing) == 1

    def _leave_out(self) -> None:
        between = [(step.station.name, name) for step in self._steps for name in (step.anchor, step.after.rest) if name]
        source = [(self._source.name, self.wires[0].anchor)] if self._is_all_of_source else []
        for watcher in self._watchers:
            for node, anchor in [*source, *between]:
                watcher.left_out(node, anchor)


def find_lines(
    graph: nx.MultiDiGraph, stations: Mapping[str, Station], watchers: Sequence[Watcher]
) -> dict[Wire, Line]:
    """The lines of a workflow, by the wire that enters the first node of each."""
    found = {}
    for station in stations.values():
        if _says(station.tool, "ask"):
            wires = list(_upwards(graph, stations, station.name))[::-1]
            found[wires[0]] = Line(wires, stations, watchers)
    return found


def _upwards(graph: nx.MultiDiGraph, stations: Mapping[str, Station], node: str) -> Iterator[Wire]:
    """The wires of a line that ends in a node, the last first: as far up as its nodes can be said as one query."""
    splits: list[Tool[Any]] = []
    while True:
        (wire,) = (wire for wire in wires_into(graph, node) if wire.target_anchor not in stations[node].tool.first)
        yield wire
        node, tool = wire.source, stations[wire.source].tool
        if len(wires_from(graph, node)) > 1 or not _says(tool, "relation"):
            return
        if len(tool.outputs) > 1:
            # A filter, and below it a join or another filter, or the numbers of records would not follow from what is
            # counted.
            if len(splits) == 2 or (tool.first and splits):
                return
            splits.append(tool)


def _says(tool: Tool[Any], what: str) -> bool:
    """Whether a tool has an answer of its own."""
    return getattr(type(tool), what) is not getattr(Tool, what)


def _leaving(step: _Step, entering: int, tally: Tally) -> int:
    """How many records leave by the line."""
    if step.after.joined and not step.before.joined:
        return tally.paired
    if step.after.filtered and not step.before.filtered:
        return tally.passed
    return entering


def _set_count(station: Station, anchor: str, records: int) -> None:
    """What has left by an anchor; how many bytes, reckoned from those that were seen."""
    seen = station.records.get(anchor, 0)
    if not seen and not records:
        return
    station.bytes[anchor] = station.bytes.get(anchor, 0) * records // seen if seen else 0
    station.records[anchor] = records
    if not seen and station.context is not None:
        station.context.info(
            f"{records:,} records left by {anchor}, all of them after the first {MANY:,} had been looked at: "
            "they were only counted. To see them, connect a Browse."
        )
