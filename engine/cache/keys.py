"""What a node's result depends on, as a key: the same key, the same result.

sha256 over the tool's id and version, its config in canonical form, the constants that it uses, the keys of its inputs
in order, and the state of the files that it reads. No node name, position or clock goes in.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from engine import __version__
from engine.cache.files import State, digest, states
from engine.check import Checked
from engine.errors import ToolError
from engine.expression import is_volatile
from engine.graph import order, wires_into
from engine.tool import Home, Tool

_CONSTANT = re.compile(r"\[\s*(?:engine|user)\.([^\]]*)\]", re.IGNORECASE)


@dataclass(frozen=True)
class Facts:
    """What a node's result is made from, apart from what enters it.

    Attributes:
        config: the settings, with constants filled in, as JSON values.
        constants: those that its expressions name, and what they mean.
        files: the states of the files that it reads; None where it depends on more than can be looked at.
        wires: (input port, source node, its anchor), in the order of the document.
    """

    tool: str
    version: str
    config: dict[str, Any]
    constants: dict[str, str]
    files: dict[str, State] | None
    wires: list[tuple[str, str, str]]


def facts_of(checked: Checked) -> dict[str, Facts]:
    """The facts of every node that can run, each after all that feed it. Looks at files now, before any is read."""
    nodes = [node for node in order(checked.graph) if node in checked.tools and node not in checked.cut]
    return {node: _facts(checked, node, checked.tools[node]) for node in nodes}


def _facts(checked: Checked, node: str, tool: Tool[Any]) -> Facts:
    config = tool.config.model_dump(mode="json")
    wires = [(wire.port, wire.source, wire.anchor) for wire in wires_into(checked.graph, node)]
    version = f"{__version__}/{tool.version}"
    return Facts(type(tool).__name__, version, config, _constants(config, tool.home), _files(tool), wires)


def _files(tool: Tool[Any]) -> dict[str, State] | None:
    try:
        paths = tool.reads()
        return None if paths is None or _depends_on_chance(tool.config) else states(paths)
    except (ToolError, OSError):  # the run will tell
        return None


def _depends_on_chance(config: BaseModel) -> bool:
    """Whether an expression among the settings may give another result another time."""
    return any(is_volatile(text) for text in _expressions(config) if text.strip())


def _expressions(config: BaseModel) -> Iterator[str]:
    for name, field in type(config).model_fields.items():
        value = getattr(config, name)
        extra = field.json_schema_extra
        if isinstance(value, str):
            if isinstance(extra, dict) and extra.get("widget") == "expression":
                yield value
        else:
            for part in value if isinstance(value, list | tuple) else [value]:
                if isinstance(part, BaseModel):
                    yield from _expressions(part)


def _constants(config: Mapping[str, Any], home: Home) -> dict[str, str]:
    """The constants that are named anywhere in the settings; where one is the workflow's own place, that too."""
    named = {name.strip().casefold() for name in _CONSTANT.findall(json.dumps(config, ensure_ascii=False))}
    found = {name: str(value) for name, value in home.constants.items() if name.casefold() in named}
    return found if len(found) == len(named) else {**found, "Engine": f"{home.folder}/{home.file}"}


def key_of(facts: Facts, keys: Mapping[str, str]) -> str:
    """The key of a node from its facts and the keys of the nodes that feed it; empty where one is not known."""
    inputs = [(port, anchor, keys.get(source, "")) for port, source, anchor in facts.wires]
    if facts.files is None or not all(key for _, _, key in inputs):
        return ""
    parts = [facts.tool, facts.version, facts.config, facts.constants, digest(facts.files), sorted(inputs)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def key_with_files(key: str, read: Mapping[str, State]) -> str:
    """The key of a result for which files were read that the data named."""
    return hashlib.sha256(f"{key} {digest(read)}".encode()).hexdigest() if read else key
