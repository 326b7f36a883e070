"""Small runs in the process that asks: one tool over some tables, or the first records that a node sends.

Nothing of them is kept, and nobody hears of them: tests drive single tools by them, the server shows what a setting
does while it is edited.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar

import pyarrow as pa

from engine.batches import MAX_ROWS
from engine.check import Checked
from engine.context import Resources
from engine.errors import Cancelled, ToolError
from engine.graph import Wire, build, up_to, wires_into
from engine.scheduler import Scheduler
from engine.tool import Config, Home, Schemas, Sink, Source, Tool
from engine.workflow import Document, Workflow

_MEMORY = 256 << 20  # bytes
_END = " end"  # no node is called like this
_room = threading.Semaphore(4)  # runs at once, with those for which nobody waits any longer

T = TypeVar("T")


class FromTable(Source[Config]):
    """Sends a table, in batches of a given number of rows."""

    def __init__(self, data: pa.Table, batch_rows: int) -> None:
        super().__init__(Config(), Home())
        self.data = data
        self.batch_rows = batch_rows

    def schema(self, inputs: Schemas) -> Mapping[str, pa.Schema | None]:
        return {"out": self.data.schema}

    def read(self) -> Iterator[pa.RecordBatch]:
        yield from self.data.to_batches(max_chunksize=self.batch_rows)


class Collect(Sink[Config]):
    """Keeps what comes, as a table: all of it, or the first `limit` records."""

    def __init__(self, limit: int | None = None) -> None:
        super().__init__(Config(), Home())
        self.limit = limit
        self.batches: list[pa.RecordBatch] = []
        self.count = 0

    def write(self, batch: pa.RecordBatch) -> None:
        taken = batch if self.limit is None else batch.slice(0, self.limit - self.count)
        self.count += taken.num_rows
        self.batches.append(taken)

    def satisfied(self) -> bool:
        return self.limit is not None and self.count >= self.limit

    def commit(self) -> None:
        pass

    @property
    def table(self) -> pa.Table:
        """What came, once the run is over."""
        return pa.Table.from_batches(self.batches, schema=self.context.inputs["in"])


def drive(
    tool: Tool[Any], entering: Mapping[str, pa.Table], resources: Resources, batch_rows: int = MAX_ROWS
) -> dict[str, pa.Table]:
    """What leaves a tool by each output anchor, from a table an input port: as in a run, by the real scheduler.

    Raises:
        ToolError: whatever the tool refuses.
        Cancelled: `resources` say so.
    """
    tools: dict[str, Tool[Any]] = {f"from {port}": FromTable(data, batch_rows) for port, data in entering.items()}
    sinks = {anchor.name: Collect() for anchor in tool.outputs}
    tools |= {"tool": tool} | {f"to {anchor}": sink for anchor, sink in sinks.items()}
    wires = [Wire(index, f"from {port}", "out", "tool", port) for index, port in enumerate(entering)]
    wires += [Wire(len(wires) + index, "tool", anchor, f"to {anchor}", "in") for index, anchor in enumerate(sinks)]
    inputs: dict[str, dict[str, pa.Schema | None]] = {name: {} for name in tools}
    inputs["tool"] = {port: data.schema for port, data in entering.items()}
    _run(Checked(Workflow(Document()), graph=build(tools, wires), tools=tools, inputs=inputs), resources)
    return {anchor: sink.table for anchor, sink in sinks.items()}


def try_out(tool: Tool[Any], entering: Mapping[str, pa.Table], seconds: float) -> dict[str, pa.Table]:
    """`drive` for somebody who waits.

    Raises:
        ToolError: whatever the tool refuses, or it took longer.
    """
    return _within(seconds, lambda resources: drive(tool, entering, resources))


def is_quick(tool: Tool[Any]) -> bool:
    """Whether the first records can be had without all of them, from files alone, without a network in memory."""
    if isinstance(tool, Source):
        return tool.reads() is not None
    return tool.stateless and not tool.heavy


def first_records(checked: Checked, node: str, anchor: str, count: int, seconds: float) -> pa.Table | None:
    """The first records that a node would send, from the tools that feed it. None: it cannot be told quickly.

    Raises:
        ToolError: a tool refuses, or it took longer.
    """
    part = up_to(checked.graph, node)
    tools = {name: tool for name in part if (tool := checked.tools.get(name)) is not None and is_quick(tool)}
    if len(tools) < len(part) or checked.cut & set(part):
        return None
    wires = [wire for name in part for wire in wires_into(part, name)]
    end = Collect(count)
    small = Checked(
        Workflow(Document()),
        graph=build([*part, _END], [*wires, Wire(len(wires), node, anchor, _END, "in")]),
        tools={**tools, _END: end},
        inputs={**{name: checked.inputs[name] for name in part}, _END: {}},
    )
    _within(seconds, lambda resources: _run(small, resources))
    return end.table


def _run(checked: Checked, resources: Resources) -> None:
    scheduler = Scheduler(checked, resources)
    with contextlib.suppress(Cancelled):  # the reason stands in the stations
        scheduler.run()
    for station in scheduler.stations.values():
        if station.error is not None:
            raise station.error
    if resources.cancelled.is_set():
        raise Cancelled("The run was cancelled.")


def _within(seconds: float, work: Callable[[Resources], T]) -> T:
    """What `work` gives to somebody who waits no longer.

    It is done in a thread of its own: what reads a file in one piece, such as a spreadsheet, does not hear that it
    shall stop. It then ends when it can, and nobody waits for it.

    Raises:
        ToolError: whatever the tools refuse, or it took longer.
    """
    too_long = ToolError(f"It takes longer than {seconds:g} seconds.", hint="Run the workflow to see it.")
    end = time.monotonic() + seconds
    if not _room.acquire(timeout=seconds):
        raise too_long
    resources = Resources(memory=_MEMORY, threads=1)
    done: Future[T] = Future()

    def whole() -> None:
        try:
            with contextlib.closing(resources):
                found = work(resources)
            done.set_result(found)
        except BaseException as error:
            done.set_exception(error)
        finally:
            _room.release()

    threading.Thread(target=whole, name="flowrun-small-run", daemon=True).start()
    try:
        return done.result(max(0.0, end - time.monotonic()))
    except TimeoutError:
        raise too_long from None
    finally:
        resources.cancelled.set()
