"""Neighbouring nodes that work on a worker together, as a value that travels there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from engine.tool import Config, Home, Tool


@dataclass(frozen=True)
class Member:
    """A node of a line.

    Attributes:
        port: its input whose batches are worked on one by one.
        wires: (anchor, node) of those that follow in the line.
    """

    name: str
    tool: type[Tool[Any]]
    config: Config
    home: Home
    port: str
    wires: list[tuple[str, str]] = field(default_factory=list)

    @staticmethod
    def of(name: str, tool: Tool[Any], port: str) -> Member:
        """The node with this tool."""
        return Member(name, type(tool), tool.config, tool.home, port)

    def built(self) -> Tool[Any]:
        """Its tool, anew."""
        return self.tool(self.config, self.home)


@dataclass
class Line:
    """A tree of nodes, the head first, each after the one that feeds it.

    Attributes:
        sides: what every worker must have before it begins (a model): batches, by node and port; filled in when known.
    """

    members: dict[str, Member]
    sides: dict[str, dict[str, list[pa.RecordBatch]]] = field(default_factory=dict)

    @property
    def head(self) -> str:
        """The node that takes what comes in."""
        return next(iter(self.members))


Wanted = dict[tuple[str, str], list[int] | None]
"""By node and anchor, which fields are looked at here; None: all of them."""
