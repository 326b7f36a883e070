"""What a mapping module gets: a node's settings as Alteryx wrote them, and a place to say what is lost."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from engine.alteryx import expressions


class Unsupported(Exception):
    """The node does what our tool cannot do at all; the message says what, as the end of a sentence."""


@dataclass(frozen=True)
class After:
    """One more tool that the records of an output pass, for what Alteryx's tool does besides.

    They leave it by `output`, which is empty where it has but one.
    """

    anchor: str
    tool: str
    settings: dict[str, Any]
    output: str = ""


@dataclass
class Configuration:
    """The settings of a node.

    Attributes:
        element: `<Configuration>`.
        plugin: the node's plugin, or its macro's file.
        folder: where the workflow stands, seen from where the result will stand.
        lost: settings that could not be carried over: the node needs a look.
        remarks: what else the user should know.
        after: tools to put behind.
    """

    element: Element
    plugin: str = ""
    folder: str = "."
    lost: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    after: list[After] = field(default_factory=list)

    def text(self, path: str, default: str = "") -> str:
        """The text of an element, or its attribute `value`; `default` where it is missing or empty."""
        element = self.element.find(path)
        if element is None:
            return default
        return (element.text if element.get("value") is None else element.get("value")) or default

    def flag(self, path: str, default: bool = False) -> bool:
        """The same as a yes or no."""
        return self.text(path, str(default)).strip().lower() == "true"

    def number(self, path: str, default: int) -> int:
        """The same as a whole number."""
        try:
            return int(self.text(path, str(default)).strip())
        except ValueError:
            return default

    def attribute(self, path: str, name: str) -> str:
        """An attribute of an element; empty where either is missing."""
        element = self.element.find(path)
        return "" if element is None else element.get(name, "")

    def all(self, path: str) -> list[Element]:
        """All elements at a path."""
        return self.element.findall(path)

    def fields(self, path: str, name: str = "field") -> list[str]:
        """The fields that are chosen at a path: named by the attribute `name`, and not `selected="False"`."""
        chosen = [element for element in self.all(path) if element.get("selected", "True") != "False"]
        return [element.get(name, "") for element in chosen]

    @property
    def values(self) -> dict[str, str]:
        """A macro's questions and their answers."""
        return {element.get("name", ""): element.text or "" for element in self.all("Value")}

    def expression(self, text: str) -> str:
        """An expression in our spelling; what is wrong with it, such as an unknown function, is noted as lost."""
        written, problems = expressions.convert(text)
        self.lost += problems
        return written

    def path(self, text: str) -> str:
        r"""A path with slashes, as it works everywhere: `..\data\sales.csv` becomes `../data/sales.csv`."""
        path = text.strip().replace("\\", "/").removeprefix("%Engine.WorkflowDirectory%")
        if path[1:3] == ":/" or path.startswith("//"):
            self.remarks.append(f"the path {path} is one of the machine where the workflow was made")
            return path
        if path.startswith(("%", "/")) or not path:
            return path
        return posixpath.normpath(posixpath.join(self.folder, path))

    def then(self, anchor: str, tool: str, settings: dict[str, Any], output: str = "") -> None:
        """Let the records of an output pass one more tool, and leave it by `output`."""
        self.after.append(After(anchor, tool, settings, output))
