"""Tiny tools for tests of the engine, and a way to run a workflow made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any, ClassVar

import pyarrow as pa

from engine import events
from engine.catalog import Catalog
from engine.check import Checked, check
from engine.context import DEFAULT_MEMORY, Resources
from engine.errors import Cancelled, ToolError, ToolWarning
from engine.scheduler import Scheduler
from engine.tool import Anchor, Config, Emission, FieldName, Gather, Map, Schemas, Sink, Source, Tool
from engine.types import Field, FieldType, find_field, open_schema, schema_of
from engine.workflow import Workflow

NUMBERS = schema_of(Field("n", FieldType.Int32))
Out = Mapping[str, pa.Schema | None]


def batch(*numbers: int) -> pa.RecordBatch:
    """A batch of the field n."""
    return pa.record_batch([pa.array(numbers, pa.int32())], schema=NUMBERS)


class NumbersConfig(Config):
    """How many numbers."""

    count: int = 10
    rows: int = 2
    start: int = 0


class Numbers(Source[NumbersConfig]):
    """Counts."""

    asked: ClassVar[dict[int, int]] = {}

    def schema(self, inputs: Schemas) -> Out:
        return {"out": NUMBERS}

    def read(self) -> Iterator[pa.RecordBatch]:
        start, end = self.config.start, self.config.start + self.config.count
        for first in range(start, end, self.config.rows):
            self.asked[start] = first
            yield batch(*range(first, min(first + self.config.rows, end)))


class Pass(Map[Config]):
    """Passes on."""

    def schema(self, inputs: Schemas) -> Out:
        return {"out": inputs["in"]}

    def apply(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        return batch


class NeedConfig(Config):
    """A field to need."""

    field: FieldName = "n"


class Need(Pass):
    """Needs a field."""

    @classmethod
    def config_class(cls) -> type[Config]:
        return NeedConfig

    def schema(self, inputs: Schemas) -> Out:
        find_field(inputs["in"], self.config.field, setting="field")  # type: ignore[attr-defined]
        return {"out": inputs["in"]}


class Doubt(Pass):
    """Warns of its input."""

    def warnings(self, inputs: Schemas) -> list[ToolWarning]:
        return [ToolWarning(f"Who knows what {inputs['in'].names[0]} is?", hint="Look.", setting="field")]


class OddEven(Tool[Config]):
    """Splits numbers."""

    outputs = (Anchor("odd"), Anchor("even"))

    def schema(self, inputs: Schemas) -> Out:
        return {"odd": inputs["in"], "even": inputs["in"]}

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        odd = pa.array([n % 2 == 1 for n in batch["n"].to_pylist()], pa.bool_())
        yield "odd", batch.filter(odd)
        yield "even", batch.filter(pa.compute.invert(odd))


class Both(Tool[Config]):
    """Takes two streams as they come."""

    inputs = (Anchor("a"), Anchor("b"))

    def schema(self, inputs: Schemas) -> Out:
        return {"out": inputs["a"]}

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        yield "out", batch


class ModelFirst(Both):
    """Wants all of b before any of a."""

    first = ("b",)


class Many(Tool[Config]):
    """Takes any number of wires."""

    inputs = (Anchor("in", multiple=True),)

    def schema(self, inputs: Schemas) -> Out:
        return {"out": inputs["in#1"]}

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        yield "out", batch


class All(Gather[Config]):
    """Waits for all."""

    def schema(self, inputs: Schemas) -> Out:
        return {"out": inputs["in"]}

    def result(self, streams: Mapping[str, Any]) -> Iterator[Emission]:
        for part in streams["in"]:
            yield "out", part


class FirstConfig(Config):
    """How many."""

    count: int = 3


class First(Tool[FirstConfig]):
    """The first records, then no more."""

    def open(self, context: Any) -> None:
        super().open(context)
        self.left = self.config.count

    def schema(self, inputs: Schemas) -> Out:
        return {"out": inputs["in"]}

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        taken = batch.slice(0, self.left)
        self.left -= taken.num_rows
        yield "out", taken

    def satisfied(self) -> bool:
        return self.left == 0


class FailConfig(Config):
    """When and how to fail."""

    at: int = 4
    crash: bool = False
    opening: bool = False


class Fail(Pass):
    """Fails when it sees a number."""

    @classmethod
    def config_class(cls) -> type[Config]:
        return FailConfig

    def open(self, context: Any) -> None:
        super().open(context)
        if self.config.opening:  # type: ignore[attr-defined]
            raise ToolError("It cannot begin.")

    def apply(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        if self.config.at in batch["n"].to_pylist():  # type: ignore[attr-defined]
            if self.config.crash:  # type: ignore[attr-defined]
                raise KeyError("oops")
            raise ToolError(f"There is a {self.config.at}.", hint="Leave it out.")  # type: ignore[attr-defined]
        return batch


class Late(Tool[Config]):
    """Knows its fields only when records come."""

    def schema(self, inputs: Schemas) -> Out:
        return {"out": open_schema(inputs["in"])}

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        new = Field("late", FieldType.Int32).arrow()
        yield "out", batch.append_column(new, batch["n"])


class Wrong(Pass):
    """Emits what it did not declare."""

    def apply(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        return batch.append_column(Field("x", FieldType.Int32).arrow(), batch["n"])


class Keep(Sink[Config]):
    """Keeps what comes, by node."""

    kept: ClassVar[dict[str, list[dict[str, Any]]]] = {}
    closed: ClassVar[dict[str, bool]] = {}

    def open(self, context: Any) -> None:
        super().open(context)
        self.rows: list[dict[str, Any]] = []

    def write(self, batch: pa.RecordBatch) -> None:
        self.rows += batch.to_pylist()

    def commit(self) -> None:
        self.kept[self.context.node] = self.rows

    def close(self, failed: bool) -> None:
        if hasattr(self, "context"):
            self.closed[self.context.node] = failed


_TOOLS = {
    tool.__name__: tool
    for tool in (Numbers, Pass, Need, Doubt, OddEven, Both, ModelFirst, Many, All, First, Fail, Late, Wrong, Keep)
}


class TinyCatalog(Catalog):
    """Only the tools above."""

    def get(self, tool_id: str) -> type[Tool[Any]]:
        return _TOOLS[tool_id] if tool_id in _TOOLS else super().get(tool_id)

    def ids(self) -> list[str]:
        return list(_TOOLS)


def parse(text: str, file: Path | None = None) -> Workflow:
    """A workflow from indented YAML."""
    return Workflow.parse(dedent(text), file)


def check_tiny(text: str, until: str = "") -> Checked:
    """Check a workflow of tiny tools."""
    return check(parse(text), TinyCatalog(), until)


@dataclass
class Ran:
    """What happened."""

    kept: dict[str, list[int]]
    states: dict[str, events.State]
    closed: dict[str, bool]
    heard: list[events.AnyEvent] = field(default_factory=list)
    scheduler: Scheduler | None = None


def run_tiny(text: str, memory: int = DEFAULT_MEMORY) -> Ran:
    """Check and run a workflow of tiny tools; `kept` holds the numbers that reached each Keep."""
    checked = check_tiny(text)
    assert not checked.errors, checked.errors
    Keep.kept.clear()
    Keep.closed.clear()
    heard: list[events.AnyEvent] = []
    resources = Resources(events.EventStream(lambda stamped: heard.append(stamped.what)), memory=memory)
    scheduler = Scheduler(checked, resources)
    try:
        scheduler.run()
    except Cancelled:
        pass
    finally:
        resources.close()
    kept = {name: [row["n"] for row in rows] for name, rows in Keep.kept.items()}
    states = {name: station.state for name, station in scheduler.stations.items()}
    return Ran(kept, states, dict(Keep.closed), heard, scheduler)
