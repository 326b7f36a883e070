"""Tools in the places of those that work elsewhere: they do again, here and in order, what was written down there."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import pyarrow as pa

from engine.cluster.blocks import Blocks
from engine.cluster.line import Line, Wanted
from engine.cluster.recording import Delivery, Done, Failed, Item, Said, Sent, numbered, packed
from engine.cluster.runner import run_line
from engine.context import Context, Elsewhere
from engine.errors import FlowrunError, ToolWarning
from engine.station import Station, Watcher
from engine.tool import Config, Emission, Schemas, Tool


class StandIn(Tool[Config]):
    """In the place of a node of a line.

    Args:
        tool: the node's own; it checks, warns and sums up here, and works there.
        sides: the schemas of those of its inputs that are wired to the head of the line.

    Attributes:
        seconds: that the node worked, on whatever machine.
        away: bytes of the batch sent last that stayed where it was made.
    """

    def __init__(self, node: str, tool: Tool[Any], sides: Mapping[str, pa.Schema]) -> None:
        super().__init__(tool.config, tool.home)
        self.outputs = tool.outputs
        self.node = node
        self.seconds = 0.0
        self.away = 0
        self.deliveries: deque[Delivery] = deque()
        self.rest: list[Item] = []
        self._tool = tool
        self._sides = dict(sides)
        self._has_sent = self._over = False
        self._come = 0

    def schema(self, inputs: Schemas) -> Mapping[str, pa.Schema | None]:
        return self._tool.schema(self._own(inputs))

    def warnings(self, inputs: Schemas) -> Iterable[ToolWarning]:
        return self._tool.warnings(self._own(inputs))

    def _own(self, inputs: Schemas) -> dict[str, pa.Schema]:
        return {**inputs, **self._sides}

    def open(self, context: Context) -> None:
        super().open(context)
        seen = copy.copy(context)  # the same run and the same counts, with the inputs as the tool knows them
        seen.inputs = self._own(context.inputs)
        self._tool.open(seen)

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._come += batch.num_rows
        if self._come >= self.deliveries[0].records:  # the scheduler may have cut what came in one piece there
            before = self.context.before + batch.num_rows - self._come
            self._come = 0
            yield from self._again(self.deliveries.popleft().items, before)

    def finish(self, anchor: str) -> Iterator[Emission]:
        if not self._has_sent:  # no record ever came; those that follow may still learn the fields
            yield from self._again(self.rest, 0)

    def complete(self) -> Iterator[Emission]:
        yield from self._tool.complete()

    def take_note(self, note: Any) -> None:
        self._tool.take_note(note)

    def close(self, failed: bool) -> None:
        self._tool.close(failed)
        self._over = True
        self.deliveries.clear()

    def expect(self, done: Done) -> None:
        """Take over what the node did with a block, before its batches come."""
        self.seconds += done.seconds[self.node]
        self.rest = self.rest or done.rest.get(self.node, [])
        if not self._over:
            self.deliveries += done.deliveries[self.node]

    def _again(self, items: list[Item], before: int) -> Iterator[Emission]:
        for item in items:
            if isinstance(item, Said):
                options = {name: numbered(value, before) for name, value in item.options.items()}
                getattr(self.context, item.method)(*numbered(item.arguments, before), **options)
            elif isinstance(item, Sent):
                self._has_sent = True
                self.away = item.bytes - item.batch.nbytes
                yield item.anchor, item.batch
            elif isinstance(item, Failed):
                raise _renumbered(item.error, before)


class Head(StandIn):
    """In the place of the first node of a line: sends blocks to the workers, and hands round what comes back.

    Args:
        line: what works there.
        others: the stand-ins of its other nodes.
        elsewhere: calls functions on the workers.
        wanted: what is to come back, asked for each block.
        blocks: cuts the stream.
    """

    def __init__(
        self,
        line: Line,
        tool: Tool[Any],
        others: Iterable[StandIn],
        elsewhere: Callable[[Any], Elsewhere[Any, Done]],
        wanted: Callable[[], Wanted],
        blocks: Blocks | None = None,
    ) -> None:
        super().__init__(line.head, tool, {})
        self._line, self._elsewhere, self._wanted = line, elsewhere, wanted
        self._members = [self, *others]
        self._side_ports: dict[str, tuple[str, str]] = {port: (line.head, port) for port in tool.first}
        self._port = line.members[line.head].port
        self._blocks = blocks or Blocks()
        self._before = 0
        self._has_begun = False
        self.first = tool.first

    def add_side(self, port: str, node: str, its_port: str) -> None:
        """Take by `port` what another node of the line must have first."""
        self._side_ports[port] = (node, its_port)
        self.first = (*self.first, port)

    def _own(self, inputs: Schemas) -> dict[str, pa.Schema]:
        mine = {port for port, (node, _) in self._side_ports.items() if node == self.node} | {self._port}
        return {port: schema for port, schema in inputs.items() if port in mine}

    def open(self, context: Context) -> None:
        super().open(context)
        self._calls = self._elsewhere(partial(run_line, self._line))

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        if anchor in self._side_ports:
            node, port = self._side_ports[anchor]
            self._line.sides.setdefault(node, {}).setdefault(port, []).append(batch)
            return
        for block in self._blocks.add(batch):
            yield from self._send(block)

    def finish(self, anchor: str) -> Iterator[Emission]:
        if anchor in self._side_ports:
            self._complete_side(anchor)
            return
        for block in self._blocks.rest():
            yield from self._send(block)
        if not self._has_begun:  # not one record: a worker still knows which fields would leave
            yield from self._send([pa.RecordBatch.from_pylist([], self.context.inputs[anchor])])
        for done in self._calls.rest():
            yield from self._take(done)

    def close(self, failed: bool) -> None:
        super().close(failed)
        if hasattr(self, "_calls"):
            self._calls.close()

    def _complete_side(self, anchor: str) -> None:
        node, port = self._side_ports[anchor]
        empty = pa.RecordBatch.from_pylist([], self.context.inputs[anchor])
        self._line.sides.setdefault(node, {}).setdefault(port, [empty])

    def _send(self, block: list[pa.RecordBatch]) -> Iterator[Emission]:
        self._has_begun = True
        for done in self._calls.call((packed(block), self._wanted())):
            yield from self._take(done)

    def _take(self, done: Done) -> Iterator[Emission]:
        """Do again what the oldest block made the line do."""
        self._blocks.learn(sum(delivery.records for delivery in done.deliveries[self.node]), sum(done.seconds.values()))
        for member in self._members:
            member.expect(done)
        while self.deliveries:
            delivery = self.deliveries.popleft()
            yield from self._again(delivery.items, self._before)
            self._before += delivery.records


class Sizes(Watcher):
    """Puts sizes and times of nodes right whose batches, or whose work, stayed on a worker."""

    def sent(self, station: Station, anchor: str, batch: pa.RecordBatch) -> None:
        if isinstance(station.tool, StandIn):
            station.bytes[anchor] += station.tool.away

    def ended(self, station: Station) -> None:
        if isinstance(station.tool, StandIn):
            station.seconds = station.tool.seconds


def _renumbered(error: Exception, before: int) -> Exception:
    if isinstance(error, FlowrunError):
        error.message = numbered(error.message, before)
        error.args = (error.message,)
    return error
