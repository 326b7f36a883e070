"""Nodes that were carried over, and the wires between them."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.alteryx.document import AlteryxConnection, AlteryxNode, AlteryxWorkflow
from engine.alteryx.mappings import ToolMapping
from engine.alteryx.summary import CarriedNode
from engine.tool import Anchor, Tool


@dataclass(frozen=True)
class Extra:
    """A node that was put behind an output, and the anchor by which its records leave; empty where it has but one."""

    name: str
    output: str = ""


@dataclass(frozen=True)
class Carried:
    """A node and what became of it.

    Attributes:
        node: the node in Alteryx.
        summary: what became of it, in words.
        entries: our nodes, by name: first the tool itself, then what was put behind it.
        extras: what was put behind it, by the output that it follows.
        mapping, tool: how it was carried over; None where it was not.
    """

    node: AlteryxNode
    summary: CarriedNode
    entries: dict[str, dict[str, Any]]
    extras: dict[str, Extra] = field(default_factory=dict)
    mapping: ToolMapping | None = None
    tool: type[Tool[Any]] | None = None

    @property
    def name(self) -> str:
        return self.summary.node

    @property
    def inner(self) -> list[str]:
        """The wires to what was put behind it."""
        several = self.tool is not None and len(self.tool.outputs) > 1
        return [
            f"{self.name}{f'.{anchor}' if several else ''} -> {extra.name}" for anchor, extra in self.extras.items()
        ]

    def source(self, anchor: str) -> str | None:
        """Where a wire from an anchor of Alteryx's begins now, such as `join_9.J`; None where there is nothing."""
        if self.mapping is None or self.tool is None:
            return self.name + _foreign(anchor, "Output")
        found = _anchor(self.tool.outputs, self.mapping.outputs, anchor)
        if found is None:
            return None
        extra = self.extras.get(found.name)
        if extra is not None:
            return f"{extra.name}.{extra.output}" if extra.output else extra.name
        return f"{self.name}.{found.name}" if len(self.tool.outputs) > 1 else self.name

    def target(self, anchor: str) -> str | None:
        """Where a wire to an anchor of Alteryx's ends now."""
        if self.mapping is None or self.tool is None:
            return self.name + _foreign(anchor, "Input")
        found = _anchor(self.tool.inputs, self.mapping.inputs, anchor)
        if found is None:
            return None
        return f"{self.name}.{found.name}" if len(self.tool.inputs) > 1 else self.name


def _anchor(anchors: tuple[Anchor, ...], mapped: Mapping[str, str], name: str) -> Anchor | None:
    if len(anchors) == 1 and not mapped:
        return anchors[0]
    return next((anchor for anchor in anchors if anchor.name == mapped.get(name)), None)


def _foreign(anchor: str, usual: str) -> str:
    """An anchor of a tool that we do not have, under its own name."""
    return "" if anchor in ("", usual) else "." + re.sub(r"\W", "_", anchor)


def connections_of(workflow: AlteryxWorkflow, carried: Mapping[str, Carried]) -> tuple[list[str], list[str]]:
    """The wires, and notes about those that had to go."""
    wires = [wire for node in carried.values() for wire in node.inner]
    notes = []
    for connection in _in_order(workflow.connections):
        source, target = carried.get(connection.source), carried.get(connection.target)
        ends = (source and source.source(connection.source_anchor), target and target.target(connection.target_anchor))
        if all(ends):
            wires.append(f"{ends[0]} -> {ends[1]}")
        else:
            notes.append(_lost(connection, source, target))
    wireless = sum(connection.wireless for connection in workflow.connections)
    if wireless:
        notes.append(f"Wireless connections are drawn as wires: {wireless}.")
    return wires, notes


def _in_order(connections: list[AlteryxConnection]) -> Iterator[AlteryxConnection]:
    """As in the file, but wires into one anchor in the order of their numbers: `#1`, `#2`, ..."""
    queues: dict[tuple[str, str], deque[AlteryxConnection]] = defaultdict(deque)
    for connection in sorted(connections, key=_number):
        queues[connection.target, connection.target_anchor].append(connection)
    for connection in connections:
        yield queues[connection.target, connection.target_anchor].popleft()


def _number(connection: AlteryxConnection) -> int:
    match = re.fullmatch(r"#(\d{1,9})", connection.name)
    return int(match[1]) if match else 0


def _lost(connection: AlteryxConnection, source: Carried | None, target: Carried | None) -> str:
    begin = source.name if source else f"ToolID {connection.source or 'unknown'}"
    end = target.name if target else f"ToolID {connection.target or 'unknown'}"
    anchors = f"{connection.source_anchor or '?'} to {connection.target_anchor or '?'}"
    return f"A connection was left out: {begin} -> {end} ({anchors}), since one end has no such anchor here."
