"""What an import carried over, and what it did not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine import yaml_file


class Outcome(StrEnum):
    """How much of a node came over."""

    configured = "configured"
    partly = "partly configured"
    unsupported = "not supported"


@dataclass(frozen=True)
class CarriedNode:
    """One node of Alteryx.

    Attributes:
        id: its ToolID.
        alteryx: what it was, such as `Filter`.
        node: its name now.
        tool: its tool now.
        lost: what was not carried over.
        remarks: what else there is to know.
    """

    id: str
    alteryx: str
    node: str
    tool: str
    outcome: Outcome
    lost: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        notes = "; ".join([*self.lost, *self.remarks])
        was = f"Alteryx's {self.alteryx}" if self.outcome is Outcome.unsupported else self.tool
        return f"{self.node} ({was}): {self.outcome}" + (f": {notes}" if notes else "")


@dataclass
class Imported:
    """A workflow that was imported.

    Attributes:
        document: the flowrun workflow as plain data; `yaml` is its text.
        nodes: one entry a tool, in the order of the file.
        notes: what was not carried over besides.
    """

    document: dict[str, Any]
    nodes: list[CarriedNode] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def yaml(self) -> str:
        """The workflow file."""
        return yaml_file.dump(self.document)

    @property
    def headline(self) -> str:
        """The counts, in a sentence."""
        count = Counter(node.outcome for node in self.nodes)
        parts = ", ".join(f"{count[outcome]} {outcome}" for outcome in Outcome)
        rest = {"containers": "container", "comments": "comment", "connections": "connection"}
        others = ", ".join(_counted(len(self.document.get(key, ())), word) for key, word in rest.items())
        return f"{_counted(len(self.nodes), 'tool')}: {parts}; {others}."

    @property
    def lines(self) -> list[str]:
        """The whole summary: counts, a line a node, and what else was left behind."""
        return [self.headline, *map(str, self.nodes), *self.notes]


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
