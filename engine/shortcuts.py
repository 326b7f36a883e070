"""Workflows that need no file: look into a data file, turn one format into another."""

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
