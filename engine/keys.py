"""What a node's result depends on, as a key: the same key, the same result.

sha256 over the tool's id and version, its config in canonical form, the keys of its inputs in order, and the state of
the files that it reads. No node name, position or clock goes in.
"""

from __future__ import annotations

import hashlib
import json

from engine.cache.files import digest
from engine.check import Checked
from engine.graph import order, wires_into


def node_keys(checked: Checked) -> dict[str, str]:
    """The key of every node that can run."""
    keys: dict[str, str] = {}
    for node in order(checked.graph):
        tool = checked.tools.get(node)
        if tool is None or node in checked.cut:
            continue
        inputs = [(wire.port, wire.anchor, keys.get(wire.source, "")) for wire in wires_into(checked.graph, node)]
        facts = [
            type(tool).__name__,
            tool.version,
            tool.config.model_dump(mode="json"),
            sorted(inputs),
            digest(tool.reads() or ()),
        ]
        keys[node] = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    return keys
