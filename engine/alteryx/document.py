"""What stands in an Alteryx workflow, in neutral words: nodes, wires, containers, comments, constants."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from engine.alteryx import xml
from engine.errors import WorkflowError

_CONTAINERS = ("ToolContainer", "ControlContainer")
_COMMENTS = ("TextBox", "HtmlBox")
_VERSION = re.compile(r"(_\d+)+$")  # of tools made with the SDK: ImageRecognition_1_0_0


@dataclass(frozen=True)
class Box:
    """A place on Alteryx's canvas, in pixels; width and height are 0 where the file does not say them."""

    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True)
class AlteryxNode:
    """A tool placed on the canvas.

    Attributes:
        id: its ToolID.
        plugin: what it is: `AlteryxBasePluginsGui.Filter.Filter`, a bare name for tools made with the SDK, or the file
            of a macro, such as `Cleanse.yxmc`.
        name: what the user called it, often nothing.
        annotation: the text below it, where the user wrote one.
        inside: the ToolID of the container around it, or nothing.
        element: its XML.
    """

    id: str
    plugin: str
    box: Box
    name: str
    annotation: str
    inside: str
    element: Element

    @property
    def configuration(self) -> Element:
        """Its settings, as XML; empty where it has none."""
        found = self.element.find("Properties/Configuration")
        return Element("Configuration") if found is None else found

    @property
    def short_name(self) -> str:
        """`Filter` of `AlteryxBasePluginsGui.Filter.Filter`, `Cleanse` of `Cleanse.yxmc`."""
        return self.plugin.removesuffix(".yxmc").rpartition(".")[2] or "Unknown"

    @property
    def is_container(self) -> bool:
        return self.plugin.startswith("AlteryxGuiToolkit.") and self.short_name in _CONTAINERS

    @property
    def is_comment(self) -> bool:
        return self.plugin.startswith("AlteryxGuiToolkit.") and self.short_name in _COMMENTS

    @property
    def xml(self) -> str:
        """Its XML as text, neatly indented. Passwords are left out, as the file may go where others read it."""
        element = copy.deepcopy(self.element)
        for secret in [part for part in element.iter() if "password" in part.tag.lower()]:
            secret.clear()
        for children in element.findall("ChildNodes"):
            element.remove(children)
        element.tail = None
        ElementTree.indent(element)
        return ElementTree.tostring(element, encoding="unicode")


@dataclass(frozen=True)
class AlteryxConnection:
    """A wire, with the names that anchors have in the XML; `name` is such as `#1` where an anchor takes several."""

    source: str
    source_anchor: str
    target: str
    target_anchor: str
    name: str = ""
    wireless: bool = False


@dataclass(frozen=True)
class AlteryxWorkflow:
    """A whole file. `properties` is what it says about itself and about running, as XML."""

    nodes: list[AlteryxNode]
    connections: list[AlteryxConnection]
    properties: Element = field(default_factory=lambda: Element("Properties"))
    version: str = ""


def read(data: bytes) -> AlteryxWorkflow:
    """Read a .yxmd, .yxmc or .yxwz.

    Raises:
        WorkflowError: it is no XML, or no Alteryx workflow.
    """
    root = xml.parse(data)
    nodes = root.find("Nodes")
    if root.tag != "AlteryxDocument" or nodes is None:
        raise WorkflowError(f"This is XML, but no Alteryx workflow: it begins with <{root.tag}>.", hint=xml.NOT_ALTERYX)
    properties = root.find("Properties")
    return AlteryxWorkflow(
        _distinct(_nodes(nodes, "")),
        [_connection(element) for element in root.findall("Connections/Connection")],
        Element("Properties") if properties is None else properties,
        root.get("yxmdVer", ""),
    )


def _distinct(nodes: Iterator[AlteryxNode]) -> list[AlteryxNode]:
    by_id: dict[str, AlteryxNode] = {}
    for node in nodes:
        if node.id in by_id:
            raise WorkflowError(f"Two nodes of the Alteryx workflow have the ToolID {node.id}; the file is damaged.")
        by_id[node.id] = node
    return list(by_id.values())


def _nodes(parent: Element, inside: str) -> Iterator[AlteryxNode]:
    for element in parent.findall("Node"):
        node = _node(element, inside)
        yield node
        for children in element.findall("ChildNodes"):
            yield from _nodes(children, node.id)


def _node(element: Element, inside: str) -> AlteryxNode:
    if not element.get("ToolID"):
        raise WorkflowError("A node of the Alteryx workflow has no ToolID; the file is damaged.")
    return AlteryxNode(
        element.get("ToolID", ""),
        _plugin(element),
        _box(element.find("GuiSettings/Position")),
        (element.findtext("Properties/Annotation/Name") or "").strip(),
        (element.findtext("Properties/Annotation/AnnotationText") or "").strip(),
        inside,
        element,
    )


def _plugin(element: Element) -> str:
    """A macro has no plugin but a file; where it has both, the plugin draws its settings and says more."""
    gui = element.find("GuiSettings")
    plugin = "" if gui is None else gui.get("Plugin", "")
    macro = element.find("EngineSettings[@Macro]")
    file = "" if macro is None else re.split(r"[\\/]", macro.get("Macro", ""))[-1]
    return _VERSION.sub("", plugin) or file


def _box(position: Element | None) -> Box:
    return Box() if position is None else Box(*(_number(position.get(key)) for key in ("x", "y", "width", "height")))


def _number(text: str | None) -> float:
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if abs(value) < 1e6 else 0.0  # also for infinity and no number


def _connection(element: Element) -> AlteryxConnection:
    ends = [element.find(tag) for tag in ("Origin", "Destination")]
    source, target = (Element("missing") if end is None else end for end in ends)
    return AlteryxConnection(
        source.get("ToolID", ""),
        source.get("Connection", ""),
        target.get("ToolID", ""),
        target.get("Connection", ""),
        element.get("name", ""),
        element.get("Wireless", "").lower() == "true",
    )
