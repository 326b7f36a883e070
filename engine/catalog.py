"""Finds tools and describes them.

Ours stand in `tools/<category>/<tool_name>.py`, one class a file, its id the class name (`CreateSamples` in
`create_samples.py`); the folder is the palette category. Others come from entry points of the group `flowrun.tools`.
A tool's module is imported when it is asked for, not before.
"""

from __future__ import annotations

import importlib
import inspect
import re
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from pydantic import BaseModel

import engine
from engine.errors import WorkflowError, did_you_mean
from engine.tool import Anchor, Tool

ENTRY_POINTS = "flowrun.tools"
FOREIGN = "Alteryx."
"""How the names of tools begin that an import could not carry over; see `engine.alteryx`."""
_PACKAGE = "tools"


class Category(BaseModel):
    """A folder of tools as the palette shows it: its place, and the colour and shape of its tiles."""

    title: str
    order: int = 100
    colour: str = "#6b7280"
    shape: str = "square"


class Description(BaseModel):
    """A tool as the palette, the form and the help page need it; `settings` is a JSON schema."""

    id: str
    title: str
    category: Category
    tooltip: str
    help: str
    keywords: list[str]
    inputs: list[Anchor]
    outputs: list[Anchor]
    settings: dict[str, Any]
    version: int
    stateless: bool
    heavy: bool
    keeps: bool


class Catalog:
    """All tools there are, by id."""

    @cached_property
    def _files(self) -> dict[str, str]:
        """Module names of our own tools, by file stem."""
        package = importlib.import_module(_PACKAGE)
        found = Path(package.__file__ or "").resolve().parent
        expected = Path(engine.__file__).resolve().parent.parent
        if found.parent != expected:
            raise WorkflowError(
                f"Another package called 'tools' in {found.parent} hides flowrun's own in {expected}.",
                hint="Run flowrun from another folder, or in a virtual environment of its own.",
            )
        files = sorted(path for path in found.glob("[a-z]*/[a-z]*.py"))
        return {path.stem: f"{_PACKAGE}.{path.parent.name}.{path.stem}" for path in files}

    @cached_property
    def _entry_points(self) -> dict[str, Any]:
        return {entry.name: entry for entry in entry_points(group=ENTRY_POINTS)}

    def get(self, tool_id: str) -> type[Tool[Any]]:
        """The class of a tool.

        Raises:
            WorkflowError: there is none of that id; with the nearest name.
        """
        module = self._files.get(snake_case(tool_id))
        if module is not None:
            found = getattr(importlib.import_module(module), tool_id, None)
            if isinstance(found, type) and issubclass(found, Tool):
                return found
        if tool_id in self._entry_points:
            loaded: type[Tool[Any]] = self._entry_points[tool_id].load()
            return loaded
        if tool_id.startswith(FOREIGN):
            raise WorkflowError(
                f"Alteryx's tool {tool_id.removeprefix(FOREIGN)} could not be imported, so this node cannot run.",
                hint="Put tools of flowrun in its place; its setting `alteryx` tells what it did.",
                setting="tool",
            )
        raise WorkflowError(
            f"There is no tool '{tool_id}'.",
            hint=did_you_mean(tool_id, self.ids()) or "`flowrun tools` lists all.",
            setting="tool",
        )

    def ids(self) -> list[str]:
        """The ids of all tools, by category and name."""
        return [*(_class_in(module).__name__ for module in self._files.values()), *self._entry_points]

    def describe(self, tool_id: str) -> Description:
        """A tool as data."""
        tool = self.get(tool_id)
        tooltip, _, help_text = inspect.cleandoc(tool.__doc__ or "").partition("\n")
        package = importlib.import_module(tool.__module__.rpartition(".")[0] or tool.__module__)
        return Description(
            id=tool_id,
            title=title(tool_id),
            category=getattr(package, "CATEGORY", None) or Category(title=title(package.__name__.rpartition(".")[2])),
            tooltip=tooltip,
            help=help_text.strip(),
            keywords=list(tool.keywords),
            inputs=list(tool.inputs),
            outputs=list(tool.outputs),
            settings=tool.config_class().model_json_schema(),
            version=tool.version,
            stateless=tool.stateless,
            heavy=tool.heavy,
            keeps=tool.keeps,
        )


def snake_case(name: str) -> str:
    """`CreateSamples` as `create_samples`, `RecordID` as `record_id`."""
    return _WORD_BORDER.sub("_", name).lower()


def title(name: str) -> str:
    """`CreateSamples` or `create_samples` as `Create Samples`, `JSONParse` as `JSON Parse`."""
    words = _WORD_BORDER.sub("_", name).split("_")
    return " ".join(word if word.isupper() else word.capitalize() for word in words)


_WORD_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def _class_in(module_name: str) -> type[Tool[Any]]:
    module = importlib.import_module(module_name)
    stem = module_name.rpartition(".")[2]
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Tool) and snake_case(value.__name__) == stem:
            return value
    raise WorkflowError(f"The file {module.__file__} holds no tool called like it.")
