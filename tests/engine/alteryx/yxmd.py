"""Small Alteryx workflows for tests."""

from __future__ import annotations

from typing import Any

from engine.alteryx import CarriedNode, Imported, Outcome, import_workflow

FILTER = "AlteryxBasePluginsGui.Filter.Filter"
BROWSE = "AlteryxBasePluginsGui.BrowseV2.BrowseV2"
UNION = "AlteryxBasePluginsGui.Union.Union"
CONTAINER = "AlteryxGuiToolkit.ToolContainer.ToolContainer"
COMMENT = "AlteryxGuiToolkit.TextBox.TextBox"


def node(id_: int, plugin: str, configuration: str = "", *, at: str = 'x="54" y="54"', more: str = "") -> str:
    """A node; a plugin that ends in .yxmc is a macro. `more` follows the properties."""
    macro = plugin.endswith(".yxmc")
    gui = "<GuiSettings>" if macro else f'<GuiSettings Plugin="{plugin}">'
    engine = f'<EngineSettings Macro="{plugin}"/>' if macro else ""
    body = (
        configuration
        if configuration.startswith("<Configuration")
        else f"<Configuration>{configuration}</Configuration>"
    )
    return f"""<Node ToolID="{id_}">{gui}<Position {at}/></GuiSettings>
        <Properties>{body}</Properties>{engine}{more}</Node>"""


def wire(source: int, out: str, target: int, into: str = "Input", more: str = "") -> str:
    """A connection."""
    ends = f'<Origin ToolID="{source}" Connection="{out}"/><Destination ToolID="{target}" Connection="{into}"/>'
    return f"<Connection {more}>{ends}</Connection>"


def document(*nodes: str, wires: str = "", properties: str = "") -> bytes:
    """A whole file."""
    text = f"""<?xml version="1.0"?><AlteryxDocument yxmdVer="2021.3"><Nodes>{"".join(nodes)}</Nodes>
        <Connections>{wires}</Connections><Properties>{properties}</Properties></AlteryxDocument>"""
    return text.encode()


def imported(*nodes: str, wires: str = "", properties: str = "", folder: str = ".") -> Imported:
    """The same, imported."""
    return import_workflow(document(*nodes, wires=wires, properties=properties), "test", folder)


def carried(plugin: str, configuration: str) -> tuple[dict[str, Any], CarriedNode]:
    """Our settings of one node, and what is said about it."""
    result = imported(node(1, plugin, configuration))
    (told,) = result.nodes
    entry = dict(result.document["nodes"][told.node])
    assert entry.pop("tool") == told.tool
    return entry, told


def settings(plugin: str, configuration: str) -> dict[str, Any]:
    """Our settings of one node that is fully configured."""
    found, told = carried(plugin, configuration)
    assert told.outcome is Outcome.configured, told
    return found
