"""Looks at a whole workflow without running it: every problem at once, and what enters and leaves each node.

The result is all that the canvas needs while editing and all that a run needs to begin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import pyarrow as pa

from engine import graph as graphs
from engine import settings
from engine.catalog import Catalog
from engine.errors import (
    FlowrunError,
    Problem,
    ToolError,
    ToolWarning,
    Unreachable,
    WorkflowError,
    did_you_mean,
    listed,
    said_by_system,
)
from engine.graph import Wire
from engine.tool import Anchor, Tool
from engine.types import is_open, open_schema
from engine.workflow import Connection, Workflow

Schemas = dict[str, pa.Schema | None]


@dataclass
class Checked:
    """What a check found.

    Attributes:
        problems: everything that is wrong, in the order of the file.
        graph: the sound part of the workflow, all nodes.
        cut: nodes that will not run: disabled, or without an input they require because of that.
        tools: built tools, by node, where tool and settings are right.
        inputs: the schema of each wired input port; None where it is not known before the run.
        outputs: the schema of each output anchor, likewise.
    """

    workflow: Workflow
    problems: list[Problem] = field(default_factory=list)
    graph: nx.MultiDiGraph = field(default_factory=nx.MultiDiGraph)
    cut: set[str] = field(default_factory=set)
    tools: dict[str, Tool[Any]] = field(default_factory=dict)
    inputs: dict[str, Schemas] = field(default_factory=dict)
    outputs: dict[str, Schemas] = field(default_factory=dict)

    @property
    def errors(self) -> list[Problem]:
        """The problems that keep the workflow from running."""
        return [problem for problem in self.problems if problem.level == "error"]


def check(workflow: Workflow, catalog: Catalog | None = None, until: str = "") -> Checked:
    """Check a workflow, or only what the node `until` needs.

    Raises:
        WorkflowError: there is no node called `until`.
    """
    catalog = catalog or Catalog()
    checked = Checked(workflow, list(workflow.problems))
    classes = _find_tools(checked, catalog)
    wires = _connect(checked, classes)
    checked.graph = graphs.build(workflow.document.nodes, wires)
    if ring := graphs.cycle(checked.graph):
        message = f"The connections form a cycle: {' -> '.join(ring)}."
        last = next(wire for wire in wires if (wire.source, wire.target) == (ring[-2], ring[-1]))
        path = ("connections", last.index)
        checked.problems.append(workflow.problem(message, path, hint="Remove one of them.", node=ring[0]))
        return checked
    if until:
        _restrict(checked, until)
    checked.cut = graphs.cut_off(checked.graph, classes, graphs.disabled_nodes(workflow.document)) & set(checked.graph)
    _require_inputs(checked, classes)
    for node in graphs.order(checked.graph):
        if node in classes and node not in checked.cut:
            _build(checked, node, classes[node])
            _propagate(checked, node)
    checked.problems.sort(key=lambda problem: problem.line)
    return checked


def _restrict(checked: Checked, until: str) -> None:
    if until not in checked.graph:
        known = list(checked.graph)
        raise WorkflowError(f"There is no node '{until}'; there are {listed(known)}.", hint=did_you_mean(until, known))
    checked.graph = graphs.up_to(checked.graph, until)
    checked.problems = [problem for problem in checked.problems if not problem.node or problem.node in checked.graph]


def _find_tools(checked: Checked, catalog: Catalog) -> dict[str, type[Tool[Any]]]:
    classes = {}
    for name, node in checked.workflow.document.nodes.items():
        try:
            classes[name] = catalog.get(node.tool)
        except WorkflowError as error:
            checked.problems.append(_problem(checked, name, error))
    return classes


def _connect(checked: Checked, classes: Mapping[str, type[Tool[Any]]]) -> list[Wire]:
    """The wires whose ends exist; the rest are problems. A node of an unknown tool keeps its wires."""
    wires: list[Wire] = []
    taken: dict[tuple[str, str], int] = {}
    for connection in checked.workflow.connections:
        try:
            source = _anchor(checked, classes, connection.source, connection.source_anchor, "output")
            target = _anchor(checked, classes, connection.target, connection.target_anchor, "input")
            count = taken[connection.target, target.name] = taken.get((connection.target, target.name), 0) + 1
            _allow(connection, source, target, count, wires)
        except WorkflowError as error:
            problem = checked.workflow.problem(error.message, ("connections", connection.index), hint=error.hint)
            checked.problems.append(problem)
            continue
        port = f"{target.name}#{count}" if target.multiple else target.name
        wires.append(Wire(connection.index, connection.source, source.name, connection.target, port))
    return wires


def _anchor(checked: Checked, classes: Mapping[str, type[Tool[Any]]], node: str, name: str, side: str) -> Anchor:
    nodes = checked.workflow.document.nodes
    if node not in nodes:
        raise WorkflowError(f"There is no node '{node}'; there are {listed(nodes)}.", hint=did_you_mean(node, nodes))
    if node not in classes:
        return Anchor(name or side, multiple=True)
    anchors = classes[node].outputs if side == "output" else classes[node].inputs
    place = f"{node} ({nodes[node].tool})"
    if not anchors:
        raise WorkflowError(f"{place} has no {side}.")
    names = [anchor.name for anchor in anchors]
    if not name and len(anchors) > 1 and not _only_one_required(anchors):
        raise WorkflowError(f"{place} has the {side}s {listed(names)}.", hint=f"Say which: {node}.{names[0]}.")
    for anchor in anchors:
        if anchor.name == (name or anchors[0].name):
            return anchor
    raise WorkflowError(f"{place} has no {side} '{name}'; it has {listed(names)}.", hint=did_you_mean(name, names))


def _only_one_required(anchors: tuple[Anchor, ...]) -> bool:
    return not anchors[0].optional and all(anchor.optional for anchor in anchors[1:])


def _allow(connection: Connection, source: Anchor, target: Anchor, count: int, wires: list[Wire]) -> None:
    if count > 1 and not target.multiple:
        first = next(w for w in wires if (w.target, w.port) == (connection.target, target.name))
        raise WorkflowError(
            f"{connection.target}.{target.name} takes one wire, and {first.source} is connected to it already.",
            hint="Put a Union between, or remove one.",
        )
    if connection.source == connection.target:
        raise WorkflowError(f"'{connection}' connects a node with itself.")


def _require_inputs(checked: Checked, classes: Mapping[str, type[Tool[Any]]]) -> None:
    for node in checked.graph:
        if node not in classes or node in checked.cut:
            continue
        wired = {wire.target_anchor for wire in graphs.wires_into(checked.graph, node)}
        for anchor in classes[node].inputs:
            if not anchor.optional and anchor.name not in wired:
                message = (
                    f"The input {anchor.name} needs a connection." if anchor.name != "in" else "No input is connected."
                )
                checked.problems.append(checked.workflow.node_problem(node, message))


def _build(checked: Checked, node: str, tool: type[Tool[Any]]) -> None:
    home, given = checked.workflow.home, checked.workflow.document.nodes[node].settings
    _warn(checked, node, settings.misspelt(given, home.constants))
    try:
        config = settings.read(tool.config_class(), given, home)
        checked.tools[node] = tool(config, home)
    except ExceptionGroup as group:
        _collect(checked, node, group)


def _propagate(checked: Checked, node: str) -> None:
    """Fill in what enters the node and what leaves it."""
    inputs: Schemas = {
        wire.port: checked.outputs.get(wire.source, {}).get(wire.anchor)
        for wire in graphs.wires_into(checked.graph, node)
        if wire.source not in checked.cut
    }
    checked.inputs[node] = inputs
    tool = checked.tools.get(node)
    if tool is None or any(schema is None for schema in inputs.values()) or not _has_required(tool, inputs):
        return
    known = {port: schema for port, schema in inputs.items() if schema is not None}
    partly = any(is_open(schema) for schema in known.values())
    entering = {port: schema.remove_metadata() for port, schema in known.items()}
    try:
        declared = tool.schema(entering)
        warnings = list(tool.warnings(entering))
    except (FlowrunError, ExceptionGroup) as error:
        # A field that an open schema lacks may yet come: the run will tell.
        if not partly:
            _collect(checked, node, error)
        return
    except OSError as error:
        _collect(checked, node, ToolError(said_by_system(error)))
        return
    if not partly:
        _warn(checked, node, warnings)
    checked.outputs[node] = {
        anchor: open_schema(schema) if partly and schema is not None else schema for anchor, schema in declared.items()
    }


def _warn(checked: Checked, node: str, warnings: Iterable[ToolWarning]) -> None:
    checked.problems += [_problem(checked, node, found) for found in warnings]


def _has_required(tool: Tool[Any], inputs: Schemas) -> bool:
    present = {port.partition("#")[0] for port in inputs}
    return all(anchor.optional or anchor.name in present for anchor in tool.inputs)


def _collect(checked: Checked, node: str, error: FlowrunError | ExceptionGroup[Any]) -> None:
    if isinstance(error, ExceptionGroup):
        for inner in error.exceptions:
            if not isinstance(inner, (FlowrunError, ExceptionGroup)):
                raise inner
            _collect(checked, node, inner)
        return
    checked.problems.append(_problem(checked, node, error))


def _problem(checked: Checked, node: str, found: FlowrunError | ToolWarning) -> Problem:
    level = "warning" if isinstance(found, ToolWarning | Unreachable) else "error"
    lost = _where_lost(checked, node, found.missing) if isinstance(found, ToolError | ToolWarning) else ""
    hint = f"It comes as far as {lost}, which leaves it out or calls it otherwise." if lost else found.hint
    return checked.workflow.node_problem(node, found.message, found.setting, hint=hint, level=level)


def _where_lost(checked: Checked, node: str, field: str) -> str:
    """The nearest node before this one that a field enters but does not leave; empty where there is none."""

    def has(schemas: Schemas) -> bool:
        names = (name for schema in schemas.values() if schema is not None for name in schema.names)
        return any(name.casefold() == field.casefold() for name in names)

    if field:
        for _, before in nx.bfs_edges(checked.graph, node, reverse=True):
            if has(checked.inputs.get(before, {})) and not has(checked.outputs.get(before, {})):
                return str(before)
    return ""
