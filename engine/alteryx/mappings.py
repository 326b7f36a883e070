"""Finds the mapping modules that stand beside our tools."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.alteryx.configuration import Configuration

_PACKAGE = "tools"


@dataclass(frozen=True)
class ToolMapping:
    """How a tool of Alteryx becomes one of ours: the names that a mapping module offers."""

    tool: str
    settings: Callable[[Configuration], dict[str, Any]]
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)


class Mappings:
    """All mappings there are, by plugin."""

    @cached_property
    def _by_plugin(self) -> dict[str, ToolMapping]:
        package = importlib.import_module(_PACKAGE)
        found: dict[str, ToolMapping] = {}
        for path in sorted(Path(package.__file__ or "").resolve().parent.glob("[a-z]*/_alteryx/[a-z]*.py")):
            module = importlib.import_module(f"{_PACKAGE}.{path.parts[-3]}._alteryx.{path.stem}")
            inputs, outputs = getattr(module, "INPUTS", {}), getattr(module, "OUTPUTS", {})
            mapping = ToolMapping(module.TOOL, module.settings, inputs, outputs)
            found |= {plugin.casefold(): mapping for plugin in module.PLUGINS}
        return found

    def get(self, plugin: str) -> ToolMapping | None:
        """The mapping of a plugin, or of a macro's file; None where there is none."""
        return self._by_plugin.get(plugin.casefold())
