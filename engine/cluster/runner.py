"""Runs a line on a worker, block by block, and writes down what its tools do; they stay open from block to block."""

from __future__ import annotations

import pickle
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from engine import __version__
from engine.batches import parts
from engine.cache.files import states
from engine.cluster.line import Line, Member, Wanted
from engine.cluster.recording import Delivery, Done, Failed, Item, Said, Sent, place, unpacked
from engine.context import CONVERSION_ERRORS_SHOWN, Context, Resources
from engine.errors import FlowrunError, ToolCrash, ToolError
from engine.tool import Emission, Tool


class FarContext(Context):
    """A context whose every word is told elsewhere, and said there."""

    tell: Callable[[Said], None] = lambda said: None  # opening tools say what they have said here already

    def record(self, index: int) -> str:
        return place(index)

    def note(self, note: Any) -> None:
        self.tell(Said("note", (note,)))

    def conversion_error(self, text: str = "", count: int = 1) -> None:
        self.messages["conversion_error"] += 1
        shown = text if self.messages["conversion_error"] <= CONVERSION_ERRORS_SHOWN else ""
        self.tell(Said("conversion_error", (shown, count)))

    def remark(self, level: str, text: str, count: int) -> None:
        self.tell(Said("remark", (level, text, count)))

    def info(self, text: str) -> None:
        self.tell(Said("info", (text,)))

    def warning(self, text: str, *, hint: str = "") -> None:
        self.tell(Said("warning", (text,), {"hint": hint}))

    def has_read(self, paths: Iterable[Any]) -> None:
        self.tell(Said("found", (states(paths),)))

    def progress(self, fraction: float | None, text: str = "") -> None:
        self.check()


class Runner:
    """The tools of a line, opened as their schemas become known.

    Args:
        line: with what stands in its `sides`.
    """

    def __init__(self, line: Line, resources: Resources) -> None:
        self._line, self._resources = line, resources
        self._tools: dict[str, Tool[Any]] = {}
        self._contexts: dict[str, FarContext] = {}

    def run(self, batches: list[pa.RecordBatch], wanted: Wanted) -> Done:
        """Take a block through the line. `wanted` names what is looked at of the anchors that do not leave it whole."""
        self._wanted, self._failed = wanted, set[str]()
        names = list(self._line.members)
        self._done = Done({name: [] for name in names}, {}, dict.fromkeys(names, 0.0))
        for context in self._contexts.values():
            context.messages.clear()
        for batch in batches:
            self._take(self._line.head, batch)
        for member in self._line.members.values():
            self._finish(member)
        return self._done

    def close(self) -> None:
        """Close the tools."""
        for tool in self._tools.values():
            tool.close(failed=True)

    def _take(self, node: str, batch: pa.RecordBatch) -> None:
        delivery = Delivery(batch.num_rows)
        self._done.deliveries[node].append(delivery)
        member = self._line.members[node]
        self._record(member, delivery.items, lambda: self._opened(member, batch.schema).process(member.port, batch))

    def _finish(self, member: Member) -> None:
        """Have a node give what it still holds; that counts as done with its last batch."""
        if member.name in self._tools:
            deliveries = self._done.deliveries[member.name]
            items = deliveries[-1].items if deliveries else self._done.rest.setdefault(member.name, [])
            self._record(member, items, lambda: self._tools[member.name].finish(member.port))

    def _record(self, member: Member, items: list[Item], work: Callable[[], Iterator[Emission]]) -> None:
        """Do some work of a node and write down what comes of it; batches go on to those that follow at once."""
        if member.name in self._failed:
            return
        try:
            for anchor, batch in self._timed(member.name, items, work):
                for part in parts(batch) if batch is not None else ():
                    items.append(self._sent(member.name, anchor, part))
                    for target in (name for wire, name in member.wires if wire == anchor):
                        self._take(target, part)
        except Exception as error:
            self._failed.add(member.name)
            items.append(Failed(portable(error)))

    def _timed(self, node: str, items: list[Item], work: Callable[[], Iterator[Emission]]) -> Iterator[Emission]:
        emissions = None
        while True:
            began = time.perf_counter()
            try:
                if emissions is None:
                    emissions = iter(work())
                if node in self._contexts:
                    self._contexts[node].tell = items.append
                emission = next(emissions, None)
            finally:
                self._done.seconds[node] += time.perf_counter() - began
            if emission is None:
                return
            yield emission

    def _sent(self, node: str, anchor: str, batch: pa.RecordBatch) -> Sent:
        wanted = self._wanted.get((node, anchor), [])
        if wanted is None:
            return Sent(anchor, batch, batch.nbytes)
        columns = [
            column if index in wanted else pa.nulls(batch.num_rows, column.type)
            for index, column in enumerate(batch.columns)
        ]
        hollow = pa.RecordBatch.from_arrays(columns, schema=batch.schema) if columns else batch
        return Sent(anchor, hollow, batch.nbytes)

    def _opened(self, member: Member, schema: pa.Schema) -> Tool[Any]:
        if member.name not in self._tools:
            sides = self._line.sides.get(member.name, {})
            inputs = {member.port: schema, **{port: batches[0].schema for port, batches in sides.items()}}
            self._tools[member.name] = self._open(member, inputs, sides)
        return self._tools[member.name]

    def _open(
        self, member: Member, inputs: Mapping[str, pa.Schema], sides: Mapping[str, list[pa.RecordBatch]]
    ) -> Tool[Any]:
        tool = member.built()
        context = FarContext(member.name, self._resources, inputs, dict(tool.schema(inputs)))
        self._contexts[member.name] = context
        tool.open(context)
        for port, batches in sides.items():
            for batch in batches:
                list(tool.process(port, batch))
            list(tool.finish(port))
        return tool


def run_line(line: Line, context: Context) -> Callable[[tuple[pa.Buffer, Wanted]], Done]:
    """A function that takes blocks through a line; see `Runner.run`."""
    runner = Runner(line, context.resources)
    return lambda item: runner.run(unpacked(item[0]), item[1])


def portable(error: Exception) -> Exception:
    """The error as one that can travel; where it went wrong goes with a tool's bug."""
    if isinstance(error, ExceptionGroup):
        return portable(error.exceptions[0])
    if isinstance(error, FlowrunError):
        return ToolError(error.message, hint=error.hint, setting=error.setting)
    error.add_note("".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        return error.with_traceback(None)
    except Exception:
        return ToolCrash(f"The tool broke: {type(error).__name__}: {error}.")


def refuse_another_version(version: str) -> None:
    """Go on only where the run is of the same version as this machine."""
    if version != __version__:
        raise ToolError(
            f"The cluster has flowrun {__version__}, this machine {version}.",
            hint="Install the same version on all machines.",
        )
