"""For tests of tools: ours, and those of people who write their own.

A test is a table in and a table out::

    def test_keeps_what_matches() -> None:
        people = table("name: V_WString, age: Int32", ["Bart", 10], ["Homer", 39])
        result = run_tool(Filter, {"expression": "[age] > 18"}, people)
        assert result["T"] == rows("name", ...)

`run_tool` runs one tool in the real scheduler; `check_tool` checks what every tool must keep to.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import yaml

from engine import events
from engine.batches import MAX_ROWS
from engine.cluster.blocks import Blocks
from engine.cluster.line import Line, Member, Wanted
from engine.cluster.stand_ins import Head
from engine.context import DEFAULT_MEMORY, Context, Resources
from engine.errors import FlowrunError
from engine.small_run import drive
from engine.tool import Home, Tool
from engine.types import parse_field, schema_of

Inputs: TypeAlias = pa.Table | Mapping[str, pa.Table] | None


def table(fields: str, *rows: list[Any]) -> pa.Table:
    """A table from `"name: V_WString, age: Int32"` and one list a record. Sizes: `"name: V_String(20)"`."""
    schema = schema_from(fields)
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [[] for _ in schema]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def schema_from(fields: str) -> pa.Schema:
    """An Arrow schema from `"name: V_WString(20), price: FixedDecimal(19.2)"`."""
    named = (text.partition(":") for text in fields.split(",") if text.strip())
    return schema_of(*(parse_field(name.strip(), type_) for name, _, type_ in named))


@dataclass
class Result:
    """What came out of a tool: a table an output anchor, and everything that it said."""

    tables: dict[str, pa.Table]
    messages: list[events.Message] = field(default_factory=list)
    heard: list[events.AnyEvent] = field(default_factory=list)

    def __getitem__(self, anchor: str) -> pa.Table:
        return self.tables[anchor]

    def rows(self, anchor: str = "out") -> list[dict[str, Any]]:
        """The records of an anchor as dictionaries."""
        return list(self.tables[anchor].to_pylist())

    def said(self, level: events.Level | None = None) -> list[str]:
        """The texts of the messages, of one level or all."""
        return [message.text for message in self.messages if level in (None, message.level)]


def run_tool(
    tool: type[Tool[Any]],
    config: Mapping[str, Any] | None = None,
    inputs: Inputs = None,
    *,
    home: Home | None = None,
    batch_rows: int = MAX_ROWS,
    memory: int = DEFAULT_MEMORY,
    resources: Resources | None = None,
) -> Result:
    """Run one tool over whole tables, cut into batches of `batch_rows`.

    Raises:
        ToolError: whatever the tool refuses (an ExceptionGroup of several where `schema()` found more than one).
    """
    built = tool(tool.config_class().model_validate(dict(config or {})), home or Home())
    return _heard(built, _by_anchor(built, inputs), resources or Resources(memory=memory), batch_rows)


def _heard(tool: Tool[Any], entering: dict[str, pa.Table], resources: Resources, batch_rows: int) -> Result:
    heard: list[events.AnyEvent] = []
    resources.events.listen(lambda stamped: heard.append(stamped.what))
    try:
        tables = drive(tool, entering, resources, batch_rows)
    finally:
        resources.close()
    return Result(tables, [event for event in heard if isinstance(event, events.Message)], heard)


def _by_anchor(tool: Tool[Any], inputs: Inputs) -> dict[str, pa.Table]:
    if inputs is None:
        return {}
    if isinstance(inputs, pa.Table):
        anchor = tool.inputs[0]
        return {anchor.name + ("#1" if anchor.multiple else ""): inputs}
    return dict(inputs)


@dataclass
class Case:
    """One use of a tool, for the checks that every tool must pass.

    Attributes:
        tool: the class.
        config: settings, as in a workflow file.
        inputs: a table an input anchor.
        home: where relative paths start.
        same: how two results are compared, for tools whose output holds times or training noise.
        empty_input_is_error: whether the tool refuses inputs without records.
    """

    tool: type[Tool[Any]]
    config: dict[str, Any] = field(default_factory=dict)
    inputs: Inputs = None
    home: Home | None = None
    same: Callable[[pa.Table, pa.Table], bool] = lambda a, b: bool(a.equals(b))
    empty_input_is_error: bool = False


def check_tool(case: Case) -> None:
    """What every tool keeps to, whatever it does.

    1. It has a docstring, and every setting a description.
    2. Its config survives YAML.
    3. What it emits has the schema that it declares (checked in every run).
    4. The result is the same for batches of 1, 3 and all records.
    5. Empty input is no crash: it gives a result, or a ToolError.
    6. It can be closed at once after opening, as where a run fails.
    7. If it is stateless: it gives and says the same where each few records are worked on by a new one.
    """
    tool = case.tool
    assert tool.__doc__, f"{tool.__name__} has no docstring"
    for name, setting in tool.config_class().model_json_schema().get("properties", {}).items():
        assert setting.get("description"), f"{tool.__name__}.{name} has no description"

    config = tool.config_class().model_validate(case.config)
    written = yaml.safe_dump(config.model_dump(mode="json", exclude_unset=True))
    assert tool.config_class().model_validate(yaml.safe_load(written) or {}) == config

    whole = run_tool(tool, case.config, case.inputs, home=case.home)
    for batch_rows in (1, 3):
        cut = run_tool(tool, case.config, case.inputs, home=case.home, batch_rows=batch_rows)
        for anchor, expected in whole.tables.items():
            assert case.same(cut[anchor], expected), f"{anchor} differs with batches of {batch_rows}"

    _check_empty(case)
    _check_close(case)
    _check_stateless(case, whole)


def _check_empty(case: Case) -> None:
    built = case.tool(case.tool.config_class().model_validate(case.config), case.home or Home())
    empty = {anchor: data.slice(0, 0) for anchor, data in _by_anchor(built, case.inputs).items()}
    refused = False
    try:
        run_tool(case.tool, case.config, empty, home=case.home)
    except FlowrunError:
        refused = True
    assert refused == case.empty_input_is_error, f"{case.tool.__name__} on empty input: refused is {refused}"


def _check_close(case: Case) -> None:
    built = case.tool(case.tool.config_class().model_validate(case.config), case.home or Home())
    resources = Resources()
    before = set(_files(case.home))
    try:
        schemas = {anchor: data.schema for anchor, data in _by_anchor(built, case.inputs).items()}
        built.open(Context("tool", resources, schemas, built.schema(schemas)))
        built.close(failed=True)
    finally:
        resources.close()
    assert set(_files(case.home)) == before, "closing after a failure left files behind"


def _check_stateless(case: Case, whole: Result) -> None:
    """As on a cluster, where every block of two records meets a worker of its own, and all that travels is pickled."""
    built = case.tool(case.tool.config_class().model_validate(case.config), case.home or Home())
    ports = [port for port in _by_anchor(built, case.inputs) if port.partition("#")[0] not in built.first]
    if not built.stateless or len(ports) != 1:
        return
    line = Line({"tool": Member.of("tool", built, ports[0])})
    wanted: Wanted = {("tool", anchor.name): None for anchor in built.outputs}
    head = Head(line, built, [], _NewWorkers, lambda: wanted, Blocks(first=2))
    spread = _heard(head, _by_anchor(built, case.inputs), Resources(), 5)
    for anchor, expected in whole.tables.items():
        assert case.same(spread[anchor], expected), f"{anchor} differs where records are worked on by twos"
    assert sorted(spread.said()) == sorted(whole.said()), "it says something else where records are worked on by twos"


class _NewWorkers:
    """Calls of a function by workers that know nothing of what was before."""

    def __init__(self, make: Callable[[Context], Callable[[Any], Any]]) -> None:
        self._make = make

    def call(self, item: Any, /) -> Iterator[Any]:
        resources = Resources()
        try:
            function = pickle.loads(pickle.dumps(self._make))(Context("", resources, {}, {}))  # noqa: S301 - our own
            yield pickle.loads(pickle.dumps(function(item)))  # noqa: S301 - our own
        finally:
            resources.close()

    def rest(self) -> Iterator[Any]:
        yield from ()

    def close(self) -> None:
        pass


def _files(home: Home | None) -> list[Path]:
    return list(home.folder.rglob("*")) if home else []


__all__ = ["Case", "Result", "check_tool", "run_tool", "schema_from", "table"]
