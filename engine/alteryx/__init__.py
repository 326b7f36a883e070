"""Workflows of Alteryx Designer (.yxmd, .yxmc, .yxwz) as flowrun workflows.

`import_workflow` reads the XML safely (`xml`), describes it in neutral words (`document`), turns every node into one of
ours (`convert`) and tells what was carried over (`Imported`).

The engine knows no tool. How a tool of Alteryx becomes one of ours stands beside the latter, in a mapping module:
`tools/<category>/_alteryx/<name>.py` maps to `tools/<category>/<name>.py`. It offers::

    TOOL = "Join"                                            # our tool's id
    PLUGINS = ("AlteryxBasePluginsGui.Join.Join",)           # Alteryx's plugins; of macros the file, "Cleanse.yxmc"
    INPUTS = {"Left": "L", "Right": "R"}                     # anchors by their names in the XML; left out where our
    OUTPUTS = {"Left": "L", "Join": "J", "Right": "R"}       # tool has but one on that side
    def settings(config: Configuration) -> dict[str, Any]:   # our settings; raises `Unsupported` where there are none

A node that no mapping knows keeps its place, its wires and its XML: its tool is called `Alteryx.<name>`, which the
catalogue explains.
"""

from engine.alteryx.configuration import Configuration, Unsupported
from engine.alteryx.convert import import_file, import_workflow
from engine.alteryx.summary import CarriedNode, Imported, Outcome

__all__ = [
    "CarriedNode",
    "Configuration",
    "Imported",
    "Outcome",
    "Unsupported",
    "import_file",
    "import_workflow",
]
