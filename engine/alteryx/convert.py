"""An Alteryx workflow into one of ours."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from engine import settings
from engine.alteryx import document
from engine.alteryx.configuration import Configuration, Unsupported
from engine.alteryx.document import AlteryxNode, AlteryxWorkflow
from engine.alteryx.mappings import Mappings, ToolMapping
from engine.alteryx.naming import Names
from engine.alteryx.scenery import comments_of, containers_of, layout_of
from engine.alteryx.summary import CarriedNode, Imported, Outcome
from engine.alteryx.wiring import Carried, Extra, connections_of
from engine.alteryx.workflow_settings import constants_of, notes_of, runtime_of, title_of
from engine.catalog import FOREIGN, Catalog
from engine.errors import WorkflowError
from engine.tool import Home
from engine.workflow import FORMAT


def import_file(path: Path, out: Path | None = None) -> Imported:
    """Import a file. Relative paths stay right where the result is meant for `out` in another folder.

    Raises:
        WorkflowError: the file cannot be read, or is no Alteryx workflow.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WorkflowError(f"Cannot read {path}: {error.strerror}.") from None
    folder = os.path.relpath(path.absolute().parent, out.absolute().parent) if out else "."
    try:
        return import_workflow(data, path.stem, Path(folder).as_posix())
    except WorkflowError as error:
        raise WorkflowError(f"Cannot import {path}: {error.message}", hint=error.hint) from None


def import_workflow(data: bytes, name: str, folder: str = ".") -> Imported:
    """Import the bytes of a .yxmd, .yxmc or .yxwz.

    Args:
        data: the file.
        name: what the workflow is called where it does not say itself.
        folder: where the file stands, seen from where the result will stand.

    Raises:
        WorkflowError: it is no Alteryx workflow.
    """
    return _Import(document.read(data), name, folder).result()


class _Import:
    """One import under way."""

    def __init__(self, workflow: AlteryxWorkflow, name: str, folder: str) -> None:
        self.workflow = workflow
        self.name = name
        self.folder = folder
        self.names = Names()
        self.mappings = Mappings()
        self.catalog = Catalog()

    def result(self) -> Imported:
        tools = [node for node in self.workflow.nodes if not (node.is_container or node.is_comment)]
        carried = {node.id: self._carry(node) for node in tools}
        connections, notes = connections_of(self.workflow, carried)
        parts = self._parts(carried, connections)
        document = {key: value for key, value in parts.items() if value or key in ("nodes", "connections")}
        return Imported(document, [node.summary for node in carried.values()], [*notes, *notes_of(self.workflow)])

    def _parts(self, carried: dict[str, Carried], connections: list[str]) -> dict[str, Any]:
        """The document, in the order in which it is written."""
        scenery = {
            node.id: self.names.give(node.name, "Comment" if node.is_comment else "Container", node.id)
            for node in self.workflow.nodes
            if node.id not in carried
        }
        return {
            "flowrun": FORMAT,
            **title_of(self.workflow, self.name),
            "constants": constants_of(self.workflow),
            "runtime": runtime_of(self.workflow),
            "nodes": {name: entry for node in carried.values() for name, entry in node.entries.items()},
            "connections": connections,
            "containers": containers_of(self.workflow, carried, scenery),
            "comments": comments_of(self.workflow, scenery),
            "layout": layout_of(self.workflow, carried, scenery),
        }

    def _carry(self, node: AlteryxNode) -> Carried:
        mapping = self.mappings.get(node.plugin)
        if mapping is None:
            return self._keep(node, "flowrun has no such tool")
        config = Configuration(node.configuration, node.plugin, self.folder)
        try:
            found = mapping.settings(config)
        except Unsupported as reason:
            return self._keep(node, str(reason))
        config.lost += self._refused(mapping.tool, found)
        return self._carried(node, mapping, found, config)

    def _carried(
        self, node: AlteryxNode, mapping: ToolMapping, found: dict[str, Any], config: Configuration
    ) -> Carried:
        name = self.names.give(node.name, mapping.tool, node.id)
        entries = {name: _entry(mapping.tool, node, found)}
        extras = {}
        for after in config.after:
            extra = self.names.give(f"{name}_{after.tool}", after.tool, node.id)
            extras[after.anchor] = Extra(extra, after.output)
            entries[extra] = {"tool": after.tool, **after.settings}
            config.lost += self._refused(after.tool, after.settings)
            config.remarks.append(f"{extra} does a part of its work")
        outcome = Outcome.partly if config.lost else Outcome.configured
        summary = CarriedNode(node.id, node.short_name, name, mapping.tool, outcome, config.lost, config.remarks)
        return Carried(node, summary, entries, extras, mapping, self.catalog.get(mapping.tool))

    def _keep(self, node: AlteryxNode, reason: str) -> Carried:
        """A node that stays in place with its XML."""
        tool = FOREIGN + node.short_name
        name = self.names.give(node.name, node.short_name, node.id)
        summary = CarriedNode(node.id, node.short_name, name, tool, Outcome.unsupported, [reason])
        return Carried(node, summary, {name: _entry(tool, node, {"alteryx": node.xml})})

    def _refused(self, tool: str, found: dict[str, Any]) -> list[str]:
        """What our tool says against settings."""
        try:
            settings.read(self.catalog.get(tool).config_class(), found, Home())
        except ExceptionGroup as group:
            return [str(error) for error in group.exceptions]
        return []


def _entry(tool: str, node: AlteryxNode, found: dict[str, Any]) -> dict[str, Any]:
    return {"tool": tool, **({"annotation": node.annotation} if node.annotation else {}), **found}
