"""Workflows that commands make: those of `flowrun cat` and `flowrun convert`, never seen, and that of `flowrun new`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine import yaml_file
from engine.workflow import Workflow


def look_into(file: Path, records: int, home: Path) -> Workflow:
    """A workflow that shows the first records of a file of any format; `home` takes its run folder."""
    source = {"tool": "Input", "path": str(file.absolute()), "limit": records}
    return _line(home, {"read": source, "show": {"tool": "Browse"}})


def convert(source: Path, target: Path, home: Path) -> Workflow:
    """A workflow that writes what one file holds into another, in the format that its name says."""
    read = {"tool": "Input", "path": str(source.absolute())}
    return _line(home, {"read": read, "write": {"tool": "Output", "path": str(target.absolute())}})


def _line(home: Path, nodes: dict[str, dict[str, Any]]) -> Workflow:
    document = {"nodes": nodes, "connections": [" -> ".join(nodes)]}
    return Workflow.parse(yaml_file.dump(document), home / "shortcut.yaml")


STARTER = """\
flowrun: 1
name: {name}
nodes:
  people:
    tool: TextInput
    fields: {{name: V_WString, age: Int32}}
    rows:
      - [Bart, 10]
      - [Homer, 39]
  grown_up: {{tool: Filter, expression: "[age] >= 18"}}
  result: {{tool: Browse}}
connections:
  - people -> grown_up
  - grown_up.T -> result
layout:
  people: [60, 90]
  grown_up: [180, 90]
  result: [300, 90]
"""
"""What `flowrun new` writes."""
