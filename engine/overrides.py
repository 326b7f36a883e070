"""`--set node.setting=value`: settings replaced from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine import yaml_file
from engine.catalog import Catalog
from engine.errors import WorkflowError
from engine.workflow import Workflow


def overrides(file: Path, settings: list[str]) -> list[tuple[str, Any]]:
    """`--set` as pairs. A path is meant from where the user stands, so it becomes absolute."""
    pairs: list[tuple[str, Any]] = []
    for text in settings:
        key, equals, value = text.partition("=")
        if not equals:
            raise WorkflowError(f"--set {text}: there is no '='.", hint="Write --set node.setting=value.")
        pairs.append((key.strip(), _value(value)))
    if not pairs:
        return []
    nodes = Workflow.load(file).document.nodes
    return [(key, _from_here(nodes, key, value)) for key, value in pairs]


def _value(text: str) -> Any:
    """A value as YAML reads it; what is no YAML (`*.jpg`, `[age] > 36`) is just a text."""
    try:
        return yaml_file.load(text).data
    except WorkflowError:
        return text


def _from_here(nodes: Any, key: str, value: Any) -> Any:
    name, _, setting = key.partition(".")
    if not isinstance(value, str) or name not in nodes:
        return value
    try:
        config = Catalog().get(nodes[name].tool).config_class()
    except WorkflowError:
        return value
    facts = config.model_json_schema().get("properties", {}).get(setting, {})
    kinds = {part.get("widget") for part in (facts, *facts.get("anyOf", ()))}  # anyOf: where it may be left out
    is_path = kinds & {"file", "save", "folder"} and value not in facts.get("examples", ())
    return str(Path(value).absolute()) if is_path else value
